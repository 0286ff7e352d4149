#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a formatter does not: licence lines, leftovers, file length, stray white space, what stands at the top.

Usage: check_style.py ROOT [--self-test]
"""
import os
import re
import subprocess
import sys

TOP = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "app", "engine", "ui", "assets", "tests", "third_party",
       ".ci", ".clang-format", ".clang-tidy", ".gitignore"}
SKIPPED = {"build", ".git", ".cache", "__pycache__"}
SOURCES = (".h", ".cpp", ".c", ".def", ".inc", ".S", ".py", ".sh", ".cmake", ".wat", "CMakeLists.txt", ".ci/run")
DOCUMENTS = (".md", ".json", "layers.txt", ".clang-format", ".clang-tidy", ".gitignore")
MAX_LINES = 800
LICENCE = "SPDX-License-Identifier: Apache-2.0"
# Split, so that this file does not complain about itself.
LEFTOVER = re.compile(r"\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b")
MACHINE_PATH = re.compile(r"(?<![\w.<>*/-])/(work|ro" + "ot|home|tm" + "p)/")


def check_text(path, text):
    is_source = path.endswith(SOURCES)
    complaints = []
    lines = text.split("\n")
    if is_source:
        first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
        if LICENCE not in first:
            complaints.append(f"{path}:1: the first line must be the comment '{LICENCE}'")
        if len(lines) - 1 > MAX_LINES:
            complaints.append(f"{path}:{MAX_LINES}: {len(lines) - 1} lines; split it, {MAX_LINES} is the limit")
    if text and not text.endswith("\n"):
        complaints.append(f"{path}:{len(lines)}: no newline at the end of the file")
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            complaints.append(f"{path}:{number}: white space at the end of the line")
        if is_source and "\t" in line:
            complaints.append(f"{path}:{number}: a tab")
        if LEFTOVER.search(line):
            complaints.append(f"{path}:{number}: unfinished business belongs in the tracker")
        if MACHINE_PATH.search(line):
            complaints.append(f"{path}:{number}: a path of one particular machine")
    return complaints


def is_build(folder, name):
    return os.path.exists(os.path.join(folder, name, "CMakeCache.txt"))


def check_tree(root):
    complaints = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not is_build(folder, name))
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), root)
            if path.endswith(SOURCES + DOCUMENTS):
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    complaints += check_text(path, file.read())
    return complaints


def check_top(paths):
    """Of files that are kept: build folders and the like are somebody's own."""
    tops = {path.split("/")[0] for path in paths}
    return [f"{top}:1: does not belong at the top of the repository" for top in sorted(tops - TOP)]


def kept_files(root):
    if not os.path.exists(os.path.join(root, ".git")):
        return []
    listed = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True, check=False)
    return listed.stdout.split("\n")[:-1]


def self_test():
    assert not check_top(["engine/wasm/module.h", "README.md", ".ci/run"])
    assert len(check_top(["engine/wasm/module.h", "build2/CMakeCache.txt", "build2/app/main.o"])) == 1
    licence = f"// {LICENCE}\n"
    for path, text in (("a.cpp", licence + "int a;\n"), ("a.py", f"#!/usr/bin/env python3\n# {LICENCE}\n"),
                       ("a.md", "# Title\n"), ("a.cpp", licence + "// see engine/work/a and ../ro" + "ot/b\n")):
        assert not check_text(path, text), (path, text)
    for path, text in (("a.cpp", "int a;\n"), ("a.cpp", licence + "int a; \n"), ("a.cpp", licence + "int a;"),
                       ("a.cpp", licence + "\tint a;\n"), ("a.cpp", licence + "// TO" + "DO: later\n"),
                       ("a.md", "see /wo" + "rk/main\n"), ("a.py", licence + 'open("/tm' + 'p/x")\n'),
                       ("a.cpp", licence + "\n" * MAX_LINES)):
        assert check_text(path, text), (path, text)


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = check_tree(sys.argv[1]) + check_top(kept_files(sys.argv[1]))
        print("\n".join(found) if found else "nothing to complain about")
        sys.exit(1 if found else 0)
