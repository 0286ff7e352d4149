#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every path named in the documents (*.md) exists.

Usage: check_docs.py ROOT [--self-test]
Looked at: targets of links, words in `backticks`, and words in code blocks that start with one of the
repository's folders. A path may be written from the root or from the document's own folder. <name> and *
stand for anything, {h,cpp} for each of its parts. What a build makes (build/) is not looked for.
"""
import glob
import os
import re
import sys

SKIPPED = {"build", ".git", ".cache"}
TOPS = ("engine/", "ui/", "app/", "assets/", "tests/", "third_party/", ".ci/")
FILE_NAME = re.compile(r"^[\w.{},<>*-]+\.(def|h|cpp|py|sh|md|inc|cmake|S)$")
PATH = re.compile(r"^[\w.{},<>*/-]+$")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^\s*```")


def expand(path):
    """Each alternative of a{b,c}d, with placeholders turned into wildcards."""
    match = re.search(r"\{([^{}]*)\}", path)
    if match:
        return [whole for part in match.group(1).split(",")
                for whole in expand(path[:match.start()] + part + path[match.end():])]
    return [re.sub(r"<[^<>]*>", "*", path)]


def named_paths(text):
    """Yields (line number, path) for all words of the text that claim to be paths."""
    in_block = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            in_block = not in_block
            continue
        words = []
        if in_block:
            words = [word for word in re.split(r"[\s,;()\"'=]+", line) if word.startswith(TOPS)]
        else:
            for target in LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:"):
                    yield number, target
            for quoted in re.findall(r"`([^`]+)`", line):
                for word in quoted.split():
                    if word.startswith(TOPS) or FILE_NAME.match(word.rsplit("/", 1)[-1]):
                        words.append(word)
        for word in words:
            word = re.sub(r":\d+$", "", word.rstrip(".,:"))
            if PATH.match(word) and not word.startswith(("build/", "/", "../")):
                yield number, word


def check_document(document, text, has_path, names):
    folder = os.path.dirname(document)
    complaints = []
    for number, path in named_paths(text):
        for wanted in expand(path):
            found = has_path(wanted) or has_path(os.path.normpath(os.path.join(folder, wanted)))
            if not found and "/" not in wanted:
                found = wanted in names or "*" in wanted
            if not found:
                complaints.append(f"{document}:{number}: there is no {wanted}")
    return complaints


def is_build(folder, name):
    return os.path.exists(os.path.join(folder, name, "CMakeCache.txt"))


def check_tree(root):
    documents, names = [], set()
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not is_build(folder, name))
        names.update(files)
        documents += [os.path.relpath(os.path.join(folder, name), root) for name in sorted(files) if name.endswith(".md")]

    def has_path(path):
        whole = os.path.join(root, path)
        return bool(glob.glob(whole)) if "*" in path else os.path.exists(whole)

    complaints = []
    for document in documents:
        with open(os.path.join(root, document), encoding="utf-8") as file:
            complaints += check_document(document, file.read(), has_path, names)
    return complaints


def self_test():
    files = {"engine/wasm/opcodes.def", "engine/README.md", "tests/README.md", "ui/model/code.h", "ui/model/code.cpp"}

    def has_path(path):
        return path in files or any(glob.fnmatch.fnmatch(file, path) for file in files)

    def complains(text, document="engine/README.md"):
        return bool(check_document(document, text, has_path, {file.rsplit("/", 1)[-1] for file in files}))

    for fine in ("`engine/wasm/opcodes.def`", "`wasm/opcodes.def`", "`opcodes.def`", "[tests](../tests/README.md)",
                 "[how](README.md#here)", "`ui/model/code.{h,cpp}`", "`ui/model/<name>.cpp`", "`a / b`", "`i32/i64`",
                 "[site](https://example.org/x.md)", "`build/app/wasmscope FILE`", "```\nrun tests/README.md\n```"):
        assert not complains(fine), fine
    for wrong in ("`engine/wasm/opcode.def`", "`wasm/nothing.h`", "`nothing.def`", "[gone](../tests/GONE.md)",
                  "`ui/model/code.{h,inc}`", "`ui/view/<name>.cpp`", "```\nrun tests/GONE.md\n```"):
        assert complains(wrong), wrong


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = check_tree(sys.argv[1])
        print("\n".join(found) if found else "every path exists")
        sys.exit(1 if found else 0)
