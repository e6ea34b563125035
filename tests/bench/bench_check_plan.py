# SPDX-License-Identifier: Apache-2.0
"""How long the command line takes to check a large project, and to plan one, and what a component costs in memory."""
import os
import pathlib
import subprocess
import tempfile

import projects
from contest import Contestant, Spread, hold
from report import BIN, Report

TEXTS = 100  # wrappers, and diagrams
COMPONENTS, HALF, HOSTS = 10_000, 5_000, 1_000  # what the halves differ by is what components take


class Command:
    """One of attune's commands, with what it used."""

    def __init__(self, *arguments):
        self.arguments = [str(BIN / "attune"), *map(str, arguments)]
        self.processor = []  # seconds
        self.peak = []       # KiB

    def run(self):
        process = subprocess.Popen(self.arguments, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(self.arguments)}: exit code {process.returncode}")
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peak.append(usage.ru_maxrss)


def run(options):
    report = Report("check_plan", "Checking and planning large projects")
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        work = pathlib.Path(folder)
        projects.many_texts(work / "texts", TEXTS)
        projects.many_instances(work / "site", COMPONENTS, HOSTS)
        projects.many_instances(work / "half", HALF, HOSTS)
        commands = {f"check: {TEXTS} wrappers, {TEXTS} diagrams": Command("check", work / "texts"),
                    f"plan: {COMPONENTS} components, {HOSTS} hosts": Command("plan", work / "site"),
                    f"plan: {HALF} components, {HOSTS} hosts": Command("plan", work / "half")}
        contestants = [Contestant(name, command.run) for name, command in commands.items()]
        hold(contestants, options.rounds or 20, "check and plan")
    rows = []
    for one, command in zip(contestants, commands.values()):
        seconds, processor, peak = map(Spread, (one.seconds.values(), command.processor, command.peak))
        rows.append([one.name, seconds.text("{:.3f}"), processor.text("{:.3f}"), f"{peak.median / 1024:.1f}"])
        report.add_figure(what=one.name, seconds=seconds.json(), processor=processor.json(), peak_kib=peak.json())
    report.add_section("attune", ["", "seconds", "processor seconds", "peak MiB"], rows)
    check, plan, _ = (Spread(one.seconds.values()) for one in contestants)
    of_plan, of_half = (Spread(command.peak).median for command in list(commands.values())[1:])
    each = (of_plan - of_half) / (COMPONENTS - HALF)
    report.add_figure(what="memory of a component", kib=each)
    report.add_aim(f"check {TEXTS} wrappers and {TEXTS} diagrams in 0.2 s", f"{check.text('{:.3f}')} s", check.median <= 0.2)
    report.add_aim(f"plan {COMPONENTS} components on {HOSTS} hosts in 1 s", f"{plan.text('{:.3f}')} s", plan.median <= 1)
    report.add_aim("a component of a plan takes at most 4 KiB", f"{each:.2f} KiB", each <= 4)
    return report.conclude()
