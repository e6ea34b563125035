#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: right_diagrams.py ATTUNE
No warning about diagrams in which nothing is wrong: those of each folder of tests/golden/right, in the shop of
docs/cookbook.md."""
import pathlib
import subprocess
import sys
import tempfile

from cookbook import PAGE, blocks_of

CASES = PAGE.parents[1] / "tests/golden/right"


def problem_of(attune, case, shop):
    with tempfile.TemporaryDirectory(prefix="right.") as folder:
        files = shop + [(f"diagrams/{file.name}", file.read_text()) for file in case.iterdir()]
        for path, text in files:
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        done = subprocess.run([attune, "check", "--strict", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return "" if done.returncode == 0 else f"{case.name}:\n{done.stdout}"


def main():
    shop = blocks_of(PAGE.read_text().split("\n## ")[0])
    cases = sorted(CASES.iterdir())
    problems = [problem for case in cases if (problem := problem_of(sys.argv[1], case, shop))]
    print("\n".join(problems) or f"nothing is found in {len(cases)} right ones")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
