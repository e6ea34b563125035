# SPDX-License-Identifier: Apache-2.0
"""The traffic sensor on real interfaces, in the kernel and by ring: equal, to the packet and the byte, to what the
interface and the sender have counted. usage: traffic_test.py PROGRAM [CASE...]"""
import itertools
import json
import multiprocessing
import pathlib
import signal
import subprocess
import sys

from traffic_world import Sensor, World, inside, sent_to_vm, sweep, until

PEER = pathlib.Path(__file__).with_name("traffic_peer.py")
PROGRAM = sys.argv[1]
AT_ONCE = 4
UDP_V4, UDP_V6 = 28, 48  # headers of IP and UDP


class Pair:
    """Two VMs on one host, with a sensor that was there before their first packet."""

    def __init__(self, world, via, *options):
        self.world = world
        self.host = world.host("host")
        self.one, self.two = world.vm(1), world.vm(2)
        self.taps = {world.plug(vm, self.host): vm for vm in (self.one, self.two)}
        world.acquaint([self.one, self.two])
        self.sensor = Sensor(PROGRAM, self.host, self.taps, via, "period=1s", *options)
        for tap in self.taps:
            self.sensor.open_tap(tap)

    def end(self):
        """What was told, after nothing more can come; it has to be what the interfaces have counted."""
        for tap in self.taps:
            self.world.unplug(self.host, tap)
        told = self.sensor.end()
        for tap, vm in self.taps.items():
            equal(f"all that reached {vm.name}", told.total(vm), sent_to_vm(self.host, tap))
        return told


def equal(what, told, right):
    if told != right:
        raise AssertionError(f"{what}: told {told}, and it was {right}")


def start_sink(vm, kind, address):
    sink = vm.popen("python3", PEER, kind, address, 5000, stdout=subprocess.PIPE)
    assert sink.stdout.readline() == "ready\n"
    return sink


def send(vm, to, count, seconds):
    return json.loads(vm.exec("python3", PEER, "udp_send", to, 5000, count, seconds))


def datagrams_are_counted_as_they_were_sent(world, via):
    pair = Pair(world, via, "servers=10.9.0.2")
    for address in (pair.two.v4, pair.two.v6):
        start_sink(pair.two, "udp_sink", address)
    v4 = send(pair.one, pair.two.v4, 3000, 2.5)
    v6 = send(pair.one, pair.two.v6, 1000, 1)
    pings = pair.one.exec("ping", "-q", "-c", 20, "-i", 0.02, "-s", 100, pair.two.v4)
    assert "20 received" in pings, pings
    told = pair.end()
    equal("IPv4", told.total(pair.two, pair.one.v4),
          (3000 + 20, v4["content"] + 3000 * UDP_V4 + 20 * 128))
    equal("IPv6", told.total(pair.two, pair.one.v6), (1000, v6["content"] + 1000 * UDP_V6))
    equal("answers to ping", told.total(pair.one, pair.two.v4), (20, 20 * 128))
    equal("to the server", told.to[pair.one.mac, pair.two.v4, "messages"], 3020)
    assert {pair.one.v4, pair.one.v6} <= told.own[pair.one.mac], told.own
    each_packet_is_in_its_period(told.by_period(pair.two, pair.one.v4), v4["times"], 3000 + 20)


def each_packet_is_in_its_period(told, times, count):
    """What was sent for certain before a border is told before it, and what was sent after it is not."""
    assert len(told) >= 3 and sum(told.values()) == count, told
    last = max(after for _, after in times)
    sum_told = 0
    for period, number in told.items():
        sum_told += number
        border = period + 1
        if border > last:
            break
        least = sum(after < border - 0.001 for _, after in times)
        most = sum(before < border + 0.001 for before, _ in times)
        assert least <= sum_told <= most, f"until {border}: told {sum_told}, sent from {least} to {most}"


def tcp_segments(vm):
    """What TCP has sent in this VM, what it sent again as well."""
    names, numbers = (line.split()[1:] for line in vm.exec("cat", "/proc/net/snmp").splitlines() if line[:4] == "Tcp:")
    counts = dict(zip(names, map(int, numbers)))
    return counts["OutSegs"] + counts["RetransSegs"]


