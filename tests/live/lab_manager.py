# SPDX-License-Identifier: Apache-2.0
"""A lab host and a real attuned that has it, for tests and programs in Python. Needs root, and what `tools/install lab` installs."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("ATTUNE_BIN", TREE / "build/release/bin"))


def host_family(home):
    """The class of a deployment diagram by which a project has the lab's hosts, as lines. Beside it stands lab.nodes."""
    return ["  class lab {", "    <<host-family>>", '    +nodefile: String = "lab.nodes"', '    +user: String = "root"',
            f'    +identity-file: String = "{home}/id_ed25519"', f'    +known-hosts: String = "{home}/known_hosts"',
            '    +dirlocal: String = "/var/lib/attune"', "  }"]


class LabManager:
    """Up for as long as the block lasts. `write_project(folder, home)` makes the project, home being the lab's directory."""

    def __init__(self, name, write_project, *lab_options):
        self.name, self.write_project, self.lab_options = name, write_project, lab_options
        self.manager = None

    def lab(self, *words, **more):
        return subprocess.run([TREE / "lab/lab", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more)

    def __enter__(self):
        self.lab("down", "--name", self.name)
        up = self.lab("up", "1", "--name", self.name, *self.lab_options)
        if up.returncode:
            sys.exit(f"the lab does not come up: {up.stderr}")
        home = pathlib.Path(self.lab("dir", "--name", self.name).stdout.strip())
        self.base = tempfile.TemporaryDirectory()
        base = pathlib.Path(self.base.name)
        self.write_project(base / "project", home)
        self.log = open(base / "log", "w+", encoding="utf-8")
        try:
            self.start_manager()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_manager(self):
        base = pathlib.Path(self.base.name)
        self.run_dir = str(base / "run")
        self.manager = subprocess.Popen([BIN / "attuned", base / "project", "--run-dir", self.run_dir, "--state-dir", base / "state"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        if self.attune("status", "--wait", "90", "--json")[0] not in (0, 1):  # 1: it runs, and so does something in it
            self.log.seek(0)
            sys.exit(f"attuned did not start:\n{self.log.read()}")

    def kill_manager(self):
        self.manager.kill()
        self.manager.wait(30)

    def __exit__(self, *_):
        if self.manager is not None:
            self.manager.terminate()
            try:
                self.manager.wait(30)
            except subprocess.TimeoutExpired:
                self.manager.kill()
        self.lab("down", "--name", self.name)
        self.log.close()
        self.base.cleanup()

    def attune(self, *words):
        done = subprocess.run([BIN / "attune", *words, "--run-dir", self.run_dir], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=300)
        return done.returncode, done.stdout if done.stdout.strip() else done.stderr

    def call(self, component, stub):
        """Whether it worked, and what was said."""
        code, text = self.attune("call", component, stub, "--json")
        try:
            answer = json.loads(text)
        except ValueError:
            return False, text.strip()
        return code == 0, (answer.get("why") or answer.get("message") or "").strip()

    def on_host(self, text, timeout=240):
        """What a line of shell says on the host, without SSH."""
        return self.lab("exec", "--name", self.name, "lab1", "/bin/sh", "-c", text, timeout=timeout)
