# SPDX-License-Identifier: Apache-2.0
"""How long attuned takes from its start until it serves, with 10,000 components and a journal of 1,000,000 records, of
which a checkpoint spares it all but the last 50,000, or none."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import projects
from contest import Contestant, Spread, hold
from report import BIN, ROOT, Report

COMPONENTS, RECORDS, TAIL = 10_000, 1_000_000, 50_000
PATIENCE = 300  # seconds


class Recovery:
    """attuned on a copy of a journal, from its start until it says that it is ready."""

    def __init__(self, work, project, journal):
        self.work, self.project, self.journal = work, project, journal
        self.processor = []  # seconds
        self.peak = []       # KiB

    def prepare(self):
        for folder in ("run", "state"):
            shutil.rmtree(self.work / folder, ignore_errors=True)
        state = self.work / "state/site"
        state.mkdir(parents=True, mode=0o700)
        shutil.copy(self.journal, state / "journal.db")

    def run(self):
        address = str(self.work / "notices")
        pathlib.Path(address).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            notices.bind(address)
            notices.settimeout(PATIENCE)
            begin = time.perf_counter()
            process = subprocess.Popen(
                [BIN / "attuned", self.project, "-p", "site", "--run-dir", self.work / "run", "--state-dir", self.work / "state"],
                env={**os.environ, "NOTIFY_SOCKET": address}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while b"READY=1" not in notices.recv(4096):
                pass
            seconds = time.perf_counter() - begin
        process.kill()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peak.append(usage.ru_maxrss)
        return seconds


def run(options):
    report = Report("recovery", f"From attuned's start until it serves: {COMPONENTS:,} components, {RECORDS:,} records")
    (ROOT / "build/bench").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rec.", dir=ROOT / "build/bench") as folder:
        work = pathlib.Path(folder)
        projects.many_alarms(work / "alarms", COMPONENTS, key="Script")
        contestants, recoveries = [], []
        for name, tail in ((f"a checkpoint and {TAIL:,} records", TAIL), ("no checkpoint", 0)):
            journal = work / f"{tail}.db"
            subprocess.run([BIN / "recovery_bench", work / "alarms", journal, str(RECORDS), str(tail)], check=True)
            recoveries.append(Recovery(work, work / "alarms", journal))
            contestants.append(Contestant(name, recoveries[-1].run, recoveries[-1].prepare))
        sizes = [one.journal.stat().st_size / 2**20 for one in recoveries]
        hold(contestants, options.rounds or 5, "recovery")
    rows = []
    for one, recovery, size in zip(contestants, recoveries, sizes):
        seconds, processor, peak = map(Spread, (one.seconds.values(), recovery.processor, recovery.peak))
        rows.append([one.name, seconds.text("{:.2f}"), processor.text("{:.2f}"), f"{peak.median / 1024:.0f}", f"{size:.0f}"])
        report.add_figure(what=one.name, seconds=seconds.json(), processor=processor.json(), peak_kib=peak.json(), journal_mib=size)
    report.add_section("attuned", ["", "seconds to serving", "processor seconds", "peak MiB", "journal MiB"], rows)
    for one in contestants:
        seconds = Spread(one.seconds.values())
        report.add_aim(f"{one.name}: serves within 2 s", f"{seconds.text('{:.2f}')} s", seconds.median <= 2)
    return report.conclude()
