# SPDX-License-Identifier: Apache-2.0
"""Energy, overload and migrations of PlanetLab's machines on 800 hosts: Attune's placement against the published
heuristics, in one simulated world (tests/bench/planetlab). First whether these come near CloudSim's own results."""
import json
import pathlib
import subprocess
import tempfile

from contest import Spread
from report import BIN, Report

HOW_TO_GET = """planetlab: left out, since its traces are not here. They are in
https://github.com/beloglazov/planetlab-workload-traces (a folder for each day): clone it, and give its folder by --traces
or in $ATTUNE_PLANETLAB."""
HEURISTICS = {"thr": "THR 0.8", "iqr": "IQR 1.5", "mad": "MAD 2.5", "lr": "LR 1.2"}
# What CloudSim 4.0 prints for its own examples of 3 March: kWh, migrations, SLA violation in per cent.
CLOUDSIM_DAY = "20110303"
CLOUDSIM = {"thr": (198.1, 27_728, 0.00357), "iqr": (193.6, 27_592, 0.00342), "mad": (189.8, 27_781, 0.00357),
            "lr": (167.8, 27_649, 0.00432)}
ORDERS = 7          # by name, and six others
LONG_STEP = 10      # of the processor, in seconds: no decision should take longer


def days_of(traces, scratch):
    """Folders of a day each, by name."""
    for archive in sorted(pathlib.Path(traces).glob("*.tar.gz")):
        subprocess.run(["tar", "--extract", "--gzip", "--file", archive, "--directory", scratch], check=True)
    folders = [one for root in (pathlib.Path(traces), pathlib.Path(scratch)) for one in root.iterdir() if one.is_dir()]
    return {one.name: one for one in sorted(folders) if one.name.isdigit()}


def play(day, policy, seed=0):
    done = subprocess.run([BIN / "planetlab_bench", day, policy, str(seed)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def percent(figure, digits):
    return f"{100 * figure:.{digits}f}"


def compare_with_cloudsim(report, day, played):
    """CloudSim deals the traces to the VMs as the file system lists them: so several orders are played."""
    rows = []
    for name, theirs in CLOUDSIM.items():
        ours = [Spread(one["kwh"] for one in played[name]), Spread(one["migrations"] for one in played[name]),
                Spread(100 * one["violation"] for one in played[name])]
        rows.append([HEURISTICS[name]] + [cell for spread, one, form in zip(ours, theirs, ("{:.1f}", "{:.0f}", "{:.5f}"))
                                          for cell in (spread.text(form), one)])
        report.add_figure(what=f"{HEURISTICS[name]} against CloudSim", kwh=ours[0].json(), migrations=ours[1].json(),
                          violation_percent=ours[2].json(), cloudsim=theirs)
        off = [100 * (spread.median / one - 1) for spread, one in zip(ours, theirs)]
        report.add_aim(f"{HEURISTICS[name]} is as CloudSim's: within 5 % in energy and migrations, 15 % in violation",
                       ", ".join(f"{one:+.1f} %" for one in off),
                       abs(off[0]) <= 5 and abs(off[1]) <= 5 and abs(off[2]) <= 15)
    report.add_section(f"The published heuristics, {day}, in {ORDERS} orders of the traces, and CloudSim 4.0's own",
                       ["", "kWh", "CloudSim", "migrations", "CloudSim", "violation, %", "CloudSim"], rows)


def contest(report, day, played):
    """The table is of the order by name; an aim must be met in each order."""
    rows = []
    for name, orders in played.items():
        one = orders[0]
        rows.append([HEURISTICS.get(name, name), f"{one['kwh']:.1f}", one["migrations"], percent(one["overload"], 2),
                     percent(one["degradation"], 4), percent(one["violation"], 5), percent(one["product"], 4),
                     percent(one["shortfall"], 3)])
        report.add_figure(what=f"{day} {name}", orders=orders)
    report.add_section(f"{day}: {played['attune'][0]['vms']} VMs on 800 hosts",
                       ["", "kWh", "migrations", "overload, %", "degradation, %", "violation, %", "kWh × violation, %",
                        "not given, %"], rows)
    for figure, words, share in (("product", "energy × violation: less than the best heuristic's", 1),
                                 ("migrations", "migrations: at most a third of the fewest", 1 / 3),
                                 ("kwh", "energy: less than the least", 1),
                                 ("overload", "overload: less than the least", 1),
                                 ("shortfall", "not given: less than the least", 1)):
        ratios = Spread(played["attune"][order][figure] / min(played[name][order][figure] for name in HEURISTICS)
                        for order in range(ORDERS))
        report.add_aim(f"{day}, {words}", f"{ratios.text('{:.3f}')} ×", ratios.most <= share)
    longest = max(one["longest_s"] for one in played["attune"])
    report.add_aim(f"{day}, a decision in {LONG_STEP} s of processor time",
                   f"{played['attune'][0]['decide_s']:.1f} s in all, longest {longest:.2f} s", longest <= LONG_STEP)


def run(options):
    report = Report("planetlab", "PlanetLab's machines on 800 hosts")
    with tempfile.TemporaryDirectory(prefix="ab.") as scratch:
        days = days_of(options.traces, scratch) if options.traces else {}
        if not days:
            print(HOW_TO_GET)
            return report
        for day, folder in days.items():
            played = {name: [play(folder, name, order) for order in range(ORDERS)] for name in [*HEURISTICS, "attune"]}
            if day == CLOUDSIM_DAY:
                compare_with_cloudsim(report, day, played)
            contest(report, day, played)
    return report.conclude()
