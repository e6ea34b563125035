# SPDX-License-Identifier: Apache-2.0
"""How good the plans of `attune place` are, and what they take: small cases against the optimum that CBC finds, large ones
against a bound."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

import placement_cases
from contest import Spread
from placement_optimum import optimum
from report import BIN, Report

HOSTS, VMS = 1_000, 10_000
SMALL = 44           # cases
CBC_SECONDS = 60     # for each
LARGE = ["cost", "use_of_resources", "run_time"]


class Planned:
    """A plan, with what it took."""

    def __init__(self, state, path):
        path.write_text(json.dumps(state))
        begin = time.perf_counter()
        process = subprocess.Popen([BIN / "attune", "place", "--json", path], stdout=subprocess.PIPE)
        self.plan = json.loads(process.stdout.read())
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        self.seconds = time.perf_counter() - begin
        self.processor = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024
        self.first = self.plan["objectives"][0]
        self.is_proven = self.plan["solver"]["is_proven"]

    def above_bound(self):
        return self.first["after"] / self.first["bound"] - 1


def small_cases(report, path):
    """Where the plan is proven, its bound is the optimum that it claims."""
    done, compared, wrong = [], 0, []
    for seed in range(SMALL):
        state = placement_cases.small(seed)
        planned = Planned(state, path)
        done.append(planned)
        objective = state["objectives"][0]
        if objective == "balance" or not planned.is_proven or planned.plan["obstacles"]:
            continue
        best = optimum(state, CBC_SECONDS)
        if best is None:
            continue
        compared += 1
        if abs(planned.first["bound"] - best) > 1e-5 * max(1, abs(best)):
            wrong.append(f"case {seed} ({objective}): {planned.first['bound']}, CBC {best}")
    proven = [one for one in done if one.is_proven]
    in_time = [one for one in proven if one.processor <= 1]
    rows = []
    for name in placement_cases.OBJECTIVES:
        of_it = [one for one in done if one.first["objective"] == name]
        rows.append([name, len(of_it), sum(one.is_proven for one in of_it),
                     sum(one.is_proven and one.processor <= 1 for one in of_it),
                     Spread([one.processor for one in of_it]).text("{:.2f}")])
    report.add_section(f"{SMALL} cases of 5 to 20 VMs on 3 to 8 hosts",
                       ["objective", "cases", "proven", "in 1 s", "processor seconds"], rows)
    report.add_figure(what="small cases", cases=SMALL, proven=len(proven), in_a_second=len(in_time),
                      compared=compared, wrong=wrong)
    report.add_aim("each small case is proven in 1 s of processor time", f"{len(in_time)} of {SMALL}",
                   len(in_time) == SMALL)
    report.add_aim("what is proven is CBC's optimum", f"{compared - len(wrong)} of {compared} {'; '.join(wrong)}",
                   not wrong)


def large_cases(report, path, rounds):
    rows = []
    for objective in LARGE:
        done = [Planned(placement_cases.large(objective, HOSTS, VMS, 7 + i), path) for i in range(rounds)]
        seconds, processor, peak, above = (
            Spread([getter(one) for one in done]) for getter in
            (lambda one: one.seconds, lambda one: one.processor, lambda one: one.peak,
             lambda one: 100 * one.above_bound()))
        rows.append([objective, above.text("{:.1f}"), seconds.text("{:.1f}"), processor.text("{:.1f}"),
                     peak.text("{:.0f}")])
        report.add_figure(what=objective, above_percent=above.json(), seconds=seconds.json(),
                          processor=processor.json(), peak_mib=peak.json())
        if objective != "run_time":  # its bound leaves the traffic out: it says little
            report.add_aim(f"{objective}: at most 5 % above the bound", f"{above.text('{:.1f}')} %", above.median <= 5)
        report.add_aim(f"{objective}: in 10 s of processor time", f"{processor.text('{:.1f}')} s",
                       processor.median <= 10)
    report.add_section(f"{VMS} VMs on {HOSTS} hosts, first placement",
                       ["objective", "above the bound, %", "seconds", "processor seconds", "peak MiB"], rows)


def run(options):
    report = Report("placement", "Planning placements")
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        path = pathlib.Path(folder) / "state.json"
        small_cases(report, path)
        large_cases(report, path, options.rounds or 3)
    return report.conclude()
