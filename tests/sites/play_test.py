# SPDX-License-Identifier: Apache-2.0
"""examples/sites/play builds all that its project needs: a fresh clone has no probe that is a program to be built."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def probes_of(deployment):
    wrappers = [ROOT / "wrappers" / name for name in re.findall(r'wrapper: String = "([^"]+)"', deployment)]
    text = "".join(path.read_text(encoding="utf-8") for path in wrappers)
    return re.findall(r'key="Probe" method="create">\s*<param value="([^"]+)"', text)


class PlayTest(unittest.TestCase):
    def test_it_builds_the_probes_of_its_project_that_are_no_scripts(self):
        example = ROOT / "examples/sites"
        built = re.search(r"--target (.*?) --", (example / "play").read_text(encoding="utf-8")).group(1).split()
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        wanted = probes_of((example / "deployment.mmd").read_text(encoding="utf-8"))
        self.assertIn("traffic-probe", wanted)
        for probe in wanted:
            if f"/probes/{probe}" in ignored:
                self.assertIn(probe, built)


if __name__ == "__main__":
    unittest.main()
