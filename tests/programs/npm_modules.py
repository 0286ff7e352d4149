#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real modules of many compilers, out of npm packages: valid, printed and read back as the same module; and
those that can run without a page around them give what node gives.

    tests/programs/npm_modules.py [--build build] [--packages build/npm] [--only sql.js,quickjs-wasi]

Needs npm, node and a network for packages that are not there yet. Prints a table; exit code 1 when anything
is not as it should be. A module is run by a script for `wasmscope spec`: stubs for its imports, the module
itself, and a small module that calls it and compares what it left in memory.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# package, module in it, what it was compiled with
MODULES = [
    ('sql.js', 'dist/sql-wasm.wasm', 'C, Emscripten'),
    ('quickjs-wasi', 'quickjs.wasm', 'C, wasi-sdk'),
    ('@duckdb/duckdb-wasm', 'dist/duckdb-eh.wasm', 'C++, Emscripten, legacy exceptions'),
    ('canvaskit-wasm', 'bin/canvaskit.wasm', 'C++, Emscripten'),
    ('@ffmpeg/core-mt', 'dist/esm/ffmpeg-core.wasm', 'C, Emscripten, threads, SIMD'),
    ('onnxruntime-web', 'dist/ort-wasm-simd-threaded.jspi.wasm', 'C++, Emscripten, SIMD, threads, exnref'),
    ('@wllama/wllama', 'esm/wasm/wllama.wasm', 'C++, Emscripten, 64-bit memory, SIMD, threads'),
    ('pyodide', 'pyodide.asm.wasm', 'C, Emscripten, legacy exceptions'),
    ('opencascade.js', 'dist/opencascade.wasm.wasm', 'C++, Emscripten'),
    ('@swc/wasm', 'wasm_bg.wasm', 'Rust'),
    ('@myriaddreamin/typst-ts-web-compiler', 'pkg/typst_ts_web_compiler_bg.wasm', 'Rust'),
    ('esbuild-wasm', 'esbuild.wasm', 'Go'),
    ('@wasm-fmt/shfmt', 'shfmt.wasm', 'TinyGo'),
    ('@wasm-fmt/gofmt', 'gofmt.wasm', 'TinyGo'),
    ('@wasm-fmt/zig_fmt', 'zig_fmt.wasm', 'Zig'),
    ('@chainsafe/as-sha256', 'build/optimized.simd.wasm', 'AssemblyScript, SIMD'),
    ('@wasm-fmt/dart_fmt', 'dart_fmt.wasm', 'Dart, garbage collection, exceptions'),
]

SQL = """
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, score REAL);
INSERT INTO t(name,score) VALUES('ada',3.5),('grace',NULL),('linus',-1e10),('\u00e9',0.1);
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<2000)
  INSERT INTO t(name,score) SELECT 'n'||n, n*n/7.0 FROM c;
CREATE INDEX i ON t(score);
SELECT count(*), ''||sum(score), ''||avg(score), group_concat(name) FILTER (WHERE id<5) FROM t;
SELECT name, ''||score, printf('%08.3f|%x', score, id) FROM t WHERE score BETWEEN 100 AND 200 ORDER BY score DESC LIMIT 5;
SELECT substr(name,1,2) k, count(*), ''||round(sum(score),2) FROM t GROUP BY k HAVING count(*)>1 ORDER BY k;
SELECT json_extract('{"a":[1,{"b":"x"}]}','$.a[1].b'), upper('abc'), typeof(1.0);"""

JAVASCRIPT = r"""
const out = [];
class Primes { constructor(n) { this.n = n } *[Symbol.iterator]() {
  for (let i = 2, k = 0; k < this.n; i++) { let p = true; for (let d = 2; d * d <= i; d++) if (i % d == 0) { p = false; break }
    if (p) { k++; yield i } } } }
out.push([...new Primes(12)].join(','), 'abcabc'.replace(/(b)(c)/g, (m, x, y) => y + x));
out.push(JSON.stringify({a: [1, 2.5, null], b: '\u00e9'}), String(2n ** 100n));
try { null.x } catch (e) { out.push(e.name) }
out.push([3, 1, 2].sort().map(x => x * 1.1).join(';'));
out.join('|')"""

SHELL = 'if [ a = b ];then\necho   "x"|cat -\nfi\nf ( ) { for i in 1 2;do echo $i;done; }\n'
ZIG = 'const std=@import("std");\npub fn main( ) !void{\nvar x:u32=1+2*3;\n_=x;\nif(true){return;}}\n'
TEXT = b'The quick brown fox jumps over the lazy dog. ' * 7


def literal(data):
    lines = [data[i:i + 2000] for i in range(0, len(data), 2000)] or [b'']
    return '\n'.join('"' + ''.join(f'\\{byte:02x}' for byte in line) + '"' for line in lines)


