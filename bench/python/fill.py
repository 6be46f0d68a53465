"""fill.py WORKERS ROWS COLUMNS: one matrix of floats that all workers share, a row at a time."""

import ctypes
import sys
from multiprocessing import Pool
from multiprocessing.sharedctypes import RawArray

import numpy

matrix = None


def start(shared, rows, columns):
    global matrix
    matrix = numpy.frombuffer(shared, numpy.float32).reshape(rows, columns)


def fill(row):
    matrix[row] = numpy.exp(numpy.sin(0.001 * row * numpy.arange(matrix.shape[1])))
    return matrix[row].sum(dtype=numpy.float64)


if __name__ == "__main__":
    workers, rows, columns = map(int, sys.argv[1:4])
    shared = RawArray(ctypes.c_float, rows * columns)
    with Pool(workers, start, (shared, rows, columns)) as pool:
        sums = pool.map(fill, range(rows))
    print(f"filled: {rows} rows of {columns}, sum {sum(sums):.9g}")
