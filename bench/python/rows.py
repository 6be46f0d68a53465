"""One row of the table, measured in a process of its own: rows.py NAME [NUMBER ...] prints the figure."""

import multiprocessing
import os
import sys
import time
from functools import partial

WORKERS = 2


def increment(x):
    return x + 1


def same(x):
    return x


def spin_for(seconds, x):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return x


def element(data, step, i):
    return data[i * step]


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


def cost(pool, count):
    calls = min(1_000_000 // count, 500)
    inputs = list(range(count))
    start = time.perf_counter()
    for _ in range(calls):
        results = pool.map(increment, inputs)
    seconds = time.perf_counter() - start
    assert results == list(range(1, count + 1))
    return seconds / calls / count * 1e9


def spin(pool, count, microseconds):
    start = time.perf_counter()
    results = pool.map(partial(spin_for, microseconds / 1e6), range(count))
    seconds = time.perf_counter() - start
    assert results == list(range(count))
    return seconds * 1e3


def captured(pool, length):
    data = os.urandom(length)
    step = length // 1000
    start = time.perf_counter()
    results = pool.map(partial(element, data, step), range(1000))
    seconds = time.perf_counter() - start
    assert results == [data[i * step] for i in range(1000)]
    return seconds * 1e3


def echo(pool, count):
    return echo_of(pool, count, os.urandom(1 << 20), 1)


def echo_floats(pool, count):
    import numpy

    return echo_of(pool, count, numpy.random.default_rng(1).random(8 << 18, numpy.float32), 8)


def echo_of(pool, count, data, mebibytes):
    start = time.perf_counter()
    for _ in range(count):
        back = pool.apply(same, (data,))
    seconds = time.perf_counter() - start
    assert bytes(back) == bytes(data)
    return count * mebibytes / seconds


def new_pool(method):
    context = multiprocessing.get_context(method)
    start = time.perf_counter()
    with context.Pool(WORKERS) as pool:
        assert pool.map(increment, [1, 2]) == [2, 3]
        return (time.perf_counter() - start) * 1e3


IN_A_POOL = {
    "cost": cost,
    "spin": spin,
    "captured": captured,
    "items-singly": lambda pool, count: items(pool, count, 1),
    "items": lambda pool, count: items(pool, count, None),
    "imap": lambda pool, count: imap(pool, count, 1),
    "imap-chunks": lambda pool, count: imap(pool, count, 1000),
    "apply": apply,
    "apply-async": apply_async,
    "echo": echo,
    "echo-floats": echo_floats,
}


def main(name, *numbers):
    if name in ("fork", "spawn"):
        new_pool(name)  # The first one in a process also pays for imports.
        return new_pool(name)
    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(increment, range(1000), 1)  # Until both workers are up.
        return IN_A_POOL[name](pool, *numbers)


if __name__ == "__main__":
    print(main(sys.argv[1], *map(int, sys.argv[2:])))
