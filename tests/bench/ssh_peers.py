# SPDX-License-Identifier: Apache-2.0
"""How each peer of the ssh benchmark is told to do the work: as its own documentation says, with its defaults."""
import os
import shutil
import subprocess

ARCHIVE_ON_HOST = "/srv/app.tar.gz"
FOLDER_ON_HOST = "/srv/bench"
UNPACK_AND_RUN = f"tar -xzf {ARCHIVE_ON_HOST} -C {FOLDER_ON_HOST} && {FOLDER_ON_HOST}/run.sh"
STREAM_AND_RUN = f"cat >{ARCHIVE_ON_HOST} && {UNPACK_AND_RUN}"

# One ssh a host, all at once; fails when one of them does.
SSH_LOOP = """config=$1 input=$2 command=$3; shift 3
for host; do ssh -F "$config" "$host" "$command" <"$input" & pids="$pids $!"; done
for pid in $pids; do wait "$pid" || failed=1; done
[ -z "$failed" ]"""

PLAYBOOK = f"""- hosts: all
  gather_facts: false
  tasks:
    - unarchive: {{src: "{{{{ archive }}}}", dest: {FOLDER_ON_HOST}}}
    - command: {FOLDER_ON_HOST}/run.sh
"""


def call(command, **environment):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, env={**os.environ, **environment})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stdout[-2000:]}")


class SshLoop:
    """The client itself, from a shell's loop."""

    def __init__(self, work, hosts, config):
        self.hosts = hosts
        self.config = str(config)
        self.archive = str(work / "app.tar.gz")

    def run(self, command, stdin="/dev/null"):
        call(["sh", "-c", SSH_LOOP, "sh", self.config, stdin, command, *self.hosts])

    def true(self):
        self.run("true")

    def copy(self):
        self.run(STREAM_AND_RUN, self.archive)


class ClusterShell:
    def __init__(self, work, hosts, config):
        self.command = ["clush", "-q", "-S", "-w", ",".join(hosts), "-o", f"-F {config}"]
        self.archive = str(work / "app.tar.gz")

    def true(self):
        call([*self.command, "true"])

    def copy(self):
        call([*self.command, "--copy", self.archive, "--dest", ARCHIVE_ON_HOST])
        call([*self.command, UNPACK_AND_RUN])


class Pdsh:
    def __init__(self, work, hosts, config):
        self.hosts = ",".join(hosts)
        self.environment = {"PDSH_SSH_ARGS_APPEND": f"-F {config}"}
        self.archive = str(work / "app.tar.gz")

    def run(self, command):
        call(["pdsh", "-R", "ssh", "-S", "-w", self.hosts, command], **self.environment)

    def true(self):
        self.run("true")

    def copy(self):
        call(["pdcp", "-R", "ssh", "-w", self.hosts, self.archive, ARCHIVE_ON_HOST], **self.environment)
        self.run(UNPACK_AND_RUN)


class TakTuk:
    def __init__(self, work, hosts, config):
        self.command = ["taktuk", "-c", f"ssh -F {config}"]
        for host in hosts:
            self.command += ["-m", host]
        self.archive = str(work / "app.tar.gz")

    def true(self):
        call([*self.command, "broadcast", "exec", "[", "true", "]"])

    def copy(self):
        call([*self.command, "broadcast", "put", "[", self.archive, "]", "[", ARCHIVE_ON_HOST, "]", ";",
              "synchronize", "broadcast", "exec", "[", UNPACK_AND_RUN, "]"])


class Ansible:
    """With its default, a connection is kept for a minute: forget() ends those of the last run."""

    def __init__(self, work, hosts, config):
        self.folder = work / f"a{config.name[-1]}{len(hosts)}"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "hosts").write_text("".join(f"{host}\n" for host in hosts))
        (self.folder / "copy.yml").write_text(PLAYBOOK)
        self.archive = str(work / "app.tar.gz")
        self.options = ["-i", str(self.folder / "hosts"), "--ssh-common-args", f"-F {config}"]
        self.environment = {"ANSIBLE_HOME": str(self.folder), "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.folder / "cp"),
                            "ANSIBLE_DEPRECATION_WARNINGS": "false"}

    def true(self):
        call(["ansible", "all", *self.options, "-m", "command", "-a", "true"], **self.environment)

    def copy(self):
        call(["ansible-playbook", *self.options, "-e", f"archive={self.archive}", str(self.folder / "copy.yml")],
             **self.environment)

    def forget(self):
        sockets = self.folder / "cp"
        for socket in sockets.glob("*") if sockets.is_dir() else ():
            subprocess.run(["ssh", "-S", str(socket), "-O", "exit", "host"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(sockets, ignore_errors=True)
