# SPDX-License-Identifier: Apache-2.0
"""The files of the repository, as the checks of the sources want them."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked_files(*suffixes):
    """Paths below ROOT of the files that git knows or would add; all, or those with one of the suffixes."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode()
    paths = {pathlib.Path(name) for name in listing.split("\0") if name}
    return [path for path in sorted(paths) if (ROOT / path).is_file() and (not suffixes or path.suffix in suffixes)]


def conclude(findings):
    """Prints one finding a line and ends with an exit code for ctest."""
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)
