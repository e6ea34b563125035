# SPDX-License-Identifier: Apache-2.0
"""An event storm on the real attuned: 1,000,000 lines, of which 1 % are rubbish, by 16 writers at once that never pause.
Its memory, what became of each line, and how long the control API takes to answer meanwhile."""
import http.client
import itertools
import json
import multiprocessing
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time

import projects
from contest import Spread
from report import BIN, ROOT, Report

COMPONENTS, LINES, WRITERS = 1_000, 1_000_000, 16
RUBBISH = 100                # one line in so many
ANSWERED = 200               # one valid line in so many is answered each time
ASK_EVERY = 0.004            # seconds
PATIENCE = 600               # seconds
ROUNDS = 3
ASKED = ("/v1/status", "/v1/events", "/v1/components?limit=50", "/metrics")


def rubbish(dice):
    """(kind, line). None is longer than PIPE_BUF: the pipe would tear it and mix it with the others' lines."""
    return dice.choice((("malformed", b"busy app1 cpu\n"), ("unknown-event", b"bussy app1 cpu=97%\n"),
                        ("unknown-component", b"busy app0 cpu=97%\n"), ("bad-value", b"busy app1 cpu=hot\n"),
                        ("binary", b"busy app1 \x1b[2J=\xff\n")))


def write(pipe, seed, lines, begun, told):
    """One writer: a line a write, as a probe does."""
    dice = random.Random(seed)
    sent = {}
    begun.wait()
    with open(pipe, "wb", buffering=0) as out:
        for number in range(lines):
            if dice.randrange(RUBBISH) == 0:
                kind, line = rubbish(dice)
            else:
                kind = "hot" if dice.randrange(ANSWERED) == 0 else "busy"
                line = f"{kind} app{dice.randrange(COMPONENTS) + 1} cpu={number % 100}%\n".encode()
            out.write(line)
            sent[kind] = sent.get(kind, 0) + 1
    told.put(sent)


class Door(http.client.HTTPConnection):
    """The control API on its socket."""

    def __init__(self, path):
        super().__init__("attune", timeout=PATIENCE)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def ask(self, target):
        self.request("GET", target)
        answer = self.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{target}: {answer.status}: {body}")
        return body


class Manager:
    """attuned on the project, ready; ended with the block."""

    def __init__(self, work, project):
        self.work, self.project = work, project
        self.run = work / "run/storm"

    def __enter__(self):
        address = str(self.work / "notices")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            notices.bind(address)
            notices.settimeout(PATIENCE)
            self.process = subprocess.Popen(
                [BIN / "attuned", self.project, "-p", "storm", "--run-dir", self.work / "run", "--state-dir", self.work / "state"],
                env={**os.environ, "NOTIFY_SOCKET": address}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while b"READY=1" not in notices.recv(4096):
                pass
        self.door = Door(self.run / "control")
        self.wait(lambda: json.loads(self.door.ask("/v1/status"))["runs"] == 0)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def wait(self, is_so):
        end = time.monotonic() + PATIENCE
        while not is_so():
            if time.monotonic() > end:
                raise SystemExit("storm: it does not come to rest")
            time.sleep(0.2)

    def events(self):
        return json.loads(self.door.ask("/v1/events"))

    def resident(self):
        """MiB"""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def watch(manager, begun, is_over, told):
    """Asks the API and looks at the memory while the storm lasts. A process of its own, which nothing but the manager
    keeps waiting."""
    milliseconds, mib = [], []
    door = Door(manager.run / "control")
    begun.wait()
    for number in itertools.count():
        if is_over.is_set():
            break
        begin = time.perf_counter()
        door.ask(ASKED[number % len(ASKED)])
        milliseconds.append((time.perf_counter() - begin) * 1000)
        mib.append(manager.resident())
        time.sleep(ASK_EVERY)
    told.put((milliseconds, mib))


def storm(manager):
    """What was sent by kind, seconds, milliseconds of each answer, MiB at each."""
    told, seen, begun, is_over = multiprocessing.Queue(), multiprocessing.Queue(), multiprocessing.Event(), multiprocessing.Event()
    processes = [multiprocessing.Process(target=write, args=(manager.run / "events", seed, LINES // WRITERS, begun, told))
                 for seed in range(WRITERS)]
    processes.append(multiprocessing.Process(target=watch, args=(manager, begun, is_over, seen)))
    for one in processes:
        one.start()
    begin = time.perf_counter()
    begun.set()
    sent = {}
    for _ in range(WRITERS):
        for kind, count in told.get(timeout=PATIENCE).items():
            sent[kind] = sent.get(kind, 0) + count
    manager.wait(lambda: manager.events()["queued"] == 0)
    seconds = time.perf_counter() - begin
    is_over.set()
    return sent, seconds, *seen.get(timeout=PATIENCE)


def unaccounted(manager, sent):
    """Lines of which it is not told what became of them; suppressions are told some seconds later."""
    def missing():
        seen = manager.events()
        valid = sum(abs(sent.get(kind, 0) - seen["by_name"].get(kind, 0)) for kind in ("busy", "hot"))
        return valid + sum(abs(count - seen["rejected"].get(kind, 0)) for kind, count in sent.items() if kind not in ("busy", "hot"))
    end = time.monotonic() + 30
    while missing() and time.monotonic() < end:
        time.sleep(0.5)
    return missing()


def part(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def run(options):
    report = Report("storm", f"{LINES:,} lines by {WRITERS} writers, 1 in {RUBBISH} rubbish")
    p99, seconds, first, last, missing = [], [], [], [], []
    (ROOT / "build/bench").mkdir(parents=True, exist_ok=True)
    for _ in range(options.rounds or ROUNDS):
        with tempfile.TemporaryDirectory(prefix="st.", dir=ROOT / "build/bench") as folder:
            work = pathlib.Path(folder)
            projects.storm(work / "project", COMPONENTS)
            with Manager(work, work / "project") as manager:
                sent, took, milliseconds, mib = storm(manager)
                missing.append(unaccounted(manager, sent))
            p99.append(part(milliseconds, 0.99))
            seconds.append(took)
            tenth = max(1, len(mib) // 10)
            first.append(max(mib[tenth:2 * tenth]))
            last.append(max(mib[-tenth:]))
    rates = Spread(LINES / one for one in seconds)
    grown = Spread(b - a for a, b in zip(first, last))
    answers = Spread(p99)
    report.add_section("storm", ["lines a second", "answers, p99 ms", "resident MiB after a tenth", "at the end"],
                       [[rates.text("{:,.0f}"), answers.text("{:.1f}"), Spread(first).text("{:.1f}"), Spread(last).text("{:.1f}")]])
    report.add_figure(what="storm", lines_per_second=rates.json(), p99_ms=answers.json(), grown_mib=grown.json(), unaccounted=missing)
    report.add_aim("each line is accounted for", f"{sum(missing)} are not", sum(missing) == 0)
    report.add_aim("the memory stays as it is after a tenth, but for 8 MiB", f"{grown.text('{:+.1f}')} MiB", grown.median <= 8)
    report.add_aim("the API answers within 50 ms, p99", f"{answers.text('{:.1f}')} ms", answers.median <= 50)
    return report.conclude()
