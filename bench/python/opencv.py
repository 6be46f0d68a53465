"""opencv.py images WORKERS COUNT SIZE DIRECTORY, or opencv.py read WORKERS DIRECTORY: the counterpart of bench/OpenCv.

OpenCV makes the noise, writes the files with its defaults, and reads them. No workers: a loop in this process.
"""

import glob
import os
import sys
from functools import partial
from multiprocessing import Pool

import cv2
import numpy

def write(directory, size, seed):
    path = os.path.join(directory, f"image_{seed}.png")
    noise = numpy.empty((size, size), numpy.uint8)
    cv2.setRNGSeed(seed)
    cv2.randu(noise, 0, 256)
    if not cv2.imwrite(path, noise):
        raise OSError(f"cannot write {path}")
    return os.path.getsize(path)


def read(path):
    image = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise OSError(f"cannot read {path}")
    return image


def each(workers, function, items):
    if workers == 0:
        return list(map(function, items))
    with Pool(workers) as pool:
        return pool.map(function, items)


def main(what, workers, *rest):
    # Each process uses one thread, so that the pool alone decides how many processors are used.
    cv2.setNumThreads(1)
    if what == "images":
        count, size, directory = int(rest[0]), int(rest[1]), rest[2]
        os.makedirs(directory, exist_ok=True)
        print(sum(each(int(workers), partial(write, directory, size), range(count))))
    else:
        print(sum(int(image.sum()) for image in each(int(workers), read, sorted(glob.glob(os.path.join(rest[0], "*.png"))))))


if __name__ == "__main__":
    main(*sys.argv[1:])
