"""What there is, one a line: name, tab, version, or nothing where the module is not installed."""

import importlib
import importlib.metadata
import multiprocessing
import platform

print("Python", platform.python_version(), sep="\t")
print("start method", multiprocessing.get_start_method(), sep="\t")
for name, module in (("numpy", "numpy"), ("cv2", "cv2"), ("joblib", "joblib"), ("pebble", "pebble")):
    try:
        found = importlib.import_module(module)
        version = getattr(found, "__version__", None) or importlib.metadata.version(name)
    except ImportError:
        version = ""
    print(name, version, sep="\t")
