#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include in the sources against engine/layers.txt.

Usage: check_layers.py ROOT [--self-test]
A source may include from its own folder and from those its line in layers.txt names; tests may include
from anywhere. Includes of the project's own files are written from the root of the repository.
"""
import os
import re
import sys

CHECKED = ("engine", "assets", "ui", "app", "tests")
SOURCES = (".h", ".cpp", ".inc", ".def", ".S")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def read_rules(text):
    """Returns (allowed folders by folder, [(header prefix, folders)], complaints about the file itself)."""
    allowed, only, complaints = {}, [], []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        left, _, right = line.partition(":")
        if left.startswith("only <"):
            only.append((left[len("only <"):].strip(), set(right.split())))
            continue
        folders = allowed.setdefault(left.strip(), set())
        for folder in right.split():
            # The system layer and the base that hides it are the one pair that may use each other.
            if folder not in allowed and (left.strip(), folder) != ("engine/base/os", "engine/base"):
                complaints.append(f"engine/layers.txt:{number}: {left.strip()} names {folder}, which is not below it")
            folders.add(folder)
    return allowed, only, complaints


def layer_of(path, allowed):
    """The deepest folder of layers.txt that holds this path."""
    folder = os.path.dirname(path)
    while folder and folder not in allowed:
        folder = os.path.dirname(folder)
    return folder


def is_within(folder, folders):
    return any(folder == other or folder.startswith(other + "/") for other in folders)


def check_source(path, text, rules, exists):
    allowed, only = rules
    is_test = path.startswith("tests/")
    layer = layer_of(path, allowed)
    if not layer and not is_test:
        return [f"{path}:1: engine/layers.txt has no line for {os.path.dirname(path)}"]
    complaints = []
    for match in INCLUDE.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        form, header = match.groups()
        if form == "<":
            for prefix, folders in only:
                if header.startswith(prefix) and not is_test and not is_within(layer, folders):
                    complaints.append(f"{where}: <{header}> belongs to {', '.join(sorted(folders))}")
            continue
        if not exists(header):
            complaints.append(f'{where}: "{header}" is not a file, seen from the root of the repository')
            continue
        target = layer_of(header, allowed)
        if is_test or target == layer or target in allowed[layer]:
            continue
        complaints.append(f"{where}: {layer} may not include from {target or os.path.dirname(header)} ({header})")
    return complaints


def list_sources(root):
    for top in CHECKED:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(files):
                if name.endswith(SOURCES):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check_tree(root):
    with open(os.path.join(root, "engine/layers.txt"), encoding="utf-8") as file:
        allowed, only, complaints = read_rules(file.read())
    for path in list_sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            complaints += check_source(path, file.read(), (allowed, only), lambda h: os.path.isfile(os.path.join(root, h)))
    return complaints


def self_test():
    allowed, only, complaints = read_rules(
        "engine/base:\nengine/lower: engine/base\nui/panels: engine/base # why\nonly <imgui: ui/panels\n")
    assert not complaints
    assert read_rules("engine/base: engine/wasm\nengine/wasm:\n")[2], "an upward line must be refused"
    files = {"engine/base/bytes.h", "engine/lower/slot_code.h", "ui/panels/code.h"}

    def complains(path, text):
        return bool(check_source(path, text, (allowed, only), files.__contains__))

    assert not complains("engine/lower/a.cpp", '#include "engine/base/bytes.h"\n#include <vector>\n')
    assert not complains("ui/panels/a.cpp", '#include <imgui.h>\n#include "ui/panels/code.h"\n')
    assert not complains("tests/unit/a.cpp", '#include "engine/lower/slot_code.h"\n#include <unistd.h>\n')
    assert complains("engine/base/a.cpp", '#include "engine/lower/slot_code.h"\n'), "upward"
    assert complains("ui/panels/a.cpp", '#  include "engine/lower/slot_code.h"\n'), "forbidden edge"
    assert complains("engine/base/a.cpp", '#include "bytes.h"\n'), "not from the root"
    assert complains("engine/base/a.cpp", "#include <imgui.h>\n"), "package header in the wrong folder"
    assert complains("engine/new/a.cpp", "#include <vector>\n"), "folder without a line"
    assert complains("tests/unit/a.cpp", '#include "helper.h"\n'), "tests too include from the root"


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = check_tree(sys.argv[1])
        print("\n".join(found) if found else "every include is allowed")
        sys.exit(1 if found else 0)
