#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares both tiers with V8's on published modules at work, side by side.

    tests/bench/real_modules.py [--build build] [--packages build/npm] [--rounds 4]

SQLite fills and asks a table, QuickJS counts primes and joins text; what they answer has to be node's own answer. The
module that calls them and the stubs for imports are the same for all (tests/programs/npm_modules.py). Compiling is not
counted: for wasmscope a small piece of the same work is taken off, V8 has done that piece before. Fastest of the rounds.
"""
import argparse
import math
import pathlib
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / 'tests' / 'programs'))
import npm_modules  # noqa: E402

SQL = """
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, score REAL);
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<{n})
  INSERT INTO t(name,score) SELECT 'n'||n, n*n/7.0 FROM c;
CREATE INDEX i ON t(score);
SELECT count(*), ''||round(sum(score),2) FROM t;
SELECT substr(name,1,2) k, count(*), ''||round(sum(score),2) FROM t GROUP BY k HAVING count(*)>1 ORDER BY k;"""

JAVASCRIPT = """let count = 0;
for (let i = 2; i < {n} / 30; i++) {{
  let p = true;
  for (let d = 2; d * d <= i; d++) if (i % d == 0) {{ p = false; break }}
  if (p) count++;
}}
let text = '';
const found = {{}};
for (let i = 0; i < {n}; i++) {{ const k = 'k' + (i % 97); found[k] = (found[k] || 0) + i * 1.5; text = (text + k).slice(-200) }}
count + '|' + JSON.stringify(found).length + '|' + text.length"""

# package, the work, how much of it: little and much
WORK = [('sql.js', SQL, 10, 40_000), ('quickjs-wasi', JAVASCRIPT, 30, 400_000)]

V8 = {'liftoff': ['--liftoff-only'], 'turbofan': ['--no-liftoff', '--no-wasm-tier-up']}
NODE = """
import fs from 'fs';
const [file, wanted, start, ...callers] = process.argv.slice(1);
const module = new WebAssembly.Module(fs.readFileSync(file));
const zero = {};
for (const each of WebAssembly.Module.imports(module)) (zero[each.module] ??= {})[each.name] = () => false;   // zero of any type
const memory_of = (exports) => Object.values(exports).find(each => each instanceof WebAssembly.Memory);
let seconds = 0, answer;
for (const caller of callers) {
  const m = new WebAssembly.Instance(module, zero).exports;
  if (start) m[start]();
  const work = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(caller)), {m}).exports;
  const begin = process.hrtime.bigint();
  if (work.run() !== 0) throw new Error('it failed');
  seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  answer = Buffer.from(memory_of(m).buffer, work.pointer(), work.length());
}
if (!answer.equals(fs.readFileSync(wanted))) throw new Error('another answer');
console.log(seconds);"""


def measure(wasmscope, package, work, sizes, packages, rounds, scratch):
    folder = npm_modules.fetch(package, packages)
    module = folder / dict((name, path) for name, path, _ in npm_modules.MODULES)[package]
    scripts, callers = [], []
    for number, size in enumerate(sizes):
        planned = npm_modules.RUNS[package](folder, work.format(n=size))
        scripts.append(scratch / f'{number}.wast')
        npm_modules.write_script(wasmscope, planned, module, scripts[-1])
        text = scratch / f'{number}.wat'
        text.write_text(npm_modules.caller_of(planned) + ')')
        callers.append(scratch / f'{number}.wasm')
        npm_modules.command(wasmscope, 'encode', text, '-o', callers[-1])
    start = planned[2] or ''
    wanted = scratch / 'wanted'
    wanted.write_bytes(planned[0])
    best = {}
    for _ in range(rounds):
        for tier in ('interp', 'jit'):
            took = []
            for script in scripts:
                began = time.monotonic()
                npm_modules.command(wasmscope, 'spec', '--tier', tier, script)
                took.append(time.monotonic() - began)
            best[tier] = min(best.get(tier, math.inf), took[1] - took[0])
        for who, flags in V8.items():
            seconds = float(npm_modules.command('node', *flags, '--input-type=module', '-e', NODE, module, wanted, start, *callers))
            best[who] = min(best.get(who, math.inf), seconds)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=str(REPOSITORY / 'build'), help='folder of the CMake build')
    parser.add_argument('--packages', default=str(REPOSITORY / 'build' / 'npm'), help='where packages are or go')
    parser.add_argument('--rounds', type=int, default=4)
    options = parser.parse_args()
    wasmscope = pathlib.Path(options.build) / 'app' / 'wasmscope'
    print(f'fastest of {options.rounds} interleaved rounds, milliseconds')
    print(f'{"module":14}{"interpreter":>12}{"jit":>8}{"liftoff":>9}{"turbofan":>10}   jit of liftoff, of turbofan')
    for package, work, *sizes in WORK:
        with tempfile.TemporaryDirectory() as scratch:
            best = measure(wasmscope, package, work, sizes, pathlib.Path(options.packages), options.rounds, pathlib.Path(scratch))
        print(f'{package:14}{best["interp"] * 1e3:12.0f}{best["jit"] * 1e3:8.0f}{best["liftoff"] * 1e3:9.0f}{best["turbofan"] * 1e3:10.0f}'
              f'{best["jit"] / best["liftoff"]:13.2f}{best["jit"] / best["turbofan"]:13.2f}')


if __name__ == '__main__':
    main()
