# SPDX-License-Identifier: Apache-2.0
"""Contestants that do the same work by turns, so that whatever else the machine does hits all of them alike."""
import random
import statistics
import sys
import time


class Contestant:
    """One way to do the work. `work` is what is timed, or gives the seconds itself; the rest is not timed."""

    def __init__(self, name, work, before=None, after=None, most_rounds=None):
        self.name = name
        self.work = work
        self.before = before or (lambda: None)
        self.after = after or (lambda: None)
        self.most_rounds = most_rounds  # of the slow ones
        self.seconds = {}  # by round

    def take_turn(self):
        self.before()
        begin = time.perf_counter()
        told = self.work()
        seconds = time.perf_counter() - begin if told is None else told
        self.after()
        return seconds


def hold(contestants, rounds, title):
    """All take turns, in another order each round. The first round warms caches up, and does not count."""
    order = list(contestants)
    shuffle = random.Random(title).shuffle
    for number in range(rounds + 1):
        shuffle(order)
        for contestant in order:
            if contestant.most_rounds is not None and not 0 < number <= contestant.most_rounds:
                continue
            if sys.stderr.isatty():
                print(f"\r{title}, round {number} of {rounds}: {contestant.name}\x1b[K", end="", file=sys.stderr)
            seconds = contestant.take_turn()
            if number > 0:
                contestant.seconds[number] = seconds
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)


class Spread:
    """The median of some values, with the least and the greatest."""

    def __init__(self, values):
        values = list(values)
        self.median = statistics.median(values)
        self.least = min(values)
        self.most = max(values)

    def json(self):
        return {"median": self.median, "least": self.least, "most": self.most}

    def text(self, pattern="{:.2f}"):
        least, most = pattern.format(self.least), pattern.format(self.most)
        return f"{pattern.format(self.median)} ({least}..{most})"


def ratio(other, ours):
    """How many times as long as ours the other takes: round by round, since the machine is not the same in each."""
    return Spread(other.seconds[number] / ours.seconds[number] for number in other.seconds.keys() & ours.seconds.keys())


class MeanRatio:
    """How many times the mean of some values that of others is, with the interval that holds nine of ten such ratios when the rounds
    are drawn anew (the bootstrap; B. Efron 1979). For values whose rounds have nothing in common but the machine."""

    DRAWS = 10_000

    def __init__(self, ours, others):
        ours, others = list(ours), list(others)
        dice = random.Random(len(ours))

        def drawn(values):
            return statistics.fmean(dice.choices(values, k=len(values)))

        self.value = statistics.fmean(ours) / statistics.fmean(others)
        ratios = sorted(drawn(ours) / drawn(others) for _ in range(self.DRAWS))
        self.least, self.most = ratios[self.DRAWS // 20], ratios[-self.DRAWS // 20]

    def json(self):
        return {"ratio": self.value, "least": self.least, "most": self.most}

    def text(self):
        return f"{self.value:.2f} ({self.least:.2f}..{self.most:.2f})"
