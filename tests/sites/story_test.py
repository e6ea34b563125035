# SPDX-License-Identifier: Apache-2.0
"""The figures and the picture of examples/sites, of a story that was never played."""
import json
import unittest
import xml.etree.ElementTree as tree

from picture import picture_of
from story import figures_of, findings_of, rates_of, spans_of, story_of

BEGIN = 1777896000  # 2026-05-04T12:00:00Z
PAIRS = (("front1", "back1"), ("front2", "back2"))


def record(second, kind, **fields):
    return json.dumps({"at": f"2026-05-04T12:00:{second:09.6f}Z", "kind": kind, **fields})


def migration(call, second, took, machine, origin, target, run=2, code=0):
    return [record(second, "call-intent", call=call, run=run, name=machine, stub="migrate", host=origin,
                   arguments=[machine, target]),
            record(second + took, "call-ended", call=call, run=run,
                   outcome={"kind": "exited", "code": code, "message": f"{machine} told"})]


def started(*places):
    return [record(0, "call-intent", call=number, run=1, name=name, stub="start", host=host, arguments=[name])
            for number, (name, host) in enumerate(places, 1)]


STARTED = started(("sensor1", "lab1"), ("front1", "lab1"), ("front2", "lab1"), ("back1", "lab2"), ("back2", "lab2"))
REGROUP = [record(20, "event-accepted", event=7, name="regroup", values=[["groups", "back1 front1; back2 front2"]]),
           record(20, "run-started", run=2, event=7, diagram="regroup")]
MOVED = migration(11, 20.5, 6, "back1", "lab2", "lab1") + migration(12, 20.5, 4, "front2", "lab1", "lab2")
DONE = [record(26.5, "run-ended", run=2, end="done", why="")]


def rounds(before=10, after=60, until=46):
    """Of both fronts, each second from the fifth on; the moves take from 20.5 to 26.5."""
    lines, made = [], 0
    for second in range(5, until):
        lines += [f"{BEGIN + second}.000 {name} {made}" for name in ("front1", "front2")]
        made += before if second < 26 else after
    return lines


def told(journal, **seen):
    return story_of(rounds(**seen), journal)


class StoryTest(unittest.TestCase):
    def test_a_talker_that_was_started_anew_counts_anew(self):
        seen = rates_of(["1.0 a 0", "2.0 a 10", "3.0 a 4", "5.0 a 24"])
        self.assertEqual(seen, {"a": [(1, 2, 10), (3, 5, 10)]})

    def test_two_moves_that_help_are_a_good_story(self):
        story = told(STARTED + REGROUP + MOVED + DONE)
        self.assertEqual(findings_of(story, PAIRS), [])
        figures = figures_of(story)
        self.assertAlmostEqual(figures["ratio"], 6)
        self.assertAlmostEqual(figures["rounds_per_s_before"], 20)
        self.assertAlmostEqual(figures["talk_to_regroup_s"], 15)
        self.assertAlmostEqual(figures["regroup_to_first_move_s"], 0.5)
        self.assertAlmostEqual(figures["moves_s"], 6)
        self.assertEqual(figures["places"], {"front1": "lab1", "back1": "lab1", "front2": "lab2", "back2": "lab2"})

    def test_what_is_seen_while_machines_move_is_neither_before_nor_after(self):
        self.assertEqual(spans_of(told(STARTED + REGROUP + MOVED + DONE)),
                         {"before": (BEGIN + 5, BEGIN + 20.5), "after": (BEGIN + 29.5, BEGIN + 45)})

    def test_each_pair_may_be_told_by_itself(self):
        second = [record(24, "event-accepted", event=8, name="regroup", values=[["groups", "back2 front2"]]),
                  record(24, "run-started", run=3, event=8, diagram="regroup"),
                  record(26.6, "run-ended", run=3, end="failed", why="it rained")]
        self.assertEqual(findings_of(told(STARTED + REGROUP + MOVED + DONE + second), PAIRS),
                         ["the run that answered 'back2 front2' ended as failed it rained"])

    def test_what_was_moved_at_the_second_attempt_was_moved(self):
        failed = migration(10, 20.1, 0.2, "back1", "lab2", "lab1", code=125)
        self.assertEqual(findings_of(told(STARTED + REGROUP + failed + MOVED + DONE), PAIRS), [])

    def test_whatever_goes_wrong_is_a_finding(self):
        failed = migration(11, 20.5, 6, "back1", "lab2", "lab1", code=1) + MOVED[2:]
        for journal, seen, finding in (
                (STARTED, {}, "the groups were never told"),
                (STARTED + REGROUP + DONE, {}, "nobody was moved: the run that answered ended as done"),
                (STARTED + REGROUP + failed + DONE, {}, "back1 was not moved: back1 told"),
                (STARTED + REGROUP + MOVED[:2] + DONE, {}, "1 moves, not 2"),
                (STARTED + REGROUP + MOVED[:2] + DONE, {}, "front2 is on lab1, back2 on lab2"),
                (STARTED + REGROUP + MOVED, {}, "the run that answered 'back1 front1; back2 front2' ended as not at all"),
                (STARTED + REGROUP + MOVED + DONE, {"before": 0, "after": 0}, "front1 never talked"),
                (STARTED + REGROUP + MOVED + DONE, {"after": 15}, "1.50 times as many rounds as before, not 2")):
            with self.subTest(finding):
                self.assertIn(finding, findings_of(told(journal, **seen), PAIRS))

    def test_the_picture_shows_each_machine_where_it_was_and_is(self):
        picture = picture_of(told(STARTED + REGROUP + MOVED + DONE), ("lab1", "lab2"))
        texts = [element.text for element in tree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
        for words, often in (("front1", 2), ("back2", 1), ("sensor1", 0), ("lab1", 3), ("lab2", 3),
                             ("regroup: back1 front1; back2 front2", 1)):
            self.assertEqual(texts.count(words), often, words)

    def test_the_picture_of_a_story_that_did_not_happen_is_drawn_too(self):
        tree.fromstring(picture_of(told(STARTED), ("lab1", "lab2")))


if __name__ == "__main__":
    unittest.main()
