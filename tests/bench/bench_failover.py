# SPDX-License-Identifier: Apache-2.0
"""An application server that is killed under load is had again: by Attune and by Pacemaker, with the same OCF agent on the same host,
asked at the same interval. The server is that of examples/web, and so are the database behind it and the customers."""
import pathlib
import random
import subprocess
import tempfile
import time

from contest import Contestant, MeanRatio, Spread, hold
from lab import Lab
from pacemaker import Pacemaker
from report import BIN, ROOT, Report, output_of

ROUNDS = 30
RATE = 500         # requests a second
INTERVAL = "1s"    # of `monitor`, for both
SETTLING = 2       # seconds that are watched once it serves again
COOLDOWN = 10      # seconds: of stock:repair, which does not repair the same component again within them
PATIENCE = 60      # seconds
PORT, PASSWORD = 9001, "bench"
DATABASE, SERVER, MANAGER = "lab1", "lab2", "lab3"
WRAPPER = """<wrapper name='app'>
  <method name="start" key="ocf:heartbeat:anything" method="start"/>
  <method name="stop" key="ocf:heartbeat:anything" method="stop"/>
  <method name="status" key="ocf:heartbeat:anything" method="monitor"/>
</wrapper>
"""


class Hosts(Lab):
    def shell(self, host, text, stdin=None):
        done = subprocess.run([ROOT / "lab/lab", "exec", "--name", self.name, host, "bash", "-c", text], input=stdin or "", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"on {host}: {text}\n{done.stdout}")
        return done.stdout

    def holds(self, host, condition):
        return subprocess.run([ROOT / "lab/lab", "exec", "--name", self.name, host, "bash", "-c", condition], stdin=subprocess.DEVNULL,
                              capture_output=True, check=False).returncode == 0

    def put(self, host, path, source):
        self.shell(host, f"cat >{path} && chmod 755 {path}", source.read_text())


def make_site(lab):
    """The database, and what the agent is to start."""
    lab.put(DATABASE, "/opt/database.sh", ROOT / "examples/web/database.sh")
    pg_ctl = "su postgres -c '/usr/lib/postgresql/15/bin/pg_ctl -D /var/lib/postgresql/web -l /tmp/postgresql.log -w start' >/dev/null"
    lab.shell(DATABASE, f"export ATTUNE_SECRET_password={PASSWORD}; sh /opt/database.sh configure /var/lib/postgresql/web && {pg_ctl} && "
              f"sh /opt/database.sh grant /var/lib/postgresql/web app={lab.addresses[SERVER]}:{PORT}")
    lab.put(SERVER, "/opt/shop.py", ROOT / "examples/web/shop.py")
    lab.shell(SERVER, f"umask 077; echo '*:*:shop:shop:{PASSWORD}' >/root/.pgpass; install -d -m 1755 /run/resource-agents")


def parameters_of(lab):
    return {"binfile": "/opt/shop.py", "cmdline_options": f"app {PORT} {lab.addresses[DATABASE]}", "workdir": "/opt",
            "pidfile": "/run/app.pid", "logfile": "/tmp/app.log"}


