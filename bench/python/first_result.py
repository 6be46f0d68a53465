"""A program that makes a pool of two, maps over two items and ends."""

from multiprocessing import Pool


def increment(x):
    return x + 1


if __name__ == "__main__":
    with Pool(2) as pool:
        assert pool.map(increment, [1, 2]) == [2, 3]
