#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scripts that switch hosts, beside programs that only write down how they are called."""
import os
import pathlib
import subprocess
import tempfile
import unittest

WRAPPERS = pathlib.Path(__file__).resolve().parents[2] / "wrappers"
# What the scripts call of the system itself.
REAL = ["cat", "date", "mktemp", "rm", "sh", "tail", "env"]
NOTE = 'printf "%s" "${0##*/}" >> "$WORLD/calls"; printf " <%s>" "$@" >> "$WORLD/calls"; echo >> "$WORLD/calls"\n'

# A board: the power is in the file `power`; `soft` works where `obeys` is there.
IPMITOOL = NOTE + """
[ "$IPMITOOL_PASSWORD" = hunter2 ] || { echo "Error: Unable to establish IPMI v2 / RMCP+ session" >&2; exit 1; }
case "$*" in
  *"chassis power status")
    turn=$(cat "$WORLD/turn" 2>/dev/null || echo 0)
    echo $((turn + 1)) > "$WORLD/turn"
    [ "$turn" != "$(cat "$WORLD/deaf" 2>/dev/null)" ] || { echo "Error: no response" >&2; exit 1; }
    echo "Chassis Power is $(cat "$WORLD/power")" ;;
  *"chassis power soft") [ ! -e "$WORLD/obeys" ] || echo off > "$WORLD/power" ;;
  *"chassis power off") [ -e "$WORLD/stuck" ] || echo off > "$WORLD/power" ;;
  *"chassis power on") [ -e "$WORLD/stuck" ] || echo on > "$WORLD/power" ;;
esac
"""
# A host that answers while the file `answers` is there.
SSH = NOTE + """
[ -e "$WORLD/answers" ] || { echo "ssh: connect to host: No route to host" >&2; exit 255; }
case "$*" in
  *poweroff*) [ ! -e "$WORLD/refuses" ] || { echo "sudo: a password is required" >&2; exit 1; }
              [ -e "$WORLD/hangs" ] || rm "$WORLD/answers"
              [ ! -e "$WORLD/hasty" ] || { echo "Connection to host closed by remote host." >&2; exit 255; } ;;
esac
"""
PING = '[ -e "$WORLD/answers" ]\n'
# Time goes on by it, and by it alone, ten times as fast.
SLEEP = 'echo $(($(cat "$WORLD/now") + $1 * 10)) > "$WORLD/now"\n'
DATE = 'cat "$WORLD/now"\n'


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.world = pathlib.Path(self.folder.name)
        (self.world / "bin").mkdir()
        (self.world / "now").write_text("1000\n")
        for name in REAL:
            if name != "date":
                path = subprocess.run(["which", name], capture_output=True, text=True, check=True).stdout.strip()
                (self.world / "bin" / name).symlink_to(path)
        self.program("sleep", SLEEP)
        self.program("date", DATE)

    def program(self, name, text):
        path = self.world / "bin" / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)

    def has(self, *names):
        for name in names:
            (self.world / name).touch()

    def run_script(self, script, *words, password="hunter2"):
        environment = {"PATH": str(self.world / "bin"), "WORLD": str(self.world), "TMPDIR": str(self.world)}
        if password is not None:
            environment["ATTUNE_SECRET_password"] = password
        return subprocess.run([WRAPPERS / script, *words], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)

    def calls(self):
        path = self.world / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def fails(self, done, why):
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.strip().splitlines()[-1], why)
        left = [p.name for p in self.world.iterdir() if p.is_dir() and p.name != "bin"]
        self.assertEqual(left, [], "nothing is left behind")


class Ipmi(Scripts):
    def setUp(self):
        super().setUp()
        self.program("ipmitool", IPMITOOL)
        self.power("on")

    def power(self, state):
        (self.world / "power").write_text(state + "\n")

    def is_powered(self):
        return (self.world / "power").read_text().strip()

    def orders(self):
        return [c.split("<power> ")[-1] for c in self.calls() if "<status>" not in c]

    def test_a_host_that_shuts_down_keeps_its_power_until_then(self):
        self.has("obeys")
        done = self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "2min")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.orders(), ["<soft>"])

    def test_where_it_takes_too_long_the_power_is_cut(self):
        done = self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "2min")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.orders(), ["<soft>", "<off>"])
        self.assertEqual((self.world / "now").read_text(), "1120\n")

    def test_a_question_that_the_board_misses_is_asked_again(self):
        (self.world / "deaf").write_text("1")
        self.has("obeys")
        done = self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "2min")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.orders(), ["<soft>"])

    def test_more_grace_than_the_stub_has_time_is_refused(self):
        self.assertEqual(self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "13min").returncode, 0)
        self.power("on")
        self.fails(self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "20min"),
                   "grace=20min is too long: the stub's timeout leaves 13min")
        self.assertEqual(self.is_powered(), "on")

    def test_what_is_off_is_left_alone(self):
        self.power("off")
        self.assertEqual(self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "2min").returncode, 0)
        self.assertEqual(self.orders(), [])

    def test_a_fence_does_not_ask(self):
        self.has("obeys")
        self.assertEqual(self.run_script("ipmi", "fence", "10.0.1.11", "attune").returncode, 0)
        self.assertEqual(self.orders(), ["<off>"])

    def test_it_is_switched_on(self):
        self.power("off")
        self.assertEqual(self.run_script("ipmi", "power_on", "10.0.1.11", "attune").returncode, 0)
        self.assertEqual(self.is_powered(), "on")

    def test_the_board_must_say_that_it_is_so(self):
        self.has("stuck")
        self.fails(self.run_script("ipmi", "fence", "10.0.1.11", "attune"),
                   "10.0.1.11: it is not off 60s after its power was cut")
        self.power("off")
        self.fails(self.run_script("ipmi", "power_on", "10.0.1.11", "attune"),
                   "10.0.1.11: it is not on 60s after it was told to be")

    def test_the_password_is_on_no_command_line(self):
        self.power("off")
        self.run_script("ipmi", "power_on", "10.0.1.11", "attune")
        self.assertEqual(self.calls()[0],
                         "ipmitool <-I> <lanplus> <-L> <OPERATOR> <-H> <10.0.1.11> <-U> <attune> <-E> <chassis> <power> <on>")
        self.assertNotIn("hunter2", "\n".join(self.calls()))

    def test_what_is_wrong_is_said(self):
        self.fails(self.run_script("ipmi", "power_on", "10.0.1.11", "attune", password="wrong"),
                   "10.0.1.11: 'chassis power on' failed: Error: Unable to establish IPMI v2 / RMCP+ session")
        self.fails(self.run_script("ipmi", "power_on", "10.0.1.11", "attune", password=None),
                   "no password: give the class +password: Secret")
        self.fails(self.run_script("ipmi", "power_on", "", "attune"),
                   "the host has no address of a board: write bmc=ADDRESS into the node file")
        self.fails(self.run_script("ipmi", "power_off", "10.0.1.11", "attune", "soon"),
                   "'soon' is no duration, such as 90s or 2min")
        self.fails(self.run_script("ipmi", "reset", "10.0.1.11", "attune"),
                   "there is no 'reset': power_off, power_on or fence")
        self.power("turning")
        self.fails(self.run_script("ipmi", "fence", "10.0.1.11", "attune"),
                   "10.0.1.11: 'chassis power status' says 'Chassis Power is turning'")
        (self.world / "bin/ipmitool").unlink()
        self.fails(self.run_script("ipmi", "power_on", "10.0.1.11", "attune"),
                   "ipmitool is not installed on this host")