class Attune:
    def __init__(self, lab, work):
        self.lab, self.work, self.attuned = lab, work, None

    def begin(self):
        project = self.work / "project"
        (project / "wrappers").mkdir(parents=True)
        (project / "wrappers/app.xml").write_text(WRAPPER)
        lines = (self.lab.dir / "lab.nodes").read_text().splitlines()
        (project / "lab.nodes").write_text("".join(f"{line}\n" for line in lines if line.startswith(SERVER)))
        (project / "attune.info").write_text(f"status {{ period {INTERVAL} }}\ndiagrams\n{{\n  component_failed stock:repair\n}}\n")
        attributes = "".join(f'    +{name}: String = "{value}"\n' for name, value in parameters_of(self.lab).items())
        (project / "deployment.mmd").write_text(
            'classDiagram\n  class hosts {\n    <<host-family>>\n    +nodefile: String = "lab.nodes"\n    +user: String = "root"\n'
            f'    +identity-file: String = "{self.lab.dir}/id_ed25519"\n    +known-hosts: String = "{self.lab.dir}/known_hosts"\n  }}\n'
            f'  class app {{\n    +wrapper: String = "app.xml"\n    +host-family: String = "hosts"\n{attributes}  }}\n')
        self.attuned = subprocess.Popen([BIN / "attuned", project, "--run-dir", self.work / "run", "--state-dir", self.work / "state"],
                                        stdout=(self.work / "attuned.log").open("w"), stderr=subprocess.STDOUT,
                                        preexec_fn=lambda: self.lab.join(MANAGER))
        self.call("status", "--wait", str(PATIENCE))
        self.stop()

    def end(self):
        if self.attuned:
            self.attuned.terminate()
            self.attuned.wait()

    def call(self, *words):
        done = subprocess.run([BIN / "attune", *words, "--run-dir", self.work / "run"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise SystemExit(f"attune {' '.join(words)}: {done.stdout}\n{(self.work / 'attuned.log').read_text()}")

    def start(self):
        self.call("call", "app", "start")

    def stop(self):
        self.call("call", "app", "stop")


class Customers:
    """For one turn: what they are told, as it comes."""

    def __init__(self, lab, path):
        self.path = path
        self.process = subprocess.Popen([BIN / "web_client", lab.addresses[SERVER], str(PORT), str(RATE), path], stdin=subprocess.PIPE)
        self.read, self.requests = None, []

    def look(self):
        """What came since the last look, as (due, ended, whether it was good)."""
        if self.read is None and self.path.exists():
            self.read = self.path.open()
        for line in iter(self.read.readline, "") if self.read else ():
            due, took, status, *_ = line.split()
            self.requests.append((float(due), float(due) + float(took) / 1000, status.startswith("2")))
        return self.requests

    def served_since(self, when):
        """When the first request that was due after then was answered well; None: none was yet."""
        return min((ended for due, ended, is_good in self.look() if is_good and due > when), default=None)

    def await_served(self, when):
        deadline = time.monotonic() + PATIENCE
        while (served := self.served_since(when)) is None:
            if time.monotonic() > deadline:
                raise SystemExit(f"nobody was served within {PATIENCE} s")
            time.sleep(0.05)
        return served

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.look()
        self.read.close()
        self.path.unlink()


class Turn:
    """The server is started, comes under load, is killed, and serves again."""

    def __init__(self, lab, work, manager, name):
        self.lab, self.work, self.manager, self.name = lab, work, manager, name
        self.moment = random.Random(name)  # when within the interval it is killed
        self.customers, self.killed, self.repaired = None, 0, 0
        self.failed = []  # requests, by turn

    def before(self):
        self.manager.start()
        self.customers = Customers(self.lab, self.work / "requests")
        self.customers.await_served(time.time())
        time.sleep(max(2, self.repaired + COOLDOWN - time.time()) + self.moment.random())  # it has been asked a few times, and is not killed at a moment that one of them knows

    def kill(self):
        told = self.lab.shell(SERVER, "pid=$(cat /run/app.pid) && b=$EPOCHREALTIME && kill -9 $pid && echo $b $EPOCHREALTIME")
        return map(float, told.split())

    def work_it(self):
        begin, done = self.kill()
        self.killed = begin
        self.repaired = again = self.customers.await_served(done)
        self.customers.await_served(again + SETTLING)
        return again - begin

    def after(self):
        self.customers.end()
        self.failed.append(sum(not is_good for _, ended, is_good in self.customers.requests if ended > self.killed))
        self.manager.stop()


def run(options):
    rounds = options.rounds or ROUNDS
    report = Report("failover", f"An application server killed under {RATE} requests a second, monitored every {INTERVAL}")
    with Hosts("bfail", 3, "--no-libvirt") as lab, tempfile.TemporaryDirectory(prefix="ab.") as folder:
        make_site(lab)
        attune, pacemaker = Attune(lab, pathlib.Path(folder)), Pacemaker(lab)
        try:
            pacemaker.begin()
            pacemaker.add(parameters_of(lab), SERVER, INTERVAL)
            attune.begin()
            turns = {name: Turn(lab, pathlib.Path(folder), manager, name) for name, manager in (("attune", attune), ("pacemaker", pacemaker))}
            by_name = {name: Contestant(name, turn.work_it, before=turn.before, after=turn.after) for name, turn in turns.items()}
            report.versions = {"pacemaker": pacemaker.version(), "resource-agents": output_of("dpkg-query", "-W", "-f", "${Version}", "resource-agents")}
            hold(by_name.values(), rounds, "failover")
        finally:
            attune.end()
    add_results(report, by_name, turns, rounds)
    return report.conclude()


def add_results(report, by_name, turns, rounds):
    rows = []
    for name, one in by_name.items():
        again, failed = Spread(one.seconds.values()), Spread(turns[name].failed[1:])
        rows.append([name, again.text(), failed.text("{:.0f}")])
        report.add_figure(what=name, serves_again_s=again.json(), failed=failed.json())
    report.add_section(f"kill -9 ({rounds} times each)", ["", "seconds until it serves again", "requests failed"], rows)
    ours, its = (by_name[name].seconds.values() for name in ("attune", "pacemaker"))
    slower = MeanRatio(ours, its)
    report.add_figure(what="attune against pacemaker", serves_again=slower.json())
    report.add_aim("serves again no later than with Pacemaker (5% is noise)", f"{slower.text()} x its time", slower.value <= 1.05)
    more = MeanRatio(turns["attune"].failed[1:], turns["pacemaker"].failed[1:])
    report.add_figure(what="requests failed, attune against pacemaker", failed=more.json())
    report.add_aim("no more requests fail (5% is noise)", f"{more.text()} x as many", more.value <= 1.05)
