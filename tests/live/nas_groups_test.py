# SPDX-License-Identifier: Apache-2.0
"""MPI programs that talk as the NAS benchmarks do run for real in VMs on two hosts; the sensors of these count it, and the
collector finds the groups that D. Dib's study (2010) saw. usage: nas_groups_test.py SENSOR PATTERN GROUPS, three programs"""
import collections
import dataclasses
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from mpi_cluster import Cluster, FollowedSensor
from traffic_world import World, sweep

SENSOR, PATTERN, GROUPS = sys.argv[1:]
ROUNDS, LITTLE, SIZE = 40, 1, 65536  # messages of a pair, those of EP, and bytes of a message
MEASURES = ("messages", "bytes")
ONE_OF_4, ONE_OF_8, HALVES = ["1234"], ["12345678"], ["1234", "5678"]


@dataclasses.dataclass
class Case:
    benchmark: str
    ranks: int
    groups: list          # of the ranks, counted from 1
    pairs: str = ""       # all that talk, where the study names them
    methods: tuple = ("threshold", "leiden")
    rounds: int = ROUNDS

    def name(self):
        return f"{self.benchmark} on {self.ranks}"


CASES = [
    Case("CG", 4, ONE_OF_4, "12 23 34"),
    Case("CG", 8, HALVES),
    Case("LU", 4, ONE_OF_4, "12 13 24 34"),
    # Cut by its strong borders or by its weak ones, its modularity is the same.
    Case("LU", 8, HALVES, methods=("threshold",)),
    Case("MG", 4, ONE_OF_4, "12 13 24 34"),
    Case("MG", 8, ONE_OF_8),
    Case("EP", 4, ["124"], "12 14", rounds=LITTLE),
    Case("BT", 4, ONE_OF_4, "12 13 14 23 24 34"),
    Case("FT", 4, ONE_OF_4, "12 13 14 23 24 34"),
    Case("FT", 8, ONE_OF_8),
]


class Recording:
    """What the sensors tell while programs run by turns, each in periods of its own."""

    def __init__(self, world):
        self.cluster = Cluster(world, 8)
        self.sensors = [FollowedSensor(SENSOR, self.cluster, host, "ebpf", "period=1s") for host in self.cluster.hosts]
        # The first period has begun before the sensor.
        self.next = max(sensor.follow() for sensor in self.sensors) + 1

    def of(self, case):
        """Runs the case's program; gives the span of time in which it did."""
        # The sensors go first: one that does not run for a second tells nothing of it.
        self.cluster.run(case.ranks, PATTERN, case.benchmark, case.rounds, SIZE, under="nice -n 10")
        last = int(time.time())
        begin, self.next = self.next, 1 + last
        for sensor in self.sensors:
            if sensor.period < last:
                sensor.follow(last)
        return begin, self.next

    def save(self, folder):
        (folder / "roster").write_text(self.cluster.roster())
        (folder / "lines").write_text("".join(line for sensor in self.sensors for line in sensor.lines))


class Found:
    """What the collector makes of a span."""

    def __init__(self, folder, span, minimum):
        done = subprocess.run([GROUPS, folder / "roster", folder / "lines", "1", *map(str, (*span, minimum))],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        self.pairs = {}  # bytes, both directions together
        self.groups = collections.defaultdict(list)
        for kind, *words in (line.replace("vm", "").split() for line in done.stdout.splitlines()):
            if kind == "pair":
                self.pairs["".join(words[:2])] = int(words[3])
            else:
                self.groups[kind, words[0]].append("".join(words[1:]))


def findings_of(case, found):
    """What is not as the study saw it."""
    for method in case.methods:
        for measure in MEASURES:
            if found.groups[method, measure] != case.groups:
                yield f"{method} by {measure}: groups {found.groups[method, measure]}, not {case.groups}"
    if case.pairs and sorted(found.pairs) != case.pairs.split():
        yield f"pairs {sorted(found.pairs)}, not {case.pairs}"


def weak_pairs_are_few(found):
    """Of CG on 8: the halves are joined by 3-5 and 4-6, which say less than any other pair."""
    between = {pair for pair in found.pairs if pair[0] < "5" <= pair[1]}
    if between != {"35", "46"}:
        yield f"between the halves talk {sorted(between)}, not 35 and 46"
        return
    least_inside = min(size for pair, size in found.pairs.items() if pair not in between)
    if max(found.pairs[pair] for pair in between) > 0.6 * least_inside:
        yield f"the halves talk too much: {found.pairs}"


def judged(case, folder, span, minimum):
    try:
        found = Found(folder, span, minimum)
    except AssertionError as refused:
        return [str(refused)]
    return [*findings_of(case, found), *(weak_pairs_are_few(found) if case.name() == "CG on 8" else ())]


def record(folder):
    with World(offload=True) as world:
        recording = Recording(world)
        # What MPI itself sends: each rank opens a connection to each other one.
        nothing = recording.of(Case("ALL", 8, [], rounds=0))
        spans = [recording.of(case) for case in CASES]
        recording.save(folder)
    return nothing, spans


def main():
    sweep()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="attune-test-") as name:
        folder = pathlib.Path(name)
        nothing, spans = record(folder)
        minimum = 4 * max(Found(folder, nothing, 0).pairs.values())
        assert 0 < minimum < SIZE, f"MPI itself sends much: {minimum / 4} bytes between two ranks"
        for case, span in zip(CASES, spans):
            findings = judged(case, folder, span, minimum)
            print(f"FAILED  {case.name()}: {'; '.join(findings)}" if findings else f"passed  {case.name()}", flush=True)
            failed += bool(findings)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
