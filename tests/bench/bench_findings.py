# SPDX-License-Identifier: Apache-2.0
"""Whether `attune check` finds what is wrong, where it is wrong, and nothing where nothing is."""
import json
import pathlib
import subprocess
import tempfile

from mistakes import MISTAKES, Project
from report import BIN, Report

WRONG, RIGHT = 100, 50


def findings(project):
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        project.write(pathlib.Path(folder))
        told = subprocess.run([BIN / "attune", "check", "--json", folder], stdout=subprocess.PIPE, check=False).stdout
        return [(one["file"].removeprefix(folder + "/") if one["file"] else "", one["line"], one["code"])
                for one in json.loads(told)["findings"]]


def run(_options):
    report = Report("findings", "Mistakes that are found, and false alarms")
    rows, at_place, elsewhere = [], 0, 0
    for seed in range(WRONG):
        name = list(MISTAKES)[seed % len(MISTAKES)]
        project = Project(seed)
        places = MISTAKES[name](project)
        found = findings(project)
        is_found = any(line in places.get(file, ()) for file, line, _ in found)
        at_place += is_found
        elsewhere += bool(found) and not is_found
        report.add_figure(what="mistake", name=name, seed=seed, found=is_found, codes=sorted({code for _, _, code in found}))
        if not is_found:
            where = ", ".join(f"{file}:{line}" for file, lines in places.items() for line in lines)
            rows.append([str(seed), name, where, ", ".join(f"{file}:{line} {code}" for file, line, code in found) or "nothing"])
    if rows:
        report.add_section("Not found at its place", ["seed", "mistake", "place", "found"], rows)
    alarms = [(seed, found) for seed in range(RIGHT) if (found := findings(Project(seed)))]
    for seed, found in alarms:
        report.add_figure(what="false alarm", seed=seed, found=found)
    if alarms:
        report.add_section("False alarms", ["seed", "found"], [[str(seed), str(found)] for seed, found in alarms])
    report.add_figure(what="all", wrong=WRONG, kinds=len(MISTAKES), at_place=at_place, elsewhere=elsewhere, right=RIGHT,
                      false_alarms=len(alarms))
    report.add_aim(f"of {WRONG} projects with one mistake each ({len(MISTAKES)} kinds), 95 are told of at its place",
                   f"{at_place}, elsewhere {elsewhere}", at_place >= 95)
    report.add_aim(f"no false alarm in {RIGHT} right ones", str(len(alarms)), not alarms)
    return report.conclude()
