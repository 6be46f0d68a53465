"""What there is, one a line: name, tab, version, or nothing where the module is not installed."""

import importlib
import multiprocessing
import platform

print("Python", platform.python_version(), sep="\t")
print("start method", multiprocessing.get_start_method(), sep="\t")
for name in ("numpy", "cv2"):
    try:
        print(name, importlib.import_module(name).__version__, sep="\t")
    except ImportError:
        print(name, "", sep="\t")
