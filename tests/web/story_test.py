# SPDX-License-Identifier: Apache-2.0
"""The figures and the picture of examples/web, of a story that was never played; and its load probe."""
import importlib.util
import json
import pathlib
import unittest
import xml.etree.ElementTree as tree

from picture import picture_of
from story import fault_of, figures_of, findings_of, longest_gap, request_of, story_of

BEGIN = 1777896000  # 2026-05-04T12:00:00Z
MARKS = {"begin": 0, "kill": 10, "killed": 10.1, "host": 20, "host_dead": 20.5, "more": 30, "fewer": 40, "end": 50}
RUNS = (("component_failed", "app1", 11, 12), ("host_down", "app1", 23, 25), ("overload", "balancer", 33, 35), ("idle", "balancer", 43, 44))


def journal(runs=RUNS, end="done"):
    lines = []
    for number, (diagram, subject, begun, ended) in enumerate(runs, 1):
        lines.append(json.dumps({"at": f"2026-05-04T12:00:{begun:02}.000000Z", "kind": "run-started", "run": number, "diagram": diagram,
                                 "subject": subject}))
        lines.append(json.dumps({"at": f"2026-05-04T12:00:{ended:02}.000000Z", "kind": "run-ended", "run": number, "end": end, "why": ""}))
    return lines


def line(at, number, server, status=200, method="GET"):
    return f"{BEGIN + at:.3f} 10.0 {status} {number} {method} {server}"


def requests(third=(35, 43), lame=((10, 13), (20, 26))):
    """Ten a second by turns of both, of all three while there is a third; those for app1 fail while it is lame."""
    lines = []
    for number in range(500):
        at = number / 10
        servers = ["app1", "app2", "app3"] if third[0] <= at < third[1] else ["app1", "app2"]
        server = servers[number % len(servers)]
        is_order = number % 5 == 0
        if server == "app1" and any(begin <= at < end for begin, end in lame):
            lines.append(line(at, number, "-", 0, "POST" if is_order else "GET"))
        else:
            lines.append(line(at, number, server, 201 if is_order else 200, "POST" if is_order else "GET"))
    return lines


def told(lines=None, runs=RUNS, end="done", orders=None):
    lines = requests() if lines is None else lines
    if orders is None:
        orders = [f"{one.number} 1" for one in map(request_of, lines) if one.status == 201]
    marks = [f"{BEGIN + at} {name}" for name, at in MARKS.items()]
    return story_of(lines, marks, journal(runs, end), orders)


