#!/usr/bin/env python3
"""The peak of one core in GFLOP/s, as far as software reaches it: oneDNN's sgemm of 2048 x 2048 x 2048, the best of 10, by
processor time.

    OMP_NUM_THREADS=1 peak.py [LIBDNNL]

Without an argument it takes the library that Espalier unpacked into ~/.javacpp/cache.
"""

import ctypes
import glob
import os
import sys
import time

SIZE = 2048


def library():
    if len(sys.argv) > 1:
        return sys.argv[1]
    found = glob.glob(os.path.expanduser("~/.javacpp/cache/dnnl-*/**/libdnnl.so.2"), recursive=True)
    if not found:
        sys.exit("no libdnnl.so.2 in ~/.javacpp/cache: run `./espalier bench` first, or name the library")
    return found[0]


def load(path):
    try:
        return ctypes.CDLL(path)
    except OSError:  # it is linked against OpenCL, which JavaCPP unpacks beside it
        for opencl in glob.glob(os.path.expanduser("~/.javacpp/cache/opencl-*/**/libOpenCL.so*"), recursive=True):
            ctypes.CDLL(opencl, mode=ctypes.RTLD_GLOBAL)
        return ctypes.CDLL(path)


def main():
    if os.environ.get("OMP_NUM_THREADS") != "1":
        sys.exit("OMP_NUM_THREADS must be 1, for the peak of one core")
    dnnl = load(library())
    matrix = ctypes.c_float * (SIZE * SIZE)
    a, b, c = matrix(*([1.0] * (SIZE * SIZE))), matrix(*([0.5] * (SIZE * SIZE))), matrix()
    n = ctypes.c_int64(SIZE)
    best = 0.0
    for _ in range(10):
        start = time.process_time()
        status = dnnl.dnnl_sgemm(
            ctypes.c_char(b"N"), ctypes.c_char(b"N"), n, n, n, ctypes.c_float(1), a, n, b, n, ctypes.c_float(0), c, n
        )
        seconds = time.process_time() - start
        if status != 0 or c[0] != SIZE * 0.5:
            sys.exit(f"dnnl_sgemm failed: status {status}, first value {c[0]}")
        best = max(best, 2 * SIZE**3 / seconds / 1e9)
    print(f"{best:.1f}")


if __name__ == "__main__":
    main()
