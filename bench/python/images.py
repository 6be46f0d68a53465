"""images.py WORKERS COUNT SIZE DIRECTORY: images of noise, each from a seed of its own, written as PNG files."""

import os
import sys
from functools import partial
from multiprocessing import Pool

import cv2
import numpy


def write(directory, size, seed):
    path = os.path.join(directory, f"image_{seed}.png")
    noise = numpy.random.default_rng(seed).integers(0, 256, (size, size), dtype=numpy.uint8)
    if not cv2.imwrite(path, noise):
        raise OSError(f"cannot write {path}")
    return os.path.getsize(path)


if __name__ == "__main__":
    workers, count, size = map(int, sys.argv[1:4])
    os.makedirs(sys.argv[4], exist_ok=True)
    with Pool(workers) as pool:
        sizes = pool.map(partial(write, sys.argv[4], size), range(count))
    print(f"made: {len(sizes)} images, {sum(sizes)} bytes")
