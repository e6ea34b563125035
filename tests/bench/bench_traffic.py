# SPDX-License-Identifier: Apache-2.0
"""What it costs an MPI program that is bound by the network to be counted: by the sensor, by tcpdump and by pmacct."""
import dataclasses
import os
import signal
import sys

from contest import Contestant, Spread, hold, ratio
from report import BIN, ROOT, Report, output_of

sys.path.insert(0, str(ROOT / "tests/live"))
from mpi_cluster import Cluster
from traffic_counters import COUNTERS
from traffic_world import World, inside, sent_to_vm, sweep

ROUNDS = 8
AIM = 0.3  # percent, of the run time and of a processor
# Each rank stays on a processor, before all that is not of this benchmark: else what is measured is the scheduler.
UNDER = f"chrt -r 1 taskset -c $((PMI_RANK % {len(os.sched_getaffinity(0))}))"
LINE = ["rate", "1gbit", "burst", "128k", "latency", "50ms"]


@dataclasses.dataclass
class Work:
    name: str
    ranks: int
    rounds: int  # of messages
    size: int    # bytes of one
    has_lines: bool = False


WORKS = [
    Work("64 bytes, there and back", 2, 50_000, 64),
    Work("64 KiB, all to all", 4, 1500, 65_536),
    Work("64 KiB, all to all, by lines of 1 Gbit/s", 4, 400, 65_536, has_lines=True),
]


class Turns:
    """Runs of one work under each counter, and what they took."""

    def __init__(self, cluster, work):
        self.cluster = cluster
        self.work = work
        self.taken = {name: [] for name in COUNTERS}  # (seconds, packets, the counter's processor ns)

    def packets(self):
        """That reached a VM. A super-packet is one."""
        return sum(sent_to_vm(host, tap)[0] for host, taps in self.cluster.taps.items() for tap in taps)

    def run(self, name):
        counter = COUNTERS[name]
        packets, processor = self.packets(), counter.processor_ns()
        told = self.cluster.run(self.work.ranks, BIN / "nas_pattern", "ALL", self.work.rounds, self.work.size,
                                under=UNDER)
        processor = counter.processor_ns() - processor
        self.taken[name].append((float(told), self.packets() - packets, processor))
        return float(told)

    def contestants(self):
        for name, counter in COUNTERS.items():
            yield Contestant(name, lambda name=name: self.run(name),
                             before=lambda counter=counter: counter.start(self.cluster), after=counter.end)

    def per_packet(self, name):
        """The counter's processor time for a packet, in ns. The first turn warmed up."""
        return Spread(processor / packets for _, packets, processor in self.taken[name][1:])

    def rate(self):
        """Packets a second, when nobody counts."""
        return Spread(packets / seconds for seconds, packets, _ in self.taken["nothing"][1:])


def set_lines(cluster):
    """From now on each VM sends as by a line of its own."""
    for vm in cluster.vms:
        inside(vm.name, "tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", *LINE)


def compare(report, work, turns, by_name):
    rows = []
    rate = turns.rate()
    for name, one in by_name.items():
        time = ratio(one, by_name["nothing"])
        per_packet = turns.per_packet(name)
        percent = Spread(value * rate.median / 1e7 for value in (per_packet.median, per_packet.least, per_packet.most))
        seen = COUNTERS[name].sees_kernel
        rows.append([name, Spread(one.seconds.values()).text(), time.text("{:.3f}"),
                     ("" if seen else "> ") + per_packet.text("{:.0f}"), ("" if seen else "> ") + percent.text("{:.2f}")])
        report.add_figure(what=f"{work.name}: {name}", seconds=Spread(one.seconds.values()).json(), ratio=time.json(),
                          ns_per_packet=per_packet.json(), percent=percent.json(), packets_per_second=rate.json())
    report.add_section(f"{work.name}; {rate.text('{:.0f}')} packets a second",
                       ["", "seconds", "of the time with nothing", "ns a packet", "% of a processor"], rows)
    # What noting takes is in the one as in the other.
    noted, noting = turns.per_packet("sensor, timed"), turns.per_packet("empty programs")
    add_aims(report, work, by_name, noted.median - noting.median, rate)


def add_aims(report, work, by_name, per_packet, rate):
    time = ratio(by_name["sensor"], by_name["nothing"])
    report.add_aim(f"{work.name}: at most {AIM} % more time with the sensor", f"{time.text('{:.3f}')} x",
                   time.median <= 1 + AIM / 100)
    percent = per_packet * rate.median / 1e7
    report.add_aim(f"{work.name}: at most {AIM} % of a processor for the sensor",
                   f"{percent:.2f} %: {per_packet:.0f} ns a packet, {rate.median:.0f} packets a second", percent <= AIM)


def run(options):
    rounds = options.rounds or ROUNDS
    report = Report("traffic", "An MPI program in virtual machines whose traffic is counted")
    report.versions = {"mpich": output_of("mpichversion").split("\n")[0].split()[-1],
                       "tcpdump": output_of("tcpdump", "--version").split("\n")[0],
                       "pmacct": output_of("pmacctd", "-V").split("\n")[0]}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # all is put back as it was
    sweep()
    with World(offload=True) as world:
        cluster = Cluster(world, max(work.ranks for work in WORKS), hosts=1)
        cluster.open_taps()
        for work in WORKS:
            if work.has_lines:
                set_lines(cluster)
            turns = Turns(cluster, work)
            by_name = {one.name: one for one in turns.contestants()}
            try:
                hold(by_name.values(), rounds, work.name)
            finally:
                for counter in COUNTERS.values():
                    counter.end()
            compare(report, work, turns, by_name)
    return report.conclude()