def node(source, cwd):
    return subprocess.run(['node', '--input-type=module', '-e', source], cwd=cwd, check=True, capture_output=True).stdout


# --- scripts: each returns (what node gives, exports of the module under test, body of the calling module)
# In the body: $in and $want are data segments; (call $done ptr len) notes the output; `fill` copies $in.

def fill(pointer, size):
    return f'(memory.init $in {pointer} (i32.const 0) (i32.const {size}))'


def sql_js(folder, sql=SQL):
    want = node(f"""
import {{createRequire}} from 'module';
const dist = {json.dumps(str(folder / 'dist'))} + '/';
const SQL = await createRequire(dist)(dist + 'sql-wasm.js')({{locateFile: f => dist + f}});
const db = new SQL.Database();
let out = '';
for (const statement of db.iterateStatements({json.dumps(sql)}))
  while (statement.step()) out += statement.get().map(v => v === null ? '' : String(v)).join('|') + '\\n';
process.stdout.write(out);""", folder)
    data = sql.encode() + b'\0:memory:\0'
    # The names are short in this build; sql-wasm.js says which is which.
    glue = (folder / 'dist/sql-wasm.js').read_text()
    names = {name: re.search(r'\b_' + name + r'=c\.([\w$]+)', glue).group(1)
             for name in ('sqlite3_open', 'sqlite3_prepare_v2', 'sqlite3_step', 'sqlite3_column_count',
                          'sqlite3_column_text', 'sqlite3_finalize', 'malloc')}
    imports = f"""
(import "m" "O" (memory 0))
(import "m" "{names['malloc']}" (func $malloc (param i32) (result i32)))
(import "m" "{names['sqlite3_open']}" (func $open (param i32 i32) (result i32)))
(import "m" "{names['sqlite3_prepare_v2']}" (func $prepare (param i32 i32 i32 i32 i32) (result i32)))
(import "m" "{names['sqlite3_step']}" (func $step (param i32) (result i32)))
(import "m" "{names['sqlite3_column_count']}" (func $columns (param i32) (result i32)))
(import "m" "{names['sqlite3_column_text']}" (func $text (param i32 i32) (result i32)))
(import "m" "{names['sqlite3_finalize']}" (func $finalize (param i32) (result i32)))"""
    body = f"""
(global $n (mut i32) (i32.const 0)) (global $out (mut i32) (i32.const 0))
(func $put (param i32)
  (i32.store8 (i32.add (global.get $out) (global.get $n)) (local.get 0))
  (global.set $n (i32.add (global.get $n) (i32.const 1))))
(func (export "run") (result i32) (local $p i32) (local $db i32) (local $st i32) (local $tail i32) (local $i i32) (local $s i32) (local $rc i32)
  (local.set $p (call $malloc (i32.const {len(data)}))) {fill('(local.get $p)', len(data))}
  (local.set $db (call $malloc (i32.const 8))) (local.set $st (call $malloc (i32.const 8))) (local.set $tail (call $malloc (i32.const 8)))
  (global.set $out (call $malloc (i32.const 65536)))
  (if (call $open (i32.add (local.get $p) (i32.const {len(sql.encode()) + 1})) (local.get $db)) (then (return (i32.const 1))))
  (loop $each
    (if (call $prepare (i32.load (local.get $db)) (local.get $p) (i32.const -1) (local.get $st) (local.get $tail)) (then (return (i32.const 2))))
    (local.set $p (i32.load (local.get $tail)))
    (if (i32.load (local.get $st)) (then
      (loop $row
        (local.set $rc (call $step (i32.load (local.get $st))))
        (if (i32.eq (local.get $rc) (i32.const 100)) (then
          (local.set $i (i32.const 0))
          (loop $column
            (local.set $s (call $text (i32.load (local.get $st)) (local.get $i)))
            (if (local.get $s) (then (block $end (loop $byte
              (br_if $end (i32.eqz (i32.load8_u (local.get $s))))
              (call $put (i32.load8_u (local.get $s)))
              (local.set $s (i32.add (local.get $s) (i32.const 1)))
              (br $byte)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (call $put (select (i32.const 124) (i32.const 10) (i32.lt_u (local.get $i) (call $columns (i32.load (local.get $st))))))
            (br_if $column (i32.lt_u (local.get $i) (call $columns (i32.load (local.get $st))))))
          (br $row))))
      (if (i32.ne (local.get $rc) (i32.const 101)) (then (return (i32.const 3))))
      (drop (call $finalize (i32.load (local.get $st))))))
    (br_if $each (i32.load8_u (local.get $p))))
  (call $done (global.get $out) (global.get $n)) (i32.const 0))"""
    return want, data, 'P', imports, body


