#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares both tiers with native code and with V8 on the kernels, side by side.

    tests/bench/bench.py [--build build] [--rounds 5] [--only fib,vm] [--without interpreter,liftoff]

Every contestant measures only the call itself, in its own process and after a warm-up call, and prints the
checksum, which must be right. The interpreter has a breakpoint on a cold instruction of the function that executes
most (kernel_bench says on standard error which; fib has no cold one). Rounds are interleaved, so that a slow minute of
the machine hits all alike; `best` takes the fastest round instead of the median. V8 before 13 cannot load `wide`.
Means are over the kernels that a contestant ran; `of liftoff` is over those that Liftoff ran.
Needs a built kernel_bench (in --build), clang-19, and node unless left out.
"""
import argparse
import math
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

WHO = ('native', 'interpreter', 'jit', 'liftoff', 'turbofan')
HERE = pathlib.Path(__file__).resolve().parent
ROW = re.compile(r'^KERNEL\((\w+),\s*(\d+),\s*0x([0-9a-f]{8}),\s*(\d+),\s*0x([0-9a-f]{8})\)', re.M)


def read_kernels():
    rows = ROW.findall((HERE / 'kernels' / 'kernels.def').read_text())
    return [(name, int(small), int(large), checksum) for name, small, _, large, checksum in rows]


def build_native(name, folder):
    out = folder / name
    subprocess.run(['clang-19', '-O2', '-msse4.1', '-fno-math-errno', str(HERE / 'native_kernel.c'),
                    str(HERE / 'kernels' / f'{name}.c'), '-lm', '-o', str(out)], check=True)
    return out


def measure(command, checksum):
    """Seconds; None when node cannot load the module."""
    result = subprocess.run(command, capture_output=True, text=True)
    if 'CompileError' in result.stderr:
        return None
    fields = result.stdout.split()
    if result.returncode != 0 or len(fields) != 2 or fields[1] != checksum:
        sys.exit(f'{" ".join(command)}\n  printed {result.stdout!r}, wanted checksum {checksum}\n{result.stderr}')
    return float(fields[0])


def geometric_mean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=str(HERE.parents[1] / 'build'), help='folder of the CMake build')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--only', default='', help='kernels, separated by commas')
    parser.add_argument('--without', default='', help='contestants to leave out: ' + ', '.join(WHO[1:]))
    parser.add_argument('--best', action='store_true', help='the fastest round instead of the median')
    options = parser.parse_args()

    bench = pathlib.Path(options.build) / 'tests' / 'bench' / 'kernel_bench'
    if not bench.exists():
        sys.exit(f'{bench} is not there: build the target kernel_bench first, or say --build FOLDER')
    left_out = set(options.without.split(','))
    if not shutil.which('node'):
        left_out |= {'liftoff', 'turbofan'}
    only = set(filter(None, options.only.split(',')))
    kernels = [k for k in read_kernels() if not only or k[0] in only]

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        contestants = {}
        for name, small, large, _ in kernels:
            wasm = str(HERE / 'kernels' / f'{name}.wasm')
            sizes = [str(small), str(large)]
            node = ['--experimental-wasm-memory64', str(HERE / 'node_kernel.mjs'), wasm, *sizes]
            contestants[name] = {
                'native': [str(build_native(name, folder)), *sizes],
                'interpreter': [str(bench), wasm, *sizes],
                'jit': [str(bench), wasm, *sizes, '--no-breakpoint', '--jit'],
                'liftoff': ['node', '--liftoff-only', '--no-wasm-lazy-compilation', *node],
                'turbofan': ['node', '--no-liftoff', '--no-wasm-tier-up', '--no-wasm-lazy-compilation', *node],
            }
        who = [c for c in WHO if c not in left_out]
        times = {name: {c: [] for c in who} for name, *_ in kernels}
        for _ in range(options.rounds):
            for name, _, _, checksum in kernels:
                for contestant in who:
                    times[name][contestant].append(measure(contestants[name][contestant], checksum))

    typical = min if options.best else statistics.median
    print(f'{"fastest" if options.best else "medians"} of {options.rounds} interleaved rounds; times in milliseconds, x = times native')
    print(f'{"kernel":10}' + ''.join(f'{c:>12}' + ('' if c == 'native' else f'{"x":>7}') for c in who))
    ratios = {c: {} for c in who}
    for name, *_ in kernels:
        native = typical(times[name]['native'])
        line = f'{name:10}'
        for contestant in who:
            if None in times[name][contestant]:
                line += f'{"-":>12}{"-":>7}'
                continue
            time = typical(times[name][contestant])
            ratios[contestant][name] = time / native
            line += f'{time * 1e3:12.1f}' + ('' if contestant == 'native' else f'{time / native:7.2f}')
        print(line)
    means = [(c, geometric_mean(ratios[c].values())) for c in who if ratios[c]]
    print(f'{"mean":10}' + ''.join(f'{"":12}' + ('' if c == 'native' else f'{mean:7.2f}') for c, mean in means))
    if 'jit' in who and ratios.get('liftoff'):
        both = [ratios['jit'][name] / ratios['liftoff'][name] for name in ratios['liftoff']]
        print(f'jit: {geometric_mean(both):.2f} of liftoff, slowest kernel {max(ratios["jit"].values()):.2f} x native')


if __name__ == '__main__':
    main()
