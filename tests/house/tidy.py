# SPDX-License-Identifier: Apache-2.0
"""usage: tidy.py BUILD [FILE...]
Runs clang-tidy on our sources that BUILD compiles (its compile_commands.json), on all cores. What was found clean is
not looked at again, in whichever clone, until it, a header of ours that it includes, or the list of checks changes."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

from sources import ROOT, conclude

TIDY = "clang-tidy-22"  # 22 is the first that does not walk through the system's headers
# The compile commands are GCC's, whose options Clang does not all know; libstdc++ uses what it deprecates; libvirt's
# callbacks are cast; Boost 1.74 looks for what Clang had before C++20.
OPTIONS = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-deprecated-declarations",
           "--extra-arg=-Wno-cast-function-type-mismatch", "--extra-arg=-DBOOST_ASIO_HAS_CO_AWAIT=1"]


def sources_of(build):
    """The compile command of each source of ours; generated ones are left out."""
    commands = json.loads((build / "compile_commands.json").read_text())
    files = {pathlib.Path(command["file"]): command for command in commands}
    return {file: command for file, command in files.items() if ROOT in file.parents and build not in file.parents}


def headers_of(build):
    """For each object that ninja has built: the files of ours that its compiler saw."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], stdout=subprocess.PIPE, text=True).stdout
    seen, current = {}, []
    for line in listing.split("\n"):
        if ": #deps" in line:
            current = seen.setdefault(line.split(":")[0], [])
        elif line.startswith("    "):
            path = (build / line.strip()).resolve()
            if ROOT in path.parents:
                current.append(path)
    return seen


class Marks:
    """A file for each source that was clean, named by a digest of all that clang-tidy saw of ours; in the user's cache,
    where ccache keeps what was compiled."""

    def __init__(self, build):
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        self._folder = pathlib.Path(cache) / "attune/tidy"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._headers = headers_of(build)
        self._digests = {}
        version = subprocess.run([TIDY, "--version"], stdout=subprocess.PIPE, check=True).stdout
        self._base = hashlib.sha256(version + (ROOT / ".clang-tidy").read_bytes())

    def _digest(self, path):
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(path.read_bytes()).digest() if path.exists() else b""
        return self._digests[path]

    def mark_of(self, file, command):
        key = self._base.copy()
        key.update(command["command"].replace(str(ROOT), "").encode())
        built = re.search(r" -o (\S+)", command["command"]).group(1)
        for path in sorted({file, *self._headers.get(built, [])}):
            key.update(self._digest(path))
        return self._folder / key.hexdigest()


def findings_of(build, file):
    run = subprocess.run([TIDY, *OPTIONS, "-p", str(build), str(file)], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    findings = [line.replace(f"{ROOT}/", "") for line in run.stdout.split("\n")
                if re.search(r": (warning|error): ", line)]
    if run.returncode != 0 and not findings:
        findings = [f"{file}: {TIDY} ended with {run.returncode}: {run.stdout[-500:]}"]
    return findings


def main(build, wanted):
    marks = Marks(build)
    sources = {file: marks.mark_of(file, command) for file, command in sources_of(build).items()
               if not wanted or file in wanted}
    stale = sorted((file for file in sources if not sources[file].exists()), key=lambda file: -file.stat().st_size)
    print(f"{len(sources)} sources, {len(stale)} to look at", flush=True)
    findings = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, found in zip(stale, pool.map(lambda file: findings_of(build, file), stale)):
            findings.update(found)
            if not found:
                sources[file].touch()
    conclude(sorted(findings))


if len(sys.argv) < 2:
    sys.exit(__doc__)
main(pathlib.Path(sys.argv[1]).resolve(), {pathlib.Path(name).resolve() for name in sys.argv[2:]})
