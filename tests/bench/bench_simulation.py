# SPDX-License-Identifier: Apache-2.0
"""How many days a second are simulated: 1,000 hosts with 10,000 virtual machines, from their first start on, with the
incidents of the seed."""
import re
import subprocess

from contest import Spread
from report import BIN, Report

HOSTS, MACHINES, DAYS = 1_000, 10_000, 1
ROUNDS = 3


def play(seed):
    done = subprocess.run([BIN / "simulation", "--seed", str(seed), "--hosts", str(HOSTS), "--vms", str(MACHINES),
                           "--days", str(DAYS), "--no-shrink"], stdout=subprocess.PIPE, text=True, check=False)
    found = re.search(r"([0-9.]+) days, .* in ([0-9.]+) s: ", done.stdout)
    if found is None or done.returncode != 0:
        raise SystemExit(f"simulation of seed {seed}: exit code {done.returncode}\n{done.stdout}")
    return float(found[1]), float(found[2])


def run(options):
    report = Report("simulation", f"Simulated days a second, {HOSTS} hosts and {MACHINES} virtual machines")
    played = [play(seed) for seed in range(1, (options.rounds or ROUNDS) + 1)]
    rates = Spread(days / seconds for days, seconds in played)
    of_a_day = Spread(seconds / days for days, seconds in played)
    report.add_section("simulation", ["", "days a second", "seconds a day"],
                       [[f"{DAYS} day, from the first start", rates.text("{:.3f}"), of_a_day.text("{:.1f}")]])
    report.add_figure(what="days a second", per_second=rates.json())
    report.add_aim("a day in 60 s", f"{of_a_day.text('{:.1f}')} s", of_a_day.median <= 60)
    return report.conclude()