class StoryTest(unittest.TestCase):
    def test_a_story_in_which_all_is_repaired_is_a_good_one(self):
        self.assertEqual(findings_of(told()), [])

    def test_a_fault_lasts_until_the_server_that_was_hit_serves_again(self):
        fault = fault_of(told(), "kill")
        self.assertAlmostEqual(fault["serves_again_after_s"], 3.01, places=2)
        self.assertAlmostEqual(fault["last_failed_after_s"], 2.8, places=2)
        self.assertEqual(fault["failed"], 15)

    def test_what_was_answered_before_the_server_was_dead_is_no_repair(self):
        dying = fault_of(told(requests(lame=((20.5, 26),))), "host")
        self.assertAlmostEqual(dying["serves_again_after_s"], 6.01, places=2)

    def test_a_request_that_was_under_way_belongs_to_the_fault(self):
        slow = [f"{BEGIN + 9.5:.3f} 700.0 0 1000 GET -"]
        self.assertEqual(fault_of(told(requests() + slow), "kill")["failed"], 16)

    def test_the_gap_is_between_good_answers(self):
        lines = [line(1, 1, "app1"), line(2, 2, "-", 503), line(4, 3, "app1")]
        self.assertAlmostEqual(longest_gap(map(request_of, lines)), 3, places=2)

    def test_the_tier_grows_and_shrinks_when_its_runs_have_ended(self):
        figures = figures_of(told())
        self.assertAlmostEqual(figures["grown_after_s"], 5)
        self.assertAlmostEqual(figures["shrunk_after_s"], 4)
        self.assertEqual((figures["servers_at_most"], figures["servers_at_end"]), (3, 2))

    def test_whatever_goes_wrong_is_a_finding(self):
        orders = [f"{number} 1" for number in range(0, 500, 5)]
        for case, finding in (
                ({"lines": requests(lame=((10, 50),))}, "after 'kill' app1 never served again"),
                ({"runs": RUNS[1:]}, "no run of component_failed answered"),
                ({"runs": RUNS[:1] + RUNS[2:]}, "no run of host_down answered"),
                ({"lines": requests(third=(50, 50))}, "it did not grow: 2 servers at most"),
                ({"lines": requests(third=(35, 50))}, "it did not shrink: 3 servers at the end"),
                ({"end": "failed"}, "the run of idle about balancer ended as failed"),
                ({"orders": orders[2:]}, "2 orders were taken, and are not stored"),
                ({"orders": ["5 2", *orders[2:], "0 1"]}, "1 orders are stored more than once"),
                ({"orders": [*orders, "7 1"]}, "1 orders are stored that nobody placed")):
            with self.subTest(finding):
                self.assertIn(finding, findings_of(told(**case)))

    def test_an_order_without_an_answer_may_be_stored(self):
        every = [f"{number} 1" for number in range(0, 500, 5)]
        self.assertEqual(findings_of(told(orders=every)), [])

    def test_the_picture_names_servers_faults_and_runs(self):
        texts = [element.text for element in tree.fromstring(picture_of(told())).iter("{http://www.w3.org/2000/svg}text")]
        for words in ("app1", "app2", "app3", "kill -9 of app1", "host of app1 dies", "overload balancer", "idle balancer"):
            self.assertEqual(texts.count(words), 1, words)


def load_probe():
    path = pathlib.Path(__file__).resolve().parents[2] / "examples/web/load.py"
    spec = importlib.util.spec_from_file_location("load_probe", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class LoadTest(unittest.TestCase):
    probe = load_probe()

    def rows(self, requests_so_far, servers):
        return {("web", "FRONTEND"): {"req_tot": str(requests_so_far)}, ("apps", "BACKEND"): {"act": str(servers)}}

    def test_the_load_is_what_each_server_that_is_up_is_asked_for(self):
        load = self.probe.Load(400)
        self.assertIsNone(load.look(self.rows(0, 2), 0))
        self.assertAlmostEqual(load.look(self.rows(400, 2), 1), 50)
        self.assertAlmostEqual(load.look(self.rows(800, 1), 2), 100)

    def test_counts_that_begin_anew_say_nothing_of_the_load(self):
        load = self.probe.Load(400)
        load.look(self.rows(9000, 2), 0)
        self.assertIsNone(load.look(self.rows(10, 2), 1))
        self.assertAlmostEqual(load.look(self.rows(410, 2), 2), 50)

    def test_without_a_server_there_is_no_load(self):
        load = self.probe.Load(400)
        load.look(self.rows(0, 2), 0)
        self.assertIsNone(load.look(self.rows(400, 0), 1))

    def test_a_level_ends_only_some_way_back(self):
        overload, idle = self.probe.levels(80, 30)
        said = [list(overload.lines("balancer", load)) for load in (79, 80, 76, 74, 70)]
        self.assertEqual(said, [[], ["overload balancer load=80%\n"], ["overload balancer load=76%\n"],
                                ["overload balancer load=74% cleared=true\n"], []])
        self.assertEqual([list(idle.lines("balancer", load)) for load in (30, 29, 34, 36)],
                         [[], ["idle balancer load=29%\n"], ["idle balancer load=34%\n"], ["idle balancer load=36% cleared=true\n"]])

    def test_durations_are_those_of_the_languages(self):
        self.assertEqual([self.probe.seconds(text) for text in ("500ms", "1s", "2min")], [0.5, 1, 120])


if __name__ == "__main__":
    unittest.main()
