"""read.py WORKERS DIRECTORY: the PNG files of a directory, read into a list in the order of their names."""

import glob
import os
import sys
from multiprocessing import Pool

import cv2


def read(path):
    image = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise OSError(f"cannot read {path}")
    return image


if __name__ == "__main__":
    with Pool(int(sys.argv[1])) as pool:
        images = pool.map(read, sorted(glob.glob(os.path.join(sys.argv[2], "*.png"))))
    pixels = sum(image.size for image in images)
    mean = sum(int(image.sum()) for image in images) / pixels
    print(f"read: {len(images)} images, {pixels} bytes of pixels, mean {mean:.2f}")
