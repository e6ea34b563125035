#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The load probe: how much of what HAProxy's servers can carry is asked of them.
  load.py PIPE SUBJECT SOCKET CAPACITY PERIOD HIGH LOW
Asks HAProxy at SOCKET each PERIOD; CAPACITY are the requests a second that one server carries. The load is that of the last few
periods. From HIGH on it sends `overload SUBJECT load=N%`, below LOW `idle SUBJECT load=N%`, again each period while that lasts,
and once with cleared=true when it is a tenth of the way back between the two: a value at the edge makes no storm."""
import collections
import csv
import re
import socket
import sys
import time

PERIODS = 3
UNITS = {"ms": 0.001, "s": 1, "min": 60}


def seconds(text):
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|min)", text).groups()
    return float(number) * UNITS[unit]


def statistics(path):
    """HAProxy's answer to `show stat`: rows by (proxy, server)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(1)
        asked.connect(path)
        asked.sendall(b"show stat\n")
        text = b"".join(iter(lambda: asked.recv(65536), b"")).decode()
    return {(row["# pxname"], row["svname"]): row for row in csv.DictReader(text.splitlines())}


class Load:
    """Of the last few periods, in percent; None where it cannot be told."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.seen = collections.deque(maxlen=PERIODS + 1)  # (when, requests so far)

    def look(self, rows, now):
        requests, servers = int(rows["web", "FRONTEND"]["req_tot"]), int(rows["apps", "BACKEND"]["act"])
        if self.seen and requests < self.seen[-1][1]:
            self.seen.clear()  # HAProxy counts anew after a reload
        self.seen.append((now, requests))
        (begin, before), (end, after) = self.seen[0], self.seen[-1]
        if end <= begin or servers == 0:
            return None
        return 100 * (after - before) / (end - begin) / (servers * self.capacity)


class Level:
    """A condition that lasts: `begins` and `ends` tell of a load whether it does."""

    def __init__(self, event, begins, ends):
        self.event, self.begins, self.ends, self.lasts = event, begins, ends, False

    def lines(self, subject, load):
        was, self.lasts = self.lasts, not self.ends(load) if self.lasts else self.begins(load)
        if self.lasts:
            yield f"{self.event} {subject} load={load:.0f}%\n"
        elif was:
            yield f"{self.event} {subject} load={load:.0f}% cleared=true\n"


def levels(high, low):
    edge = (high - low) / 10
    return [Level("overload", lambda load: load >= high, lambda load: load < high - edge),
            Level("idle", lambda load: load < low, lambda load: load >= low + edge)]


def main():
    pipe, subject, path, capacity, period, high, low = sys.argv[1:]
    load, conditions = Load(int(capacity)), levels(float(high.rstrip("%")), float(low.rstrip("%")))
    with open(pipe, "a" if pipe != "/dev/stdout" else "w", encoding="utf-8", buffering=1) as output:
        while True:
            try:
                value = load.look(statistics(path), time.monotonic())
            except (OSError, KeyError, ValueError):
                value = None  # it starts, or is away: that is the matter of others
            for condition in conditions if value is not None else ():
                for line in condition.lines(subject, value):
                    output.write(line)
            time.sleep(seconds(period))


if __name__ == "__main__":
    main()
