"""peers.py LIBRARY ROW COUNT: one row of another library with a warm pool of two processes; prints the figure.

singly and chunks: items per second. round-trip: microseconds.
"""

import sys
import time

WORKERS = 2
CHUNK = 1000


def increment(x):
    return x + 1


def with_futures(row, count):
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(increment, range(1000)))
        if row == "round-trip":
            return round_trip(lambda i: pool.submit(increment, i).result(), count)
        return items(lambda inputs: list(pool.map(increment, inputs, chunksize=CHUNK if row == "chunks" else 1)), count)


def with_pebble(row, count):
    from pebble import ProcessPool

    with ProcessPool(max_workers=WORKERS) as pool:
        list(pool.map(increment, range(1000)).result())
        if row == "round-trip":
            return round_trip(lambda i: pool.schedule(increment, args=[i]).result(), count)
        return items(lambda inputs: list(pool.map(increment, inputs, chunksize=CHUNK if row == "chunks" else 1).result()), count)


def with_joblib(row, count):
    from joblib import Parallel, delayed

    task = delayed(increment)
    with Parallel(n_jobs=WORKERS, batch_size=1 if row == "singly" else "auto") as parallel:
        parallel(task(i) for i in range(1000))
        if row == "round-trip":
            return round_trip(lambda i: parallel([task(i)])[0], count)
        return items(lambda inputs: parallel(task(i) for i in inputs), count)


def items(map_all, count):
    inputs = list(range(count))
    map_all(inputs)  # joblib finds the size of its batches.
    start = time.perf_counter()
    results = map_all(inputs)
    seconds = time.perf_counter() - start
    assert results == list(range(1, count + 1))
    return count / seconds


def round_trip(call, count):
    start = time.perf_counter()
    for i in range(count):
        assert call(i) == i + 1
    return (time.perf_counter() - start) / count * 1e6


LIBRARIES = {"concurrent.futures": with_futures, "joblib": with_joblib, "pebble": with_pebble}

if __name__ == "__main__":
    print(LIBRARIES[sys.argv[1]](sys.argv[2], int(sys.argv[3])))
