# SPDX-License-Identifier: Apache-2.0
"""Commands and deployments over SSH on many hosts: Attune's shell and deployer against what people use for it."""
import io
import pathlib
import random
import shutil
import subprocess
import tarfile
import tempfile

from contest import Contestant, Spread, hold, ratio
from lab import Lab
from report import BIN, Report, output_of
from ssh_peers import FOLDER_ON_HOST, ARCHIVE_ON_HOST, Ansible, ClusterShell, Pdsh, SshLoop, TakTuk

DIRLOCAL = "/srv/attune"
MARK = "/srv/ran"
SLOW_ROUNDS = 3  # of Ansible
CLEAN = f"rm -rf {MARK} {FOLDER_ON_HOST} {ARCHIVE_ON_HOST} {DIRLOCAL} && mkdir {FOLDER_ON_HOST}"
PEERS = {"clustershell": ClusterShell, "pdsh": Pdsh, "taktuk": TakTuk, "ansible": Ansible, "ssh": SshLoop}

# Each peer connects as the lab's users do; `same` has it use the key exchange and the cipher that Attune uses.
CONFIG = """{first}{names}Host *
  User root
  IdentityFile {work}/key
  IdentitiesOnly yes
  UserKnownHostsFile {work}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
"""
SAME = "KexAlgorithms ecdh-sha2-nistp256\nCiphers aes128-gcm@openssh.com\n"


class Field:
    """The lab, the files that all contestants need, and a way to look after the hosts beside them."""

    def __init__(self, lab, work):
        self.lab = lab
        self.work = work
        shutil.copy(lab.dir / "id_ed25519", work / "key")
        shutil.copy(lab.dir / "known_hosts", work / "known_hosts")
        keep = f"ControlMaster auto\nControlPath {work}/cm-%n\nControlPersist 3600\n"
        names = "".join(f"Host {host}\n  HostName {address}\n" for host, address in lab.addresses.items())
        for name, first in {"default": "", "same": SAME, "kept": keep + SAME}.items():
            (work / name).write_text(CONFIG.format(first=first, names=names, work=work))
        pack(work / "app.tar.gz")
        self.keeper = SshLoop(work, list(lab.addresses), work / "kept")
        self.keeper.true()
        # TakTuk's hosts connect to one another with the same files.
        with tarfile.open(work / "files.tar", "w") as files:
            for name in ("key", "known_hosts", "default", "same"):
                files.add(work / name)
        self.keeper.run("tar -xf - -C /", str(work / "files.tar"))
        self.keeper.run(CLEAN)

    def hosts(self, count):
        return list(self.lab.addresses)[:count]

    def clean(self, count, has_run):
        keeper = SshLoop(self.work, self.hosts(count), self.work / "kept")
        keeper.run(f"test -e {MARK} && {CLEAN}" if has_run else CLEAN)

    def end(self):
        for host in self.lab.addresses:
            subprocess.run(["ssh", "-F", self.work / "kept", "-O", "exit", host], stderr=subprocess.DEVNULL, check=False)


def pack(path):
    """Software of 5 MB that no compression makes smaller, and a script that says on the host that it ran."""
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, mode, content in (("data", 0o644, random.Random(5).randbytes(5_000_000)),
                                    ("run.sh", 0o755, f"#!/bin/sh\necho ran >{MARK}\n".encode())):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))


class Attune:
    """Attune's shell and deployer in a process of their own: one for each turn, or one that stays."""

    def __init__(self, field, count):
        self.field = field
        self.command = [BIN / "ssh_bench", "--key", field.work / "key", "--known-hosts", field.work / "known_hosts"]
        self.command += [f"{host}={field.lab.addresses[host]}" for host in field.hosts(count)]
        self.kept = None
        self.lines = {"true": "true\n", "copy": f"deploy {field.work}/app.tar.gz {DIRLOCAL} run.sh\n"}

    def cold(self, what):
        done = subprocess.run(self.command, input=self.lines[what], stdout=subprocess.PIPE, text=True, check=False)
        if done.stdout != "done\n":
            raise SystemExit("ssh_bench failed")

    def warm(self, what):
        if self.kept is None:
            self.kept = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.kept.stdin.write(self.lines[what])
        self.kept.stdin.flush()
        if self.kept.stdout.readline() != "done\n":
            raise SystemExit("ssh_bench failed")

    def end(self):
        if self.kept is not None:
            self.kept.stdin.close()
            self.kept.wait()


