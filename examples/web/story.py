# SPDX-License-Identifier: Apache-2.0
"""What happened, out of the customers' lines, the play's marks, the manager's journal (`attune log --json`) and the database's
orders, and the figures of it. No I/O. Times are seconds since 1970."""
import collections
import dataclasses
import datetime
import json

FAULTS = {"kill": "killed", "host": "host_dead"}  # what is done to app1: the mark before, and the mark when it has been done
HIT = "app1"


@dataclasses.dataclass
class Request:
    due: float
    took: float      # seconds
    status: int      # 0: no answer
    number: int
    method: str
    server: str      # "-": none

    @property
    def is_good(self):
        return 200 <= self.status < 300

    @property
    def ended(self):
        return self.due + self.took


@dataclasses.dataclass
class Run:
    number: int
    diagram: str
    subject: str
    begun: float
    ended: float = 0
    end: str = "not at all"


@dataclasses.dataclass
class Story:
    requests: list
    marks: dict      # when, by name
    runs: list
    stored: dict     # how often the database has each order


def request_of(line):
    due, took, status, number, method, server = line.split()
    return Request(float(due), float(took) / 1000, int(status), int(number), method, server)


def time_of(record):
    return datetime.datetime.fromisoformat(record["at"].replace("Z", "+00:00")).timestamp()


def runs_of(journal):
    runs = {}
    for record in map(json.loads, journal):
        if record["kind"] == "run-started":
            runs[record["run"]] = Run(record["run"], record["diagram"], record["subject"], time_of(record))
        elif record["kind"] == "run-ended" and record["run"] in runs:
            run = runs[record["run"]]
            run.ended, run.end = time_of(record), " ".join(filter(None, (record["end"], record.get("why"))))
    return list(runs.values())


def story_of(requests, marks, journal, orders):
    times = {name: float(at) for at, name in map(str.split, marks)}
    stored = {int(number): int(often) for number, often in map(str.split, orders)}
    return Story(sorted(map(request_of, requests), key=lambda one: one.due), times, runs_of(journal), stored)


def span_of(story, mark):
    """From a mark to what was done next."""
    later = [at for name, at in story.marks.items() if at > story.marks[mark] and name not in FAULTS.values()]
    return story.marks[mark], min(later)


def requests_in(story, begin, end):
    return [one for one in story.requests if begin <= one.due < end]


def longest_gap(requests):
    """The longest time in which no request was answered well."""
    ends = sorted(one.ended for one in requests if one.is_good)
    return max((after - before for before, after in zip(ends, ends[1:])), default=0)


def fault_of(story, mark):
    """What one fault did to the customers: requests that were under way when it was done belong to it."""
    begin, end = span_of(story, mark)
    done = story.marks[FAULTS[mark]]
    hit = [one for one in story.requests if one.ended >= begin and one.due < end]
    failed = [one for one in hit if not one.is_good]
    again = [one.ended for one in hit if one.is_good and one.server == HIT and one.due > done]
    return {"requests": len(hit), "failed": len(failed), "longest_gap_s": longest_gap(hit),
            "last_failed_after_s": max((one.due for one in failed), default=begin) - begin,
            "serves_again_after_s": min(again, default=float("inf")) - begin}


def servers_by_second(story):
    """[(second, names of those that answered)], from the first request to the last."""
    seen = collections.defaultdict(set)
    for one in story.requests:
        seen[int(one.due)].add(one.server if one.is_good else "-")
    return [(second, seen[second] - {"-"}) for second in range(min(seen), max(seen) + 1)]


def most_servers(story, begin, end):
    return max((len(names) for second, names in servers_by_second(story) if begin <= second + 1 and second < end), default=0)


def changed_after(story, mark, diagram):
    """From the mark to the end of the first run of the diagram that came after it; None without one."""
    begin, end = span_of(story, mark)
    ends = [run.ended - begin for run in story.runs if run.diagram == diagram and begin <= run.begun < end and run.end == "done"]
    return min(ends, default=None)


def orders_of(story):
    """An order that was answered with 201 has to be there, and none twice. One without an answer may be there or not."""
    taken = {one.number for one in story.requests if one.method == "POST" and one.status == 201}
    asked = {one.number for one in story.requests if one.method == "POST"}
    return {"taken": len(taken), "stored": len(story.stored), "lost": len(taken - story.stored.keys()),
            "doubled": sum(often > 1 for often in story.stored.values()), "never_asked": len(story.stored.keys() - asked)}


def figures_of(story):
    begin, end = story.marks["begin"], story.marks["end"]
    all_of_them = requests_in(story, begin, end)
    return {"requests": len(all_of_them), "failed": sum(not one.is_good for one in all_of_them),
            "seconds": end - begin, "faults": {mark: fault_of(story, mark) for mark in FAULTS},
            "grown_after_s": changed_after(story, "more", "overload"), "shrunk_after_s": changed_after(story, "fewer", "idle"),
            "servers_at_most": most_servers(story, *span_of(story, "more")), "servers_at_end": most_servers(story, end - 3, end),
            "orders": orders_of(story),
            "runs": [{"diagram": run.diagram, "subject": run.subject, "s": run.ended - run.begun, "end": run.end} for run in story.runs]}


def findings_of(story):
    """What did not go as it should."""
    figures = figures_of(story)
    found = [f"after '{mark}' {HIT} never served again" for mark, fault in figures["faults"].items()
             if fault["serves_again_after_s"] == float("inf")]
    wanted = (("component_failed", *span_of(story, "kill")), ("host_down", *span_of(story, "host")))
    found += [f"no run of {diagram} answered" for diagram, begin, end in wanted
              if not any(run.diagram == diagram and begin <= run.begun < end for run in story.runs)]
    if figures["grown_after_s"] is None or figures["servers_at_most"] < 3:
        found.append(f"it did not grow: {figures['servers_at_most']} servers at most")
    if figures["shrunk_after_s"] is None or figures["servers_at_end"] != 2:
        found.append(f"it did not shrink: {figures['servers_at_end']} servers at the end")
    found += [f"{figures['orders'][what]} orders {words}" for what, words in (
        ("lost", "were taken, and are not stored"), ("doubled", "are stored more than once"),
        ("never_asked", "are stored that nobody placed")) if figures["orders"][what]]
    found += [f"the run of {run.diagram} about {run.subject} ended as {run.end}" for run in story.runs if run.end != "done"]
    return found if figures["orders"]["taken"] else [*found, "no order was taken"]