def quickjs(folder, javascript=JAVASCRIPT):
    want = node(f'process.stdout.write(eval({json.dumps(javascript)}))', folder)
    source = javascript.encode()
    data = source + b'\0x.js\0'
    imports = """
(import "m" "memory" (memory 0))
(import "m" "qjs_init" (func $init (result i32)))
(import "m" "wasm_malloc" (func $malloc (param i32) (result i32)))
(import "m" "qjs_eval" (func $eval (param i32 i32 i32 i32) (result i32)))
(import "m" "qjs_get_string" (func $string (param i32) (result i32)))
(import "m" "qjs_is_exception" (func $is_exception (param i32) (result i32)))"""
    body = f"""
(func (export "run") (result i32) (local $p i32) (local $v i32) (local $n i32)
  (if (call $init) (then (return (i32.const 1))))
  (local.set $p (call $malloc (i32.const {len(data)}))) {fill('(local.get $p)', len(data))}
  (local.set $v (call $eval (local.get $p) (i32.const {len(source)}) (i32.add (local.get $p) (i32.const {len(source) + 1})) (i32.const 0)))
  (if (call $is_exception (local.get $v)) (then (return (i32.const 2))))
  (local.set $p (call $string (local.get $v)))
  (block $end (loop $byte
    (br_if $end (i32.eqz (i32.load8_u (i32.add (local.get $p) (local.get $n)))))
    (local.set $n (i32.add (local.get $n) (i32.const 1)))
    (br $byte)))
  (call $done (local.get $p) (local.get $n)) (i32.const 0))"""
    return want, data, '_initialize', imports, body


def shfmt(folder):
    want = node(f"import {{format}} from './shfmt_node.js'; process.stdout.write(format({json.dumps(SHELL)}))", folder)
    data = SHELL.encode()
    imports = """
(import "m" "memory" (memory 0))
(import "m" "alloc" (func $alloc (param i32) (result i32)))
(import "m" "format" (func $format (result i32)))
(import "m" "output_ptr" (func $ptr (result i32)))
(import "m" "output_len" (func $len (result i32)))"""
    body = f"""
(func (export "run") (result i32) (local $p i32)
  (local.set $p (call $alloc (i32.const {len(data)}))) {fill('(local.get $p)', len(data))}
  (if (i32.ne (call $format) (i32.const 1)) (then (return (i32.const 1))))
  (call $done (call $ptr) (call $len)) (i32.const 0))"""
    return want, data, '_initialize', imports, body


def zig_fmt(folder):
    want = node(f"import init, {{format}} from './zig_fmt_node.js'; await init(); process.stdout.write(format({json.dumps(ZIG)}))", folder)
    data = ZIG.encode()
    imports = """
(import "m" "memory" (memory 0))
(import "m" "alloc" (func $alloc (param i32) (result i32)))
(import "m" "format" (func $format (param i32 i32) (result i32 i32)))"""
    body = f"""
(func (export "run") (result i32) (local $p i32)
  (local.set $p (call $alloc (i32.const {len(data)}))) {fill('(local.get $p)', len(data))}
  (call $done (call $format (local.get $p) (i32.const {len(data)}))) (i32.const 0))"""
    return want, data, None, imports, body


def as_sha256(folder):
    want = node(f"import c from 'crypto'; process.stdout.write(c.createHash('sha256').update(Buffer.from({json.dumps(TEXT.hex())}, 'hex')).digest())", folder)
    imports = """
(import "m" "memory" (memory 0))
(import "m" "input" (global $input (mut i32)))
(import "m" "output" (global $output (mut i32)))
(import "m" "digest" (func $digest (param i32)))"""
    body = f"""
(func (export "run") (result i32)
  {fill('(global.get $input)', len(TEXT))}
  (call $digest (i32.const {len(TEXT)}))
  (call $done (global.get $output) (i32.const 32)) (i32.const 0))"""
    return want, TEXT, None, imports, body


RUNS = {'sql.js': sql_js, 'quickjs-wasi': quickjs, '@wasm-fmt/shfmt': shfmt, '@wasm-fmt/zig_fmt': zig_fmt,
        '@chainsafe/as-sha256': as_sha256}


# What executes them.
WAYS = ['--tier interp', '--tier jit', '--tier jit --checked-bounds', '--tier auto', '--tier jit --leave-every 7']


class Failure(Exception):
    pass


def command(*arguments):
    result = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure((result.stderr or result.stdout).strip().splitlines()[-1])
    return result.stdout