def super_packets_count_as_those_they_stand_for(world, via):
    pair = Pair(world, via)
    size = 40_000_000
    sink = start_sink(pair.two, "tcp_sink", pair.two.v4)
    sent = int(pair.one.exec("python3", PEER, "tcp_send", pair.two.v4, 5000, size))
    sink.wait(timeout=30)
    until("TCP has ended", lambda: not pair.one.exec("ss", "-tnH").strip())
    for tap in pair.taps:
        world.unplug(pair.host, tap)
    told = pair.sensor.end()
    segments = tcp_segments(pair.one)
    # Each has 20 bytes of IP, and 32 of TCP with its time stamps; the first one 8 more.
    equal("the data", told.total(pair.two, pair.one.v4), (segments, sent + 52 * segments + 8))
    equal("the answers", told.total(pair.one, pair.two.v4)[0], tcp_segments(pair.two))
    tap = next(tap for tap, vm in pair.taps.items() if vm is pair.two)
    assert sent_to_vm(pair.host, tap)[0] < segments / 2, "there were no super-packets"


super_packets_count_as_those_they_stand_for.offload = True


def a_move_in_the_middle_loses_nothing(world, via):
    hosts = [world.host("here"), world.host("there")]
    world.join(*hosts)
    mover, sender = world.vm(1), world.vm(2)
    first = world.plug(mover, hosts[0])
    other = world.plug(sender, hosts[1])
    world.acquaint([mover, sender])
    sensors = [Sensor(PROGRAM, hosts[0], {first: mover}, via, "period=2s"),
               Sensor(PROGRAM, hosts[1], {first: mover, other: sender}, via, "period=2s")]
    sensors[0].open_tap(first)
    sensors[1].open_tap(other)
    talk = sender.popen("python3", PEER, "udp_talk", mover.v4, 5000, stdin=subprocess.PIPE)
    until("it talks", lambda: sent_to_vm(hosts[0], first)[0] > 500)
    world.unplug(hosts[0], first)
    before = sent_to_vm(hosts[0], first)
    inside(hosts[0], "ip", "link", "del", first)
    world.plug(mover, hosts[1])
    world.acquaint([mover, sender])
    sensors[1].open_tap(first)
    mover.exec("ping", "-q", "-c", 1, sender.v4)  # as QEMU does it for its VM: the bridges learn where it is now
    until("it is heard again", lambda: sent_to_vm(hosts[1], first)[0] > 500)
    talk.communicate(timeout=30)
    world.unplug(hosts[1], first)
    after = sent_to_vm(hosts[1], first)
    told = [sensor.end() for sensor in sensors]
    equal("before the move", told[0].total(mover), before)
    equal("after the move", told[1].total(mover), after)
    assert any(vm == mover.mac for _, vm in told[0].parts) and any(vm == mover.mac for _, vm in told[1].parts)


def more_senders_than_places_are_summed(world, via):
    pair = Pair(world, via, "peers=2")
    start_sink(pair.two, "udp_sink", pair.two.v4)
    pair.one.exec("sh", "-ec", f"""for number in $(seq 10 40); do
        ip addr add 10.9.0.$number/24 dev eth0
        ping -q -c 1 -I 10.9.0.$number {pair.two.v4}
      done""")
    told = pair.end()
    assert told.total(pair.two, "rest")[0] > 0, "nobody was summed"


CASES = [datagrams_are_counted_as_they_were_sent, super_packets_count_as_those_they_stand_for,
         a_move_in_the_middle_loses_nothing, more_senders_than_places_are_summed]


def attempt(which):
    """Runs one case; gives what it says, and whether it went well."""
    case, via = which
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves the world as it should be left
    try:
        with World(offload=getattr(case, "offload", False)) as world:
            case(world, via)
        return f"passed  {name_of(which)}", True
    except (AssertionError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        return f"FAILED  {name_of(which)}: {error} {getattr(error, 'output', '') or ''}", False


def name_of(which):
    return f"{which[0].__name__} ({which[1]})"


def main():
    wanted = sys.argv[2:]
    chosen = [which for which in itertools.product(CASES, ("ebpf", "ring"))
              if not wanted or any(word in name_of(which) for word in wanted)]
    sweep()
    failed = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Side by side, since they mostly wait.
    with multiprocessing.Pool(AT_ONCE) as pool:
        for text, is_right in pool.imap_unordered(attempt, chosen):
            print(text, flush=True)
            failed += not is_right
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
