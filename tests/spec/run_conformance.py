#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Converts the official scripts with wabt's wast2json and runs them all.

Usage: run_conformance.py SPEC_RUNNER FOLDER [--verbose]

FOLDER is searched for .wast files. Fails when an assertion fails, when the runner ends in any other unusual way,
and when fewer assertions pass than LEAST_PASSED: then something is skipped that was not before.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

LEAST_PASSED = 24000
RUNNER_SECONDS = 240
CONVERTER_SECONDS = 30


def find_scripts(folder):
    scripts = []
    for path, folders, files in os.walk(folder):
        folders.sort()
        scripts += [os.path.join(path, name) for name in sorted(files) if name.endswith(".wast")]
    return scripts


def convert(script, output):
    """Whether wabt could; it knows only part of WebAssembly 3.0, and aborts on some of the rest."""
    command = ["wast2json", "--enable-all", script, "-o", output]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=CONVERTER_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--verbose"]
    is_verbose = "--verbose" in sys.argv[1:]
    if len(arguments) != 2:
        sys.exit(__doc__.strip())
    runner, folder = arguments
    if shutil.which("wast2json") is None:
        sys.exit("wast2json is missing; third_party/setup.sh --dev installs it (package wabt)")
    scripts = find_scripts(folder)
    if not scripts:
        sys.exit(f"{folder} has no .wast files")

    with tempfile.TemporaryDirectory(prefix="wasmscope-spec-") as temporary:
        converted, refused = [], []
        for script in scripts:
            name = os.path.relpath(script, folder)
            output = os.path.join(temporary, re.sub(r"[/\\]", "_", name)[:-len(".wast")] + ".json")
            if convert(script, output):
                converted.append(output)
            else:
                refused.append(name)
        print(f"{len(scripts)} scripts, {len(converted)} converted, {len(refused)} not converted by wabt", flush=True)
        if is_verbose:
            for name in refused:
                print(f"  not converted: {name}")
        if not converted:
            sys.exit("nothing to run")
        command = [runner] + (["--verbose"] if is_verbose else []) + converted
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                  timeout=RUNNER_SECONDS)
        except subprocess.TimeoutExpired:
            sys.exit(f"{runner} did not end within {RUNNER_SECONDS} s")

    print(done.stdout, end="", flush=True)
    totals = re.search(r"^(\d+) passed, (\d+) failed, (\d+) skipped\n\Z", done.stdout, re.MULTILINE)
    if totals is None or done.returncode not in (0, 1):
        sys.exit(f"{runner} ended with {done.returncode}, without its totals or despite them")
    if int(totals[1]) < LEAST_PASSED:
        sys.exit(f"only {totals[1]} assertions passed; at least {LEAST_PASSED} should")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
