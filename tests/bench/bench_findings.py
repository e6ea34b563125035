# SPDX-License-Identifier: Apache-2.0
"""Whether `attune check` finds what is wrong, where it is wrong, and nothing where nothing is."""
import json
import pathlib
import subprocess
import sys
import tempfile

from mistakes import CODES, MISTAKES, Project
from report import BIN, ROOT, Report

sys.path.insert(0, str(ROOT / "tests/docs"))
import cookbook  # noqa: E402

WRONG, RIGHT = 100, 50


def findings(project):
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        project.write(pathlib.Path(folder))
        told = subprocess.run([BIN / "attune", "check", "--json", folder], stdout=subprocess.PIPE, check=False).stdout
        return [(one["file"].removeprefix(folder + "/") if one["file"] else "", one["line"], one["code"])
                for one in json.loads(told)["findings"] if one["allowed"] is None]


class Written:
    """A project by its files."""

    def __init__(self, blocks):
        self.files = {path: text for path, text in blocks if path not in ("trace", "expect")}

    write = Project.write


def right_ones():
    """Those of the cookbook, those in which a stranger looked for false alarms, and as many as are missing by seed."""
    shop, *recipes = cookbook.PAGE.read_text().split("\n## ")
    shop = cookbook.blocks_of(shop)
    written = {f"cookbook: {recipe.splitlines()[0]}": Written(shop + cookbook.blocks_of(recipe)) for recipe in recipes}
    for case in sorted((ROOT / "tests/golden/right").iterdir()):
        written[case.name] = Written(shop + [(f"diagrams/{file.name}", file.read_text()) for file in case.iterdir()])
    return {**written, **{f"seed {seed}": Project(seed) for seed in range(RIGHT - len(written))}}


def run(_options):
    report = Report("findings", "Mistakes that are found, and false alarms")
    rows, at_place, elsewhere = [], 0, 0
    for seed in range(WRONG):
        name = list(MISTAKES)[seed % len(MISTAKES)]
        project = Project(seed)
        places = MISTAKES[name](project)
        found = findings(project)
        is_found = any(line in places.get(file, ()) and code == CODES[name] for file, line, code in found)
        at_place += is_found
        elsewhere += bool(found) and not is_found
        report.add_figure(what="mistake", name=name, seed=seed, found=is_found, codes=sorted({code for _, _, code in found}))
        if not is_found:
            where = ", ".join(f"{file}:{line}" for file, lines in places.items() for line in lines)
            rows.append([str(seed), name, where, ", ".join(f"{file}:{line} {code}" for file, line, code in found) or "nothing"])
    if rows:
        report.add_section("Not found at its place", ["seed", "mistake", "place", "found"], rows)
    alarms = [(name, found) for name, project in right_ones().items() if (found := findings(project))]
    for name, found in alarms:
        report.add_figure(what="false alarm", name=name, found=found)
    if alarms:
        report.add_section("False alarms", ["project", "found"], [[name, str(found)] for name, found in alarms])
    report.add_figure(what="all", wrong=WRONG, kinds=len(MISTAKES), at_place=at_place, elsewhere=elsewhere, right=RIGHT,
                      false_alarms=len(alarms))
    report.add_aim(f"of {WRONG} projects with one mistake each ({len(MISTAKES)} kinds), 95 are told of at its place, by its code",
                   f"{at_place}, elsewhere {elsewhere}", at_place >= 95)
    report.add_aim(f"no false alarm in {RIGHT} right ones", str(len(alarms)), not alarms)
    return report.conclude()
