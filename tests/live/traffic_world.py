# SPDX-License-Identifier: Apache-2.0
"""A small world for the traffic sensor: hosts with a bridge, VMs on veth pairs instead of taps, each in a network
namespace of its own; and what a sensor has told, put together."""
import collections
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # seconds until what must come about is given up


def named(space):
    """The namespace's name on this machine; one process has one world at a time."""
    return f"tsens{os.getpid()}-{space}"


def sweep():
    """Takes away what a test left that was killed."""
    for name in run("ip", "netns", "list").split():
        owner = re.fullmatch(r"tsens(\d+)-\w+", name)
        if owner and not pathlib.Path("/proc", owner[1]).exists():
            remove(name)


def remove(name):
    for process in run("ip", "netns", "pids", name, check=False).split():
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(process), signal.SIGKILL)
    run("ip", "netns", "del", name, check=False)


def run(*command, check=True):
    return subprocess.run([str(word) for word in command], check=check, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout


def inside(space, *command):
    if command[0] == "ip":
        return run("ip", "-n", named(space), *command[1:])
    return run("ip", "netns", "exec", named(space), *command)


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.01)


class Vm:
    def __init__(self, number):
        self.name = f"vm{number}"
        self.mac = f"52:54:00:00:00:{number:02x}"
        self.v4 = f"10.9.0.{number}"
        self.v6 = f"fd00:9::{number}"

    def exec(self, *command):
        return inside(self.name, *command)

    def popen(self, *command, **options):
        return subprocess.Popen(["ip", "netns", "exec", named(self.name), *map(str, command)], text=True, **options)


