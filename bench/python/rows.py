"""One row of the table, measured in a process of its own: rows.py NAME COUNT prints the figure."""

import multiprocessing
import sys
import time

WORKERS = 2


def increment(x):
    return x + 1


def same(x):
    return x


def items(pool, count, chunksize):
    inputs = list(range(count))
    start = time.perf_counter()
    results = pool.map(increment, inputs, chunksize)
    seconds = time.perf_counter() - start
    assert results == list(range(1, count + 1))
    return count / seconds


def imap(pool, count, chunksize):
    expected = 1
    start = time.perf_counter()
    for result in pool.imap(increment, range(count), chunksize):
        assert result == expected
        expected += 1
    return count / (time.perf_counter() - start)


def apply(pool, count):
    start = time.perf_counter()
    for i in range(count):
        assert pool.apply(increment, (i,)) == i + 1
    return (time.perf_counter() - start) / count * 1e6


def apply_async(pool, count):
    start = time.perf_counter()
    for i in range(count):
        assert pool.apply_async(increment, (i,)).get() == i + 1
    return (time.perf_counter() - start) / count * 1e6


def echo(pool, count):
    data = bytes(range(256)) * 4096
    start = time.perf_counter()
    for _ in range(count):
        back = pool.apply(same, (data,))
    seconds = time.perf_counter() - start
    assert back == data
    return count / seconds


def new_pool(method):
    context = multiprocessing.get_context(method)
    start = time.perf_counter()
    with context.Pool(WORKERS) as pool:
        assert pool.map(increment, [1, 2]) == [2, 3]
        return (time.perf_counter() - start) * 1e3


IN_A_POOL = {
    "items-singly": lambda pool, count: items(pool, count, 1),
    "items": lambda pool, count: items(pool, count, None),
    "imap": lambda pool, count: imap(pool, count, 1),
    "imap-chunks": lambda pool, count: imap(pool, count, 1000),
    "apply": apply,
    "apply-async": apply_async,
    "echo": echo,
}


def main(name, count):
    if name in ("fork", "spawn"):
        new_pool(name)  # The first one in a process also pays for imports.
        return new_pool(name)
    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(increment, range(1000), 1)  # Until both workers are up.
        return IN_A_POOL[name](pool, count)


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
