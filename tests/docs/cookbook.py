#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: cookbook.py ATTUNE
Each recipe of docs/cookbook.md, with the shop that stands before the first, is a project that is checked without a
warning, and what is expected of its trace comes of it."""
import pathlib
import re
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/cookbook.md"
BLOCK = re.compile(r"<!-- (file: (?P<path>\S+)|(?P<kind>trace|expect)) -->\n```\w+\n(?P<text>.*?)```", re.S)
LEAST = 10


def blocks_of(text):
    return [(block["path"] or block["kind"], block["text"]) for block in BLOCK.finditer(text)]


def problem_of(attune, name, blocks):
    with tempfile.TemporaryDirectory(prefix="cookbook.") as folder:
        shop = pathlib.Path(folder, "shop")
        for path, text in blocks:
            file = pathlib.Path(folder, {"trace": "it.trace", "expect": "it.trace.expect"}.get(path, f"shop/{path}"))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        for command in (["check", "--strict", shop], ["replay", shop, f"{folder}/it.trace"]):
            done = subprocess.run([attune, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                return f"{name}: attune {command[0]}:\n{done.stdout}"
    return ""


def main():
    shop, *recipes = re.split(r"^## ", PAGE.read_text(), flags=re.M)
    problems = [] if len(recipes) >= LEAST else [f"there are {len(recipes)} recipes"]
    for recipe in recipes:
        name, blocks = recipe.splitlines()[0], blocks_of(recipe)
        if {"trace", "expect"} - {path for path, _ in blocks}:
            problems.append(f"{name}: a trace and what is expected of it are needed")
            continue
        problems += filter(None, [problem_of(sys.argv[1], name, blocks_of(shop) + blocks)])
    print("\n".join(problems) or f"{len(recipes)} recipes do what is expected of them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
