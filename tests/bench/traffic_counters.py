# SPDX-License-Identifier: Apache-2.0
"""What can count the traffic of a host's VMs, run by bench_traffic: the sensor, and its peers."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile

from report import BIN, ROOT

from traffic_world import Sensor, inside, named, until

PRIORITY = 2  # what counts goes before what is counted, so that all that it takes is seen
FIRST = ["chrt", "-r", str(PRIORITY)]
FILTER = ["prio", "7", "handle", "7"]
STATISTICS = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")


def processor_ns(pid):
    """Of all its threads, in user space and in the kernel on its behalf."""
    return sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"))


def children_of(pid):
    told = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout
    return [int(word) for word in told.split()]


class Nothing:
    """Counts nothing."""
    sees_kernel = True  # whether processor_ns() has what it does in the kernel for each packet

    def start(self, cluster):
        pass

    def processor_ns(self):
        return 0

    def end(self):
        pass


class OurSensor(Nothing):
    """The sensor with the shortest periods, so that their ends count too. `are_timed`: the kernel notes how long the eBPF
    programs run, which makes each run longer."""

    def __init__(self, via, are_timed=False):
        self.via = via
        self.are_timed = are_timed
        self.sees_kernel = are_timed
        self.sensors = []
        self.before = None

    def start(self, cluster):
        if self.are_timed:
            self.before = STATISTICS.read_text()
            STATISTICS.write_text("1")
        for host in cluster.hosts:
            self.sensors.append(Sensor(BIN / "traffic-probe", host, cluster.taps[host], self.via, "period=1s"))
            os.sched_setscheduler(self.sensors[-1].process.pid, os.SCHED_RR, os.sched_param(PRIORITY))
            for tap in cluster.taps[host]:
                self.sensors[-1].open_tap(tap)

    def processor_ns(self):
        pids = [sensor.process.pid for sensor in self.sensors]
        return sum(processor_ns(pid) + programs_ns(pid) for pid in pids)

    def end(self):
        if self.before is not None:
            STATISTICS.write_text(self.before)
            self.before = None
        for sensor in self.sensors:
            sensor.process.send_signal(signal.SIGTERM)
            sensor.process.wait()
        self.sensors.clear()


def programs_ns(pid):
    """How long the eBPF programs have run that the process has loaded; the kernel tells it of each handle."""
    handles = [path.read_text() for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir()]
    runs = {re.search(r"prog_id:\s+(\d+)", text)[1]: re.search(r"run_time_ns:\s+(\d+)", text)[1]
            for text in handles if "run_time_ns:" in text}
    return sum(map(int, runs.values()))


class EmptyPrograms(Nothing):
    """An eBPF program that does nothing where the sensor has its two: what the kernel notes of these is what noting takes."""

    def __init__(self):
        self.taps = []
        self.before = None

    def start(self, cluster):
        self.before = STATISTICS.read_text()
        STATISTICS.write_text("1")
        with tempfile.TemporaryDirectory(prefix="ab.") as folder:
            program = pathlib.Path(folder) / "empty.o"
            subprocess.run(["clang", "-O2", "-target", "bpf", f"-I/usr/include/{os.uname().machine}-linux-gnu", "-c",
                            ROOT / "tests/bench/empty.bpf.c", "-o", program], check=True)
            for host, tap in ((host, tap) for host, taps in cluster.taps.items() for tap in taps):
                inside(host, "tc", "qdisc", "replace", "dev", tap, "clsact")
                self.taps.append((host, tap))
                for way in ("ingress", "egress"):
                    inside(host, "tc", "filter", "replace", "dev", tap, way, *FILTER, "bpf", "da", "obj", program, "sec", "tc")

    def processor_ns(self):
        told = json.loads(subprocess.run(["bpftool", "prog", "show", "-j"], stdout=subprocess.PIPE, check=True).stdout)
        return sum(one.get("run_time_ns", 0) for one in told if one.get("name") == "bench_empty")

    def end(self):
        if self.before is not None:
            STATISTICS.write_text(self.before)
            self.before = None
        for host, tap in self.taps:
            for way in ("ingress", "egress"):  # perhaps the first was not there yet
                subprocess.run(["ip", "netns", "exec", named(host), "tc", "filter", "del", "dev", tap, way, *FILTER, "bpf"],
                               stderr=subprocess.DEVNULL, check=False)
        self.taps.clear()


class Capture(Nothing):
    """A peer that takes packets from a socket: a process for each tap, which sees what reaches the VM."""
    sees_kernel = False

    def __init__(self, command_of):
        self.command_of = command_of  # (tap, folder) -> command
        self.processes = []
        self.folder = None

    def start(self, cluster):
        self.folder = tempfile.TemporaryDirectory(prefix="ab.")
        for host, taps in cluster.taps.items():
            for tap in taps:
                command = self.command_of(tap, pathlib.Path(self.folder.name))
                self.processes.append(subprocess.Popen([*FIRST, "ip", "netns", "exec", named(host), *command],
                                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
                until(f"{command[0]} listens", lambda tap=tap: listens(host, tap))

    def processor_ns(self):
        pids = [process.pid for process in self.processes]
        return sum(map(processor_ns, pids + [child for pid in pids for child in children_of(pid)]))

    def end(self):
        for process in self.processes:
            process.send_signal(signal.SIGINT)
            process.wait()
        self.processes.clear()
        if self.folder:
            self.folder.cleanup()


def listens(host, tap):
    """Whether somebody has a packet socket on the interface."""
    index = inside(host, "cat", f"/sys/class/net/{tap}/ifindex").strip()
    return any(line.split()[4] == index for line in inside(host, "cat", "/proc/net/packet").splitlines()[1:])


def tcpdump(tap, _):
    """The headers of each packet, to nowhere."""
    return ["tcpdump", "-n", "-i", tap, "-Q", "out", "-s", "96", "-w", "/dev/null"]


def pmacct(tap, folder):
    """Packets and bytes by sender and receiver, in memory. With the buffer that its manual advises it takes half as much."""
    settings = folder / f"{tap}.conf"
    settings.write_text(f"""daemonize: false
plugins: memory
aggregate: src_host, dst_host
pcap_interface: {tap}
pcap_direction: out
imt_path: {folder}/{tap}.pipe
plugin_buffer_size: 10240
plugin_pipe_size: 1024000
""")
    return ["pmacctd", "-f", str(settings)]


COUNTERS = {
    "nothing": Nothing(),
    "sensor": OurSensor("ebpf"),
    "sensor, timed": OurSensor("ebpf", are_timed=True),
    "empty programs": EmptyPrograms(),
    "sensor, ring": OurSensor("ring"),
    "tcpdump": Capture(tcpdump),
    "pmacct": Capture(pmacct),
}
