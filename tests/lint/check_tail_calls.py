#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks in the compiled interpreter that every handler reaches the next one by a jump, never by a call.

    tests/lint/check_tail_calls.py LIBRARY      (libwasmscope_interp.a)
    tests/lint/check_tail_calls.py --self-test

A call would let the native stack grow with the program. Compilers that promise tail calls need no check.
"""
import re
import subprocess
import sys

HANDLER = re.compile(r'^[0-9a-f]+ <(_ZN9wasmscope6interp8handlers\d+\w+)>:$')
CALL = re.compile(r'\tcall\s+(?:[0-9a-f]+ <(\S+?)(?:\+0x[0-9a-f]+)?>|(\*.*))')
RELOCATION = re.compile(r'R_X86_64_\w+\s+(_ZN9wasmscope6interp8handlers\w+)')


def problems(listing):
    """Handlers that call another one, or whatever a register holds, in the output of objdump -dr."""
    handler, after_call, found, handlers = None, False, set(), 0
    for line in listing.splitlines():
        if heading := HANDLER.match(line):
            handler, after_call = heading.group(1), False
            handlers += 1
        elif line.endswith('>:'):
            handler = None
        elif handler is not None:
            if after_call and RELOCATION.search(line):
                found.add(handler)
            call = CALL.search(line)
            if call and call.group(2) is not None:
                found.add(handler)
            after_call = call is not None
    return sorted(found), handlers


def self_test():
    name = '_ZN9wasmscope6interp8handlers3MovEPKNS0_4CellE'
    jumps = f'0 <{name}>:\n  0:\tjmp    *%rax\n  5:\tcall   a <x>\n\t\t\t6: R_X86_64_PLT32\t_ZSomething\n'
    assert problems(jumps) == ([], 1)
    assert problems(jumps.replace('jmp ', 'call'))[0] == [name]
    assert problems(jumps.replace('_ZSomething', '_ZN9wasmscope6interp8handlers4trapE'))[0] == [name]


def main():
    if sys.argv[1] == '--self-test':
        self_test()
        return 0
    listing = subprocess.run(['objdump', '-dr', '--no-show-raw-insn', sys.argv[1]], capture_output=True, text=True,
                             check=True).stdout
    found, handlers = problems(listing)
    for handler in found:
        print(f'{handler} does not end in tail calls: see engine/interp/handler.h')
    if handlers < 1000:
        print(f'only {handlers} handlers were found in {sys.argv[1]}')
        return 1
    print(f'{handlers} handlers, {len(found)} with calls')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
