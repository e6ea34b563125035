# SPDX-License-Identifier: Apache-2.0
"""What happened, out of the watcher's lines and the manager's journal (`attune log --json`), and the figures of it. No I/O."""
import collections
import dataclasses
import datetime
import json
import statistics

SETTLED = 3  # seconds after a change that tell neither of before nor of after
FASTER = 2   # the least that the moves must bring


@dataclasses.dataclass
class Move:
    machine: str
    origin: str
    target: str
    begun: float       # seconds since 1970, as all times here
    ended: float = 0
    arrived: bool = False
    message: str = ""


@dataclasses.dataclass
class Answer:
    """To groups that were told."""
    told: float
    groups: str
    ended: float = 0          # its run; 0: not yet
    end: str = "not at all"


@dataclasses.dataclass
class Story:
    rates: dict               # of each talker: [(begin, end, rounds a second)]
    hosts: dict               # of each machine: where it was started
    moves: list
    answers: list


def rates_of(lines):
    """A talker that was started anew counts anew."""
    counts = collections.defaultdict(list)
    for line in lines:
        at, name, rounds = line.split()
        counts[name].append((float(at), int(rounds)))
    return {name: [(begin, end, (after - before) / (end - begin))
                   for (begin, before), (end, after) in zip(seen, seen[1:]) if end > begin and after >= before]
            for name, seen in counts.items()}


def time_of(record):
    return datetime.datetime.fromisoformat(record["at"].replace("Z", "+00:00")).timestamp()


class Journal:
    """What of the journal belongs to the story: the answers to `regroup`, and the migrations of all runs."""

    def __init__(self, lines):
        self.story = Story({}, {}, [], [])
        self.answers = {}  # by the event's number
        self.runs = {}
        self.begun = {}    # calls of migrations
        for line in lines:
            record = json.loads(line)
            tell = getattr(self, record["kind"].replace("-", "_"), None)
            if tell:
                tell(record, time_of(record))

    def event_accepted(self, record, at):
        if record["name"] == "regroup":
            answer = Answer(at, dict(record["values"]).get("groups", ""))
            self.answers[record["event"]] = answer
            self.story.answers.append(answer)

    def run_started(self, record, _):
        if record["event"] in self.answers:
            self.runs[record["run"]] = self.answers[record["event"]]

    def run_ended(self, record, at):
        answer = self.runs.get(record["run"])
        if answer:
            answer.ended, answer.end = at, " ".join(filter(None, (record["end"], record.get("why"))))

    def call_intent(self, record, at):
        if record["stub"] == "start":
            self.story.hosts[record["name"]] = record["host"]
        if record["stub"] == "migrate":
            move = Move(record["name"], record["host"], record["arguments"][1], at)
            self.begun[record["call"]] = move
            self.story.moves.append(move)

    def call_ended(self, record, at):
        outcome = record["outcome"]
        move = self.begun.get(record["call"])
        if move:
            move.ended, move.message = at, outcome.get("message") or outcome.get("why", "")
            move.arrived = outcome["kind"] == "exited" and outcome["code"] == 0


def story_of(rounds, journal):
    story = Journal(journal).story
    story.rates = rates_of(rounds)
    story.hosts = {name: host for name, host in story.hosts.items() if not name.startswith("sensor")}
    return story


def mean_between(rates, begin, end):
    inside = [(until - since, rate) for since, until, rate in rates if since >= begin and until <= end]
    total = sum(length for length, _ in inside)
    return sum(length * rate for length, rate in inside) / total if total else 0


def places_of(story):
    """Where each machine is at the end, as far as the moves tell: one that failed has changed nothing, or its run fails."""
    places = dict(story.hosts)
    for move in story.moves:
        if move.arrived:
            places[move.machine] = move.target
    return places


def spans_of(story):
    """When it was as it was before, and after. Of a story without findings. All talk by the beginning; what is seen from the
    first move to a while after the last belongs to neither."""
    begin = max(next(since for since, _, rate in rates if rate > 0) for rates in story.rates.values())
    end = max(until for rates in story.rates.values() for _, until, _ in rates)
    return {"before": (begin, min(move.begun for move in story.moves)),
            "after": (max(move.ended for move in story.moves) + SETTLED, end)}


def figures_of(story):
    spans = spans_of(story)
    talkers = {name: {when: mean_between(rates, *span) for when, span in spans.items()}
               for name, rates in story.rates.items()}
    before, after = (sum(talker[when] for talker in talkers.values()) for when in spans)
    begin, first = spans["before"]
    return {
        "rounds_per_s_before": before, "rounds_per_s_after": after, "ratio": after / before if before else 0,
        "talkers": talkers,
        "talk_to_regroup_s": story.answers[0].told - begin,
        "regroup_to_first_move_s": first - story.answers[0].told,
        "moves_s": spans["after"][0] - SETTLED - first,
        "groups": [answer.groups for answer in story.answers],
        "moves": [{"machine": move.machine, "from": move.origin, "to": move.target, "s": move.ended - move.begun,
                   "message": move.message} for move in story.moves],
        "places": places_of(story),
    }


def findings_of(story, pairs):
    """What did not go as it should."""
    silent = [one for one, _ in pairs if not any(rate > 0 for _, _, rate in story.rates.get(one, ()))]
    if silent:
        return [f"{name} never talked" for name in silent]
    if not story.answers:
        return ["the groups were never told"]
    if not story.moves:
        return [f"nobody was moved: the run that answered ended as {story.answers[0].end}"]
    made = [move for move in story.moves if move.arrived]
    found = [] if len(made) == len(pairs) else [f"{len(made)} moves, not {len(pairs)}"]
    found += [f"{move.machine} was not moved: {move.message or 'its migration has not ended'}"
              for move in story.moves if found and not move.arrived]
    found += [f"the run that answered '{answer.groups}' ended as {answer.end}" for answer in story.answers
              if answer.end != "done"]
    places = places_of(story)
    found += [f"{one} is on {places.get(one)}, {other} on {places.get(other)}" for one, other in pairs
              if places.get(one) != places.get(other)]
    if found:
        return found
    ratio = figures_of(story)["ratio"]
    return [] if ratio >= FASTER else [f"{ratio:.2f} times as many rounds as before, not {FASTER}"]
