# SPDX-License-Identifier: Apache-2.0
"""From a line on the pipe to the call that answers it, with 10,000 components: Attune's parts, put together as the
daemon does, against a thread that reads a pipe and calls a function, and against one fdatasync of the journal's disk."""
import json
import os
import pathlib
import subprocess
import tempfile

import projects
from contest import Spread
from report import BIN, ROOT, Report

COMPONENTS = 10_000
SAMPLES, FLOOD = 600, 300_000
ROUNDS = 3


def take_precedence():
    """All threads of the measured process run as soon as they can, whatever else uses the machine."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        pass  # the bare reader's figures show what that costs


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class Found:
    """What all rounds measured, by name."""

    def __init__(self):
        self.microseconds = {}  # a list for each round
        self.rates = {}

    def measure(self, project):
        # Beside the build: the disk counts, and /tmp may be none.
        (ROOT / "build/bench").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="event.", dir=ROOT / "build/bench") as folder:
            done = subprocess.run([BIN / "event_bench", project, folder, str(SAMPLES), str(FLOOD)],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
                                  preexec_fn=take_precedence)
        for line in map(json.loads, done.stdout.splitlines()):
            if "failed" in line:
                raise SystemExit(f"event_bench: {line['failed']}")
            if "per_second" in line:
                self.rates.setdefault(line["name"], []).append(line["per_second"])
            else:
                self.microseconds.setdefault(line["name"], []).append(line["microseconds"])
        if done.returncode != 0:
            raise SystemExit(f"event_bench: exit code {done.returncode}")

    def milliseconds(self, name, part):
        """A percentile, round by round."""
        return [percentile(one, part) / 1000 for one in self.microseconds[name]]

    def over(self, name, other, part):
        """How many milliseconds more, round by round."""
        return Spread(a - b for a, b in zip(self.milliseconds(name, part), self.milliseconds(other, part)))


def run(options):
    report = Report("event", f"From an event to the call that answers it, {COMPONENTS} components")
    found = Found()
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        project = pathlib.Path(folder) / "alarms"
        projects.many_alarms(project, COMPONENTS)
        for _ in range(options.rounds or ROUNDS):
            found.measure(project)
    rows = []
    for name in found.microseconds:
        parts = {part: Spread(found.milliseconds(name, part)) for part in (0.5, 0.9, 0.99)}
        rows.append([name, *(one.text("{:.2f}") for one in parts.values())])
        report.add_figure(what=name, milliseconds={str(part): one.json() for part, one in parts.items()})
    report.add_section(f"milliseconds ({SAMPLES} events a round)", ["", "median", "p90", "p99"], rows)
    rates = {name: Spread(values) for name, values in found.rates.items()}
    report.add_section("events a second", ["", ""], [[name, one.text("{:,.0f}")] for name, one in rates.items()])
    for name, one in rates.items():
        report.add_figure(what=name, per_second=one.json())
    for load in ("idle", "loaded"):
        over = found.over(f"{load}: event", f"{load}: fdatasync", 0.99)
        report.add_figure(what=f"{load}: p99 over one fdatasync", milliseconds=over.json())
        report.add_aim(f"{load}: p99 at most 1 ms over that of one fdatasync", f"{over.text('{:+.2f}')} ms", over.median <= 1)
    flood = rates["flood"]
    report.add_aim("at least 100,000 events a second are taken", f"{flood.text('{:,.0f}')}", flood.median >= 100_000)
    return report.conclude()