class World:
    """Makes namespaces, and takes them away with all that runs in them."""

    def __init__(self, offload=False):
        self.offload = offload
        self.spaces = []

    def space(self, name):
        self.spaces.append(name)
        run("ip", "netns", "add", named(name))
        inside(name, "ip", "link", "set", "lo", "up")
        return name

    def host(self, name):
        self.space(name)
        inside(name, "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        inside(name, "ip", "link", "set", "br0", "addrgenmode", "none")
        inside(name, "ip", "link", "set", "br0", "up")
        return name

    def join(self, one, other):
        inside(one, "ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", named(other))
        for host in (one, other):
            inside(host, "ip", "link", "set", "wire", "addrgenmode", "none", "master", "br0", "up")

    def vm(self, number):
        vm = Vm(number)
        self.space(vm.name)
        return vm

    def plug(self, vm, host):
        """The VM's interface, down on the host's side, so that the sensor is there before the first packet."""
        tap = f"t-{vm.name}"
        inside(host, "ip", "link", "add", tap, "type", "veth", "peer", "name", "eth0", "address", vm.mac, "netns",
               named(vm.name))
        inside(host, "ip", "link", "set", tap, "addrgenmode", "none", "master", "br0")
        if not self.offload:
            for space, name in ((host, tap), (vm.name, "eth0")):
                inside(space, "ethtool", "-K", name, "tso", "off", "gso", "off", "gro", "off")
        vm.exec("ip", "addr", "add", f"{vm.v4}/24", "dev", "eth0")
        vm.exec("ip", "addr", "add", f"{vm.v6}/64", "dev", "eth0", "nodad")
        vm.exec("ip", "link", "set", "eth0", "up")
        return tap

    def unplug(self, host, tap):
        """Nothing is sent to the VM any more, and its interface stays to be asked what it has counted. An interface
        that goes down drops for a moment what the sensor has seen already."""
        inside(host, "ip", "link", "set", tap, "nomaster")

    def acquaint(self, vms):
        """Each knows the others' MAC addresses, so that nobody has to ask in between."""
        for vm in vms:
            for other in vms:
                if other is not vm:
                    for address in (other.v4, other.v6):
                        vm.exec("ip", "neigh", "replace", address, "lladdr", other.mac, "dev", "eth0", "nud", "permanent")

    def close(self):
        for name in self.spaces:
            remove(named(name))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def sent_to_vm(host, tap):
    """What the interface itself has counted towards the VM: packets, and bytes without the Ethernet headers."""
    folder = f"/sys/class/net/{tap}/statistics"
    packets, size = (int(word) for word in inside(host, "cat", f"{folder}/tx_packets", f"{folder}/tx_bytes").split())
    return packets, size - 14 * packets


def fields_of(line):
    words = re.findall(r'([a-z]+)=("[^"]*"|\S+)', line)
    return {key: value.strip('"') for key, value in words}


class Told:
    """The reports of a sensor."""

    def __init__(self, lines):
        self.closing = []
        self.peers = collections.defaultdict(collections.Counter)  # (period, vm) -> {(sender, "messages"|"bytes")}
        self.to = collections.Counter()
        self.own = collections.defaultdict(set)
        self.parts = set()
        waiting = 0
        for line in lines:
            event, fields = line.split()[0], fields_of(line)
            period = int(fields["period"])
            if event == "traffic_period":
                assert int(fields["lines"]) == waiting, f"{waiting} lines before: {line}"
                self.closing.append(fields)
                waiting = 0
                continue
            waiting += 1
            vm = fields["vm"]
            self.own[vm] |= set(fields.get("own", "").split())
            if "part" in fields:
                self.parts.add((period, vm))
            for entry in filter(None, fields.get("from", "").split(";")):
                sender, messages, size = entry.split()
                self.peers[period, vm][sender, "messages"] += int(messages)
                self.peers[period, vm][sender, "bytes"] += int(size)
            if "rest" in fields:
                _, messages, size = fields["rest"].split()
                self.peers[period, vm]["rest", "messages"] += int(messages)
                self.peers[period, vm]["rest", "bytes"] += int(size)
            for entry in filter(None, fields.get("to", "").split(";")):
                self.to[(vm, entry.split()[0], "messages")] += int(entry.split()[1])
        periods = [int(fields["period"]) for fields in self.closing]
        assert periods == sorted(set(periods)), f"a period twice, or out of order: {periods}"

    def total(self, vm, sender=None):
        """Packets and bytes of all periods."""
        sums = collections.Counter()
        for (_, of), counts in self.peers.items():
            for (peer, what), number in counts.items():
                if of == vm.mac and sender in (None, peer):
                    sums[what] += number
        return sums["messages"], sums["bytes"]

    def by_period(self, vm, sender):
        return {period: counts[sender, "messages"] for (period, of), counts in sorted(self.peers.items())
                if of == vm.mac}


class Sensor:
    def __init__(self, program, host, taps, via, *options, output=None):
        """`taps` are names with the VM's MAC address. The lines go to a file, unless there is another output."""
        self.host, self.via = host, via
        interfaces = [f"interface={tap}={vm.mac}" for tap, vm in taps.items()]
        self.output = output or tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", named(host), program, "/dev/stdout", f"sensor-{host}", f"via={via}", *interfaces,
             *options], stdout=self.output, stderr=sys.stderr, text=True)

    def counts(self, tap):
        """Whether it has taken the interface up."""
        if self.via == "ebpf":
            return "traffic" in inside(self.host, "tc", "filter", "show", "dev", tap, "ingress") or \
                   "leaves_vm" in inside(self.host, "tc", "filter", "show", "dev", tap, "ingress")
        index = inside(self.host, "cat", f"/sys/class/net/{tap}/ifindex").strip()
        return any(line.split()[4] == index for line in inside(self.host, "cat", "/proc/net/packet").splitlines()[1:])

    def open_tap(self, tap):
        until(f"{tap} is counted", lambda: self.counts(tap))
        inside(self.host, "ip", "link", "set", tap, "up")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=PATIENCE) == 0
        self.output.seek(0)
        lines = self.output.read().splitlines()
        for line in lines:
            assert len(line) < 4096, line
        return Told(lines)
