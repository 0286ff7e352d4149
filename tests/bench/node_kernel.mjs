// SPDX-License-Identifier: Apache-2.0
// Runs a kernel under node: node [flags] node_kernel.mjs FILE WARM N. Prints the seconds of run(N) and its checksum.
import { readFileSync } from 'node:fs';

const [file, warm, n] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 52;
const { run } = new WebAssembly.Instance(module, imports).exports;
run(Number(warm));
const begin = process.hrtime.bigint();
const checksum = run(Number(n)) >>> 0;
const end = process.hrtime.bigint();
console.log(`${(Number(end - begin) / 1e9).toFixed(6)} ${checksum.toString(16).padStart(8, '0')}`);
