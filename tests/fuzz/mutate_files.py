#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mutations of modules as files, through `inspect` and `validate` as programs.

    tests/fuzz/mutate_files.py WASMSCOPE COUNT SEED FILE...

Fails when a program is ended by a signal, answers with an exit code other than 0 and 1, takes longer than two
seconds, or more memory than 4 times the file and 32 MiB beyond what it takes for the smallest module. Inputs that
fail are kept.
"""
import os
import random
import subprocess
import sys
import tempfile
import time

MOST_SECONDS = 2
MOST_BASE_BYTES = 32 << 20
SMALLEST_MODULE = b"\0asm\1\0\0\0"
VIEWS = [["inspect"], ["inspect", "--json"], ["inspect", "--functions"], ["inspect", "--imports"],
         ["inspect", "--exports"], ["inspect", "--types"], ["inspect", "--custom"], ["inspect", "--section", "#1"],
         ["inspect", "--section", "code"], ["inspect", "--section", "name"]]


def mutate(original, rng):
    data = bytearray(original)
    for _ in range(rng.randint(1, 4)):
        if not data:
            break
        at = rng.randrange(min(len(data), 4096) if rng.random() < 0.3 else len(data))
        size = rng.randint(1, 16)
        kind = rng.randrange(8)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.randrange(256)
        elif kind == 2:
            data[at:at] = rng.randbytes(size)
        elif kind == 3:
            del data[at:at + size]
        elif kind == 4:
            data[at:at + size] = b"\xff" * size
        elif kind == 5:
            del data[at:]
        elif kind == 6:
            data[at:at + size] = b"\x80" * (size - 1) + b"\x00"
        else:
            other = rng.randrange(len(data))
            data[at:at + size] = data[other:other + size]
    return bytes(data)


def run(command):
    """Seconds, peak resident bytes, exit code (negative: the signal)."""
    begin = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_maxrss * 1024, process.returncode


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    originals = [open(path, "rb").read() for path in sys.argv[4:]]
    rng = random.Random(seed)
    failures, slowest, most_beyond, codes = 0, 0.0, 0, {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mutated.wasm")
        with open(path, "wb") as file:
            file.write(SMALLEST_MODULE)
        _, base, _ = run([program, "validate", path])
        for number in range(count):
            data = mutate(rng.choice(originals), rng)
            with open(path, "wb") as file:
                file.write(data)
            for arguments in (["validate"], rng.choice(VIEWS)):
                seconds, peak, code = run([program, *arguments, path])
                beyond = max(0, peak - base - 4 * len(data))
                slowest, most_beyond = max(slowest, seconds), max(most_beyond, beyond)
                codes[code] = codes.get(code, 0) + 1
                # 2: a section that is asked for is not there.
                allowed = (0, 1, 2) if "--section" in arguments else (0, 1)
                if code in allowed and seconds <= MOST_SECONDS and beyond <= MOST_BASE_BYTES:
                    continue
                failures += 1
                kept = os.path.join(tempfile.gettempdir(), f"mutated-{seed}-{number}.wasm")
                with open(kept, "wb") as file:
                    file.write(data)
                print(f"{kept}: {' '.join(arguments)}: exit code {code}, {seconds:.2f} s, {beyond} bytes beyond")
    print(f"{count} files, exit codes {dict(sorted(codes.items()))}, slowest {slowest:.3f} s, "
          f"most memory 4 x file + {most_beyond / (1 << 20):.1f} MiB, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
