# SPDX-License-Identifier: Apache-2.0
"""What a benchmark found: rows for people, JSON for programs, aims and whether they are met."""
import datetime
import json
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          text=True).stdout.strip()


def machine():
    """What the figures depend on."""
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": cpu, "cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1),
            "kernel": platform.release(), "load": list(os.getloadavg()),
            "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": output_of("git", "-c", "safe.directory=*", "describe", "--always", "--dirty")}


class Report:
    def __init__(self, name, title):
        self.name = name
        self.title = title
        self.begin = machine()
        self.versions = {}
        self.sections = []  # (title, heading, rows)
        self.figures = []
        self.aims = []

    def add_section(self, title, heading, rows):
        self.sections.append((title, heading, rows))
        print_table(title, heading, rows)

    def add_figure(self, **figure):
        self.figures.append(figure)

    def add_aim(self, aim, figure, is_met):
        self.aims.append({"aim": aim, "figure": figure, "met": bool(is_met)})

    def missed(self):
        return [f"{self.name}: {one['aim']}: {one['figure']}" for one in self.aims if not one["met"]]

    def conclude(self):
        """Prints the aims, and writes build/bench/NAME.json."""
        if self.aims:
            print_table("Aims", ["", "aim", "figure"],
                        [["met" if one["met"] else "MISSED", one["aim"], one["figure"]] for one in self.aims])
        path = ROOT / f"build/bench/{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        result = {"benchmark": self.name, "title": self.title, "machine": self.begin,
                  "load_after": list(os.getloadavg()), "versions": self.versions, "figures": self.figures,
                  "aims": self.aims}
        path.write_text(json.dumps(result, indent=1) + "\n")
        load = ", ".join(f"{value:.1f}" for value in self.begin["load"])
        print(f"\n{self.begin['processor']}, {self.begin['cores']} cores; load at the beginning {load}, "
              f"at the end {os.getloadavg()[0]:.1f}. Written: {path.relative_to(ROOT)}")
        return self


def print_table(title, heading, rows):
    table = [heading, *rows]
    widths = [max(len(str(row[i])) for row in table) for i in range(len(heading))]
    print(f"\n{title}")
    for row in table:
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())
