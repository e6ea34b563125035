# SPDX-License-Identifier: Apache-2.0
"""MPI programs in the VMs of a traffic_world: rank n, counted from 1, runs in VM n. The ranks talk by TCP over the VMs'
interfaces; what starts them reaches them by pipes, past the interfaces."""
import os
import signal
import subprocess

from traffic_world import Sensor, inside, named

# mpiexec starts this in place of the program, with the rank that it gives: $0 is what the namespaces' names begin with.
IN_ITS_VM = 'exec {} ip netns exec "$0$((PMI_RANK + 1))" "$@"'
ENVIRONMENT = {
    "MPIR_CVAR_NOLOCAL": "1",  # no shared memory: each rank takes the others for ranks on other machines
    "UCX_TLS": "tcp",
    "UCX_NET_DEVICES": "eth0",
}
PATIENCE = 60  # seconds for a program, or for a sensor's period


class Cluster:
    """VMs on one or two hosts, by turns: VM 1 on the first, 2 on the second, 3 on the first ..."""

    def __init__(self, world, ranks, hosts=2):
        self.hosts = [world.host(name) for name in ("here", "there")[:hosts]]
        if hosts > 1:
            world.join(*self.hosts)
        self.vms = [world.vm(number + 1) for number in range(ranks)]
        self.taps = {host: {} for host in self.hosts}
        self.host_of = {}
        for number, vm in enumerate(self.vms):
            host = self.hosts[number % hosts]
            self.taps[host][world.plug(vm, host)] = vm
            self.host_of[vm] = host
        world.acquaint(self.vms)

    def open_taps(self):
        """For who has no sensor to wait for."""
        for host, taps in self.taps.items():
            for tap in taps:
                inside(host, "ip", "link", "set", tap, "up")

    def run(self, ranks, program, *arguments, under=""):
        """What the program prints. `under` are words of a shell that start a command, such as `nice`."""
        command = ["mpiexec.mpich", "-n", ranks, "sh", "-c", IN_ITS_VM.format(under), named("vm"), program, *arguments]
        done = subprocess.run([str(word) for word in command], env=os.environ | ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"{program} {arguments} on {ranks} ended with {done.returncode}: {done.stdout}")
        return done.stdout

    def roster(self):
        """Who is where, in the lines of the collector's store."""
        lines = [f"vm {vm.mac} {vm.name} {host}" for vm, host in self.host_of.items()]
        return "".join(f"{line}\n" for line in [*lines, *(f"sensor sensor-{host} {host}" for host in self.hosts)])


class FollowedSensor(Sensor):
    """One whose lines are read as they come."""

    def __init__(self, program, cluster, host, via, *options):
        super().__init__(program, host, cluster.taps[host], via, *options, output=subprocess.PIPE)
        for tap in cluster.taps[host]:
            self.open_tap(tap)
        self.lines = []
        self.period = None  # the last that it told

    def follow(self, period=None):
        """Until it has told this period, or the next; the period that it has told then."""
        signal.signal(signal.SIGALRM, lambda *_: self.is_silent())
        signal.alarm(PATIENCE)
        try:
            while True:
                line = self.process.stdout.readline()
                if not line:
                    raise AssertionError(f"the sensor on {self.host} has ended")
                self.lines.append(line)
                if line.startswith("traffic_period "):
                    self.period = int(line.split("period=")[1].split()[0])
                    if period is None or self.period >= period:
                        return self.period
        finally:
            signal.alarm(0)

    def is_silent(self):
        raise AssertionError(f"the sensor on {self.host} has told nothing for {PATIENCE} s")
