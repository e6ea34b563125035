# SPDX-License-Identifier: Apache-2.0
"""The schema of wrappers against the wrappers there are: those that ship are right by it, those that `attune check` takes are never
refused, and of the wrong ones those that a schema can tell are."""
import pathlib
import subprocess
import sys

TREE = pathlib.Path(__file__).parents[2]
SHIPPED = [*TREE.glob("wrappers/*.xml"), *TREE.glob("examples/*/wrappers/*.xml")]
GOLDEN = sorted(TREE.glob("tests/golden/wrappers/*.xml"))
SEEN = {"attributes", "keys", "level", "names", "params", "repeat", "secret-value", "spread", "timeouts", "tune", "types",
        "unknown-element", "unknown-root"}


def is_valid(path):
    return subprocess.run(["xmllint", "--noout", "--relaxng", TREE / "docs/wrapper.rng", path],
                          stderr=subprocess.DEVNULL).returncode == 0


def main():
    wrong = [f"{path}: refused, though it ships" for path in SHIPPED if not is_valid(path)]
    for path in GOLDEN:
        is_right = "error:" not in path.with_suffix(".txt").read_text()
        if is_right and not is_valid(path):
            wrong.append(f"{path}: refused, though attune takes it")
        if path.stem in SEEN and is_valid(path):
            wrong.append(f"{path}: not refused")
    print("\n".join(wrong) or f"{len(SHIPPED)} wrappers that ship and {len(GOLDEN)} others: as they should be")
    return bool(wrong) or not SHIPPED or not SEEN <= {path.stem for path in GOLDEN}


sys.exit(main())
