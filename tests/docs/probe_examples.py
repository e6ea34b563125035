#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: probe_examples.py COMPILER LIBRARY
Each probe of docs/probes.md, in whatever language, does what the page says: it tells a level while it lasts and once when it has
ended, and ends with 0 on SIGTERM."""
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- probe: (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)```", re.S)
LANGUAGES = {".cc", ".py", ".sh"}
MOST_LINES = 40
PATIENCE = 60  # seconds


def made(folder, name, text):
    """The probe as a program that can be run."""
    source = pathlib.Path(folder, name)
    source.write_text(text)
    source.chmod(0o755)
    if source.suffix != ".cc":
        return source
    include = pathlib.Path(folder, "include/attune")
    include.mkdir(parents=True)
    shutil.copy(ROOT / "probes/library/probe.h", include)
    program = pathlib.Path(folder, "program")
    compiler, library = sys.argv[1:]
    subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", f"-I{folder}/include", source, library, "-o", program],
                   check=True)
    return program


class Pipe:
    """What the manager reads."""

    def __init__(self, path):
        os.mkfifo(path)
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.text = ""

    def next_line(self):
        while "\n" not in self.text:
            if not select.select([self.fd], [], [], PATIENCE)[0]:
                raise RuntimeError("it told nothing")
            self.text += os.read(self.fd, 4096).decode()
        line, self.text = self.text.split("\n", 1)
        return line


def expect(got, wanted):
    if got != wanted:
        raise RuntimeError(f"it told '{got}', and not '{wanted}'")


def watch(probe, pipe, spool):
    for name in ("a", "b"):
        (spool / name).touch()
    expect(pipe.next_line(), "backlog_high db1 files=2")
    expect(pipe.next_line(), "backlog_high db1 files=2")  # while it lasts
    (spool / "a").unlink()
    line = pipe.next_line()
    while line == "backlog_high db1 files=2":  # from before
        line = pipe.next_line()
    expect(line, "backlog_high db1 files=1 cleared=true")
    probe.send_signal(signal.SIGTERM)
    expect(probe.wait(PATIENCE), 0)


def problem_of(name, text):
    if len(text.splitlines()) > MOST_LINES:
        return f"{name} has more than {MOST_LINES} lines"
    with tempfile.TemporaryDirectory(prefix="probe.") as folder:
        spool = pathlib.Path(folder, "spool")
        spool.mkdir()
        pipe = Pipe(f"{folder}/pipe")
        with subprocess.Popen([made(folder, name, text), f"{folder}/pipe", "db1", spool, "2", "1"]) as probe:
            try:
                watch(probe, pipe, spool)
            except (RuntimeError, subprocess.TimeoutExpired) as problem:
                return f"{name}: {problem}"
            finally:
                probe.kill()
    return ""


def main():
    probes = [(block["name"], block["text"]) for block in BLOCK.finditer((ROOT / "docs/probes.md").read_text())]
    problems = [] if {pathlib.Path(name).suffix for name, _ in probes} == LANGUAGES else ["a language is missing"]
    problems += filter(None, [problem_of(name, text) for name, text in probes])
    print("\n".join(problems) or f"{len(probes)} probes do what the page says")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
