# SPDX-License-Identifier: Apache-2.0
"""Live migration of the demo's guest: the call of a running attuned, against bare `virsh migrate --live`, there and back
between the same two hosts, while somebody watches the guest's stream."""
import datetime
import json
import shutil
import signal
import subprocess
import tempfile
import time
import pathlib

from contest import Contestant, Spread, hold, ratio
from lab import Lab
from report import BIN, ROOT, Report, output_of

ROUNDS = 12
PATIENCE = 300  # seconds
SETTLING = 1.5  # seconds that are watched after a move: the last announcement of a guest's new place comes after 0.8
VIRSH = "virsh -q {} migrate --live --persistent --undefinesource vm {} tcp://{}"


class Stage:
    """Two hosts, attuned on examples/stream, and where its guest is."""

    def __init__(self, lab, work):
        self.lab = lab
        self.work = work
        self.watched = {}  # what the viewer saw, by contestant, turn by turn
        self.watch = None
        self.attuned = None
        self.net = lab.addresses["lab1"].rpartition(".")[0]

    def __enter__(self):
        shutil.copytree(ROOT / "examples/stream/diagrams", self.work / "project/diagrams")
        shutil.copy(self.lab.dir / "lab.nodes", self.work / "project")
        text = (ROOT / "examples/stream/deployment.mmd").read_text()
        for old, new in (("/run/attune-lab/lab/", f"{self.lab.dir}/"), ("10.213.0.", f"{self.net}."),
                         ("threshold: Percent = 80%", "threshold: Percent = 900%")):  # it moves nothing by itself
            text = text.replace(old, new)
        (self.work / "project/deployment.mmd").write_text(text)
        self.attuned = subprocess.Popen(
            [BIN / "attuned", self.work / "project", "--project", "stream", "--run-dir", self.work / "run", "--state-dir",
             self.work / "state"], stdout=(self.work / "attuned.log").open("w"), stderr=subprocess.STDOUT)
        self.await_rest()
        return self

    def __exit__(self, *_):
        self.attuned.terminate()
        self.attuned.wait()

    def attune(self, *words):
        done = subprocess.run([BIN / "attune", *words, "--run-dir", self.work / "run"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def await_that(self, holds, what):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if self.attuned.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{what}: it never came; attuned says:\n" + (self.work / "attuned.log").read_text())
            time.sleep(0.05)

    def host(self):
        return json.loads(self.attune("status", "--json", "vm") or "{}").get("host")

    def await_rest(self, host=None):
        """Attune does nothing, and knows that the guest is on the host."""
        self.await_that(lambda: host in (None, self.host()), f"the guest on {host}")
        if self.attune("status", "--wait", str(PATIENCE)) is None:
            raise SystemExit("attuned never rests")

    def begin_watching(self):
        self.watch = subprocess.Popen([BIN / "stream_watch", "--address", f"{self.net}.129", "--output", self.work / "watch"],
                                      stdout=subprocess.PIPE, text=True)
        if "plays" not in self.watch.stdout.readline():
            raise SystemExit("the guest plays no stream")

    def end_watching(self, name):
        time.sleep(SETTLING)
        self.watch.send_signal(signal.SIGINT)
        self.watch.communicate()
        self.watched.setdefault(name, []).append(json.loads((self.work / "watch").read_text()))

    def ways(self):
        here = self.host()
        return here, "lab2" if here == "lab1" else "lab1"


def moved_by_attune(stage):
    """From the call as it is written down to its outcome, as `attune log` tells it."""
    _, there = stage.ways()
    if stage.attune("call", "vm", "migrate", there) is None:
        raise SystemExit("the call failed:\n" + (stage.work / "attuned.log").read_text())
    stage.await_rest(there)
    call = {}
    for record in map(json.loads, stage.attune("log", "--json").splitlines()):
        if record.get("stub") == "migrate" and record["kind"] == "call-intent":
            call = {"begin": record}
        elif record["kind"] == "call-ended" and record["call"] == call.get("begin", {}).get("call"):
            call["end"] = record
    begin, end = (datetime.datetime.fromisoformat(call[name]["at"].replace("Z", "+00:00")) for name in ("begin", "end"))
    return (end - begin).total_seconds()


def moved_by_virsh(stage, command):
    """virsh's own time, without that of getting to it."""
    here, there = stage.ways()
    line = command(here, there)
    told = stage.lab.call("exec", here, "bash", "-c", f"b=$EPOCHREALTIME; {line} && echo $b $EPOCHREALTIME")
    stage.await_rest(there)
    begin, end = map(float, told.split()[-2:])
    return end - begin


def moved_from_here(stage):
    here, there = stage.ways()
    uri = "qemu+ssh://{}/system?command={}"
    line = VIRSH.format("-c " + uri.format(here, stage.lab.dir / "ssh"), uri.format(there, stage.lab.dir / "ssh"),
                        stage.lab.addresses[there])
    begin = time.perf_counter()
    subprocess.run(line.split(), check=True)
    seconds = time.perf_counter() - begin
    stage.await_rest(there)
    return seconds


def contestants(stage):
    def on_host(_, there):
        return VIRSH.format("", f"qemu+ssh://{stage.lab.addresses[there]}/system", stage.lab.addresses[there])

    for name, work in {"attune": moved_by_attune, "virsh": lambda stage: moved_by_virsh(stage, on_host),
                       "virsh, from here": moved_from_here}.items():
        yield Contestant(name, lambda work=work: work(stage), before=stage.begin_watching,
                         after=lambda name=name: stage.end_watching(name))


def by_round(watched, field, rounds):
    """What the viewer saw in the rounds that count, as a contest's result."""
    seen = Contestant("", None)
    seen.seconds = {number: watched[number][field] for number in range(1, rounds + 1)}
    return seen


def run(options):
    rounds = options.rounds or ROUNDS
    report = Report("migration", "Live migration of the demo's guest (128 MiB, a stream of 1 MB/s)")
    report.versions = {"libvirt": output_of("virsh", "--version"), "qemu": output_of("qemu-system-x86_64", "--version")}
    subprocess.run([ROOT / "lab/guest/build"], check=True)
    with Lab("bmigr", 2, "--guest", ROOT / "build/guest") as lab, tempfile.TemporaryDirectory(prefix="ab.") as folder, \
            Stage(lab, pathlib.Path(folder)) as stage:
        by_name = {one.name: one for one in contestants(stage)}
        hold(by_name.values(), rounds, "migration")
    rows = []
    gaps = {name: by_round(seen, "stream_gap_max_ms", rounds) for name, seen in stage.watched.items()}
    for name, one in by_name.items():
        total, gap = Spread(1000 * seconds for seconds in one.seconds.values()), Spread(gaps[name].seconds.values())
        pings = Spread(by_round(stage.watched[name], "ping_gap_max_ms", rounds).seconds.values())
        rows.append([name, *(spread.text("{:.0f}") for spread in (total, gap, pings))])
        report.add_figure(what=name, total_ms=total.json(), stream_gap_ms=gap.json(), ping_gap_ms=pings.json())
    report.add_section(f"milliseconds ({rounds} migrations each)", ["", "total", "gap in the stream", "in the pings"], rows)
    add_aims(report, by_name, gaps, stage.watched["attune"])
    return report.conclude()


def add_aims(report, by_name, gaps, watched):
    for name in ("virsh", "virsh, from here"):
        total = ratio(by_name["attune"], by_name[name])
        gap = ratio(gaps["attune"], gaps[name])
        report.add_figure(what=f"attune against {name}", total=total.json(), stream_gap=gap.json())
        if name == "virsh":
            report.add_aim("in all at most 1.1 times virsh's time", f"{total.text()} x", total.median <= 1.1)
            report.add_aim("a gap in the stream no longer than virsh's (5% is noise)", f"{gap.text()} x", gap.median <= 1.05)
        else:
            print(f"\nattune's time and gap against {name}: {total.text()} x, {gap.text()} x")
    lost = [sum(one[field] for one in watched) for field in ("tcp_connections_lost", "bytes_lost")]
    report.add_aim("no connection and no byte lost", f"{lost[0]:.0f} connections, {lost[1]:.0f} bytes", lost == [0, 0])