def stubs(wasmscope, module):
    """Modules whose functions answer zero, one for each module that is imported from."""
    found = {}
    for line in command(wasmscope, 'inspect', '--imports', module).splitlines():
        row = re.match(r'\s+func\s+#\d+\s+0x\w+\s+(\w+)\.(\S+)\s+\((.*?)\) -> \((.*?)\)$', line)
        if row:
            found.setdefault(row.group(1), []).append(row.groups()[1:])
    text = ''
    for number, (name, functions) in enumerate(found.items()):
        text += f'(module $stub{number}\n'
        for item, params, result in functions:
            text += f'  (func (export "{item}") (param {params.replace(",", "")})'
            text += f' (result {result}) ({result}.const 0))\n' if result else ')\n'
        text += f')\n(register "{name}" $stub{number})\n'
    return text


def caller_of(planned):
    """The small module that calls the one under test, but for its last parenthesis."""
    _, data, _, imports, body = planned
    return f"""(module $caller {imports}
(data $in {literal(data)})
(global $ptr (mut i32) (i32.const 0)) (global $len (mut i32) (i32.const 0))
(func $done (param i32 i32) (global.set $ptr (local.get 0)) (global.set $len (local.get 1)))
{body}
(func (export "pointer") (result i32) (global.get $ptr))
(func (export "length") (result i32) (global.get $len))"""


def write_script(wasmscope, planned, module, path):
    want, _, start, _, _ = planned
    script = stubs(wasmscope, module)
    script += f'(module $m binary\n{literal(module.read_bytes())})\n(register "m" $m)\n'
    if start:
        script += f'(invoke $m "{start}")\n'
    script += caller_of(planned)
    script += f"""
(data $want {literal(want)}) (memory $wanted 1)
(func (export "difference") (result i32) (local $i i32)
  (memory.init $wanted $want (i32.const 0) (i32.const 0) (i32.const {len(want)}))
  (loop $next
    (if (i32.ne (i32.load8_u $wanted (local.get $i)) (i32.load8_u (i32.add (global.get $ptr) (local.get $i)))) (then (return (local.get $i))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (i32.const {len(want)}))))
  (i32.const -1)))
(assert_return (invoke $caller "run") (i32.const 0))
(assert_return (invoke $caller "length") (i32.const {len(want)}))
(assert_return (invoke $caller "difference") (i32.const -1))
"""
    path.write_text(script)


def run(wasmscope, package, folder, module, scratch):
    planned = RUNS[package](folder)
    path = scratch / 'run.wast'
    write_script(wasmscope, planned, module, path)
    for way in WAYS:
        command(wasmscope, 'spec', *way.split(), path)
    return f'{len(planned[0])} bytes as node, {len(WAYS)} ways'


def round_trip(wasmscope, module, scratch):
    text, again, plain = scratch / 'module.wat', scratch / 'again.wasm', scratch / 'plain.wasm'
    began = time.monotonic()
    text.write_text(command(wasmscope, 'print', module))
    command(wasmscope, 'encode', '--canonical', text, '-o', again)
    took = time.monotonic() - began
    command(wasmscope, 'encode', '--canonical', module, '-o', plain)
    if again.read_bytes() != plain.read_bytes():
        raise Failure('what was printed reads back as another module')
    same = 'the same bytes' if again.read_bytes() == module.read_bytes() else 'the same model'
    return f'{same}, {took:.1f} s'


def fetch(package, packages):
    folder = packages / package.strip('@').replace('/', '-')
    if not folder.exists():
        packages.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(['npm', 'pack', '--silent', package], cwd=packages, check=True, capture_output=True,
                                 text=True).stdout.split()[-1]
        folder.mkdir()
        subprocess.run(['tar', 'xzf', packages / archive, '-C', folder], check=True)
    return folder / 'package'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=str(REPOSITORY / 'build'), help='folder of the CMake build')
    parser.add_argument('--packages', default=str(REPOSITORY / 'build' / 'npm'), help='where packages are or go')
    parser.add_argument('--only', default='', help='packages, separated by commas')
    options = parser.parse_args()
    wasmscope = pathlib.Path(options.build) / 'app' / 'wasmscope'
    only = set(filter(None, options.only.split(',')))
    failed = 0
    print('| package | module | compiler | bytes | valid | printed and read back | run |')
    print('| --- | --- | --- | --- | --- | --- | --- |')
    for package, name, compiler in MODULES:
        if only and package not in only:
            continue
        folder = fetch(package, pathlib.Path(options.packages))
        module = folder / name
        cells = []
        with tempfile.TemporaryDirectory() as scratch:
            for check in (lambda: command(wasmscope, 'validate', module) and 'yes',
                          lambda: round_trip(wasmscope, module, pathlib.Path(scratch)),
                          lambda: run(wasmscope, package, folder, module, pathlib.Path(scratch)) if package in RUNS else ''):
                try:
                    cells.append(check())
                except (Failure, subprocess.CalledProcessError) as error:
                    cells.append(f'FAILED: {error}')
                    failed += 1
        print(f'| {package} | {name} | {compiler} | {module.stat().st_size} | ' + ' | '.join(cells) + ' |', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
