#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long `inspect` and `validate` take as programs, and how much memory beyond the mapped file.

    tests/bench/loading.py WASMSCOPE FILE...

The best of three runs. Bars: inspect 0.3 s at 30 MB; memory 4 x file + 32 MiB. The whole file counts as mapped,
also what of it was never touched.
"""
import os
import subprocess
import sys
import time

ROUNDS = 3


def run(command):
    """Seconds, peak resident bytes, exit code."""
    begin = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_maxrss * 1024, process.returncode


def main():
    program, paths = sys.argv[1], sys.argv[2:]
    print("    MB  inspect s  MiB  validate s  MiB  bound")
    is_good = True
    for path in paths:
        size = os.path.getsize(path)
        bound = 4 * size + (32 << 20)
        row = f"{size / 1e6:6.1f}"
        for verb in ("inspect", "validate"):
            runs = [run([program, verb, "--features", "all", path]) for _ in range(ROUNDS)]
            beyond = max(0, max(peak for _, peak, _ in runs) - size)
            is_good &= beyond <= bound and all(code == 0 for _, _, code in runs)
            row += f"  {min(seconds for seconds, _, _ in runs):9.3f} {beyond >> 20:4d}"
        print(f"{row}  {bound >> 20:5d}  {os.path.basename(path)}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
