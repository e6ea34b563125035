# SPDX-License-Identifier: Apache-2.0
"""A lab of the benchmark's own: hosts on this machine, gone with it."""
import pathlib
import subprocess

from report import ROOT


WEIGHT = "8"  # where others use the machine as well, the lab goes before them


class Lab:
    """`with Lab("bssh", 8) as lab:` brings it up, and takes it down whatever happens."""

    def __init__(self, name, hosts, *options):
        self.name = name
        self.count = hosts
        self.options = options
        self.dir = None
        self.addresses = {}

    def call(self, command, *words):
        done = subprocess.run([ROOT / "lab/lab", command, "--name", self.name, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"lab {' '.join(map(str, [command, *words]))}: {done.stdout}")
        return done.stdout

    def __enter__(self):
        try:
            self.call("up", str(self.count), "--weight", WEIGHT, *self.options)
            self.dir = pathlib.Path(self.call("dir").strip())
            for line in (self.dir / "lab.nodes").read_text().splitlines():
                if not line.startswith("#"):
                    host, address = line.split()[:2]
                    self.addresses[host] = address.removeprefix("address=")
        except BaseException:
            self.call("down")
            raise
        return self

    def __exit__(self, *_):
        self.call("down")

    def join(self, host):
        """The calling process gets that host's share of the processors, and goes with it."""
        for group in pathlib.Path("/sys/fs/cgroup").glob(f"**/attune-lab/{self.name}/{host}/cgroup.procs"):
            group.write_text("0")
