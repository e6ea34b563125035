# SPDX-License-Identifier: Apache-2.0
"""Every source is as clang-format leaves it. `format.py --fix` rewrites those that are not."""
import subprocess
import sys

from sources import ROOT, conclude, tracked_files

sources = [str(path) for path in tracked_files(".h", ".cc")]
if "--fix" in sys.argv:
    sys.exit(subprocess.run(["clang-format", "-i", *sources], cwd=ROOT).returncode)
run = subprocess.run(["clang-format", "--dry-run", *sources], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=True)
crooked = {line.split(":")[0] for line in run.stderr.split("\n") if "clang-format-violations" in line}
conclude([f"{path}: not as clang-format leaves it; mend with  python3 tests/house/format.py --fix"
          for path in sorted(crooked)])