class WakeOnLan(Scripts):
    MAC = "52:54:00:12:34:56"

    def setUp(self):
        super().setUp()
        self.program("ssh", SSH)
        self.program("ping", PING)
        self.program("wakeonlan", NOTE)
        self.has("answers")

    def off(self, identity=""):
        return self.run_script("wake-on-lan", "power_off", "10.0.0.12", "root", identity, "90s")

    def test_it_is_off_once_it_answers_no_more(self):
        done = self.off()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse((self.world / "answers").exists())
        self.assertIn("<-l> <root> <--> <10.0.0.12> <if ", self.calls()[0])

    def test_the_key_is_used(self):
        self.off("/etc/attune/key")
        self.assertIn("<-i> </etc/attune/key> <--> <10.0.0.12>", self.calls()[0])

    def test_one_that_is_gone_before_it_can_answer_is_off(self):
        self.has("hasty")
        self.assertEqual(self.off().returncode, 0)

    def test_one_that_still_answers_is_not_off(self):
        self.has("hangs")
        self.fails(self.off(), "10.0.0.12 still answers 90s after it was told to shut down")

    def test_more_grace_than_the_stub_has_time_is_refused(self):
        self.fails(self.run_script("wake-on-lan", "power_off", "10.0.0.12", "root", "", "1h"),
                   "grace=1h is too long: the stub's timeout leaves 13min")
        self.assertEqual(self.calls(), [])

    def test_one_that_cannot_be_told_is_not_off(self):
        (self.world / "answers").unlink()
        self.fails(self.off(), "10.0.0.12 cannot be told to shut down: ssh: connect to host: No route to host")

    def test_who_may_not_switch_it_off_is_told(self):
        self.has("refuses")
        self.fails(self.off(), "10.0.0.12 does not shut down: sudo: a password is required")

    def test_the_packet_is_sent_three_times(self):
        done = self.run_script("wake-on-lan", "power_on", self.MAC, "10.0.0.255")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.calls(), [f"wakeonlan <-i> <10.0.0.255> <{self.MAC}>"] * 3)

    def test_without_wakeonlan_the_packet_is_the_same(self):
        import socket
        import sys
        (self.world / "bin/wakeonlan").unlink()
        self.program("python3", f'exec {sys.executable} -c "$(echo "$2" | {sys.executable} -c \''
                     'import sys; print(sys.stdin.read().replace("9)", sys.argv[1] + ")"))\' "$PORT")" "$3" "$4"\n')
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
            heard.bind(("127.0.0.1", 0))
            heard.settimeout(10)
            fake = self.world / "bin/python3"
            fake.write_text(fake.read_text().replace("$PORT", str(heard.getsockname()[1])))
            done = self.run_script("wake-on-lan", "power_on", self.MAC, "127.0.0.1")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            packet = heard.recv(200)
        self.assertEqual(packet, b"\xff" * 6 + bytes.fromhex("525400123456") * 16)

    def test_what_is_wrong_is_said(self):
        self.fails(self.run_script("wake-on-lan", "power_on", "52:54:00", "10.0.0.255"),
                   "'52:54:00' is no MAC address: write mac=52:54:00:12:34:56 into the node file")
        self.program("wakeonlan", 'echo "no such network" >&2\nexit 1\n')
        self.fails(self.run_script("wake-on-lan", "power_on", self.MAC, "10.0.0.255"),
                   f"the packet for {self.MAC} was not sent: no such network")
        (self.world / "bin/wakeonlan").unlink()
        self.fails(self.run_script("wake-on-lan", "power_on", self.MAC, "10.0.0.255"),
                   f"the packet for {self.MAC} was not sent: neither wakeonlan nor python3 is installed on this host")


if __name__ == "__main__":
    unittest.main()