def contestants(field, count, what):
    """Attune cold and warm, and each peer: at its defaults, with our key exchange, and with connections kept."""
    after = (lambda: field.clean(count, True)) if what == "copy" else None
    attune = Attune(field, count)
    yield Contestant("attune", lambda: attune.cold(what), after=after)
    yield Contestant("attune, up", lambda: attune.warm(what), before=lambda: attune.warm("true"), after=after)
    for config, suffix in (("default", ""), ("same", ", same"), ("kept", ", up")):
        for name, make in PEERS.items():
            if config != "default" and name == "ansible" or config == "kept" and name != "ssh":
                continue
            peer = make(field.work, field.hosts(count), field.work / config)
            forget = getattr(peer, "forget", None)
            yield Contestant(name + suffix, getattr(peer, what), before=forget, after=after,
                             most_rounds=SLOW_ROUNDS if forget else None)
            if forget:
                field.to_forget.append(peer)


def measure(field, count, what, rounds, report):
    field.to_forget = []
    titles = {"true": "run `true`", "copy": "copy 5 MB, unpack, run a script"}
    title = f"{titles[what]}, {count} hosts"
    found = {one.name: one for one in contestants(field, count, what)}
    hold(found.values(), rounds, title)
    for peer in field.to_forget:
        peer.forget()
    rows = []
    ratios = {}
    for one in found.values():
        ours = found["attune, up" if one.name.endswith(", up") else "attune"]
        ratios[one.name] = ratio(one, ours)
        seconds = Spread(one.seconds.values())
        rows.append([one.name, seconds.text(), "" if one is ours else ratios[one.name].text("{:.1f}")])
        report.add_figure(what=what, hosts=count, contestant=one.name, seconds=list(one.seconds.values()),
                          **seconds.json(), ratio=ratios[one.name].json())
    report.add_section(title, ["", "seconds", "times ours"], rows)
    add_aims(report, title, ratios)


def add_aims(report, title, ratios):
    def aim(text, ratio_of, least):
        report.add_aim(f"{title}: {text}", ratio_of.text("{:.2f}"), ratio_of.median >= least)

    aim("at least 3 times as fast as ClusterShell", ratios["clustershell"], 3)
    aim("at least 20 times as fast as Ansible", ratios["ansible"], 20)
    fastest = min((name for name in ratios if name.endswith(", same")), key=lambda name: ratios[name].median)
    aim(f"same key exchange: faster than the fastest ({fastest.removesuffix(', same')})", ratios[fastest], 1)
    aim("connections up: no slower than ssh's ControlMaster", ratios["ssh, up"], 1)


def versions():
    names = {"clustershell": "clustershell", "pdsh": "pdsh", "taktuk": "taktuk", "ansible": "ansible-core",
             "ssh": "openssh-client", "libssh": "libssh-4"}
    return {name: output_of("dpkg-query", "-W", "-f", "${Version}", package) for name, package in names.items()}


def run(options):
    counts = [int(word) for word in (options.hosts or "8,32,64").split(",")]
    report = Report("ssh", "Commands and deployments over SSH on many hosts")
    report.versions = versions()
    with Lab("bssh", max(counts), "--no-libvirt") as lab, tempfile.TemporaryDirectory(prefix="ab.") as work:
        field = Field(lab, pathlib.Path(work))
        try:
            for what in ("true", "copy"):
                for count in counts:
                    measure(field, count, what, options.rounds or 5, report)
        finally:
            field.end()
    return report.conclude()
