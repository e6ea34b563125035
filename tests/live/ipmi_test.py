#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wrappers/ipmi beside the real ipmitool, which speaks RMCP+ with OpenIPMI's simulated board. Needs root: a board
answers at port 623."""
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "wrappers" / "ipmi"
BOARD = f"127.77.{os.getpid() % 250}.1"
CONFIGURATION = """name "board"
set_working_mc 0x20
  startlan 1
    addr {board} 623
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "{folder}/chassis"
  user 1 true "" "" user 10 none md2 md5 straight
  user 2 true "attune" "hunter2" admin 10 none md2 md5 straight
"""
EMULATION = "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n"
# What the board does with the machine: the power is in the file `power`; a shutdown is obeyed at once.
CHASSIS = """#!/bin/sh
echo "$@" >> {folder}/asked
case "$*" in
  "get power") echo "power:$(cat {folder}/power)" ;;
  "set power "*) echo "$3" > {folder}/power ;;
  "set shutdown "*) echo 0 > {folder}/power ;;
esac
"""


class Board(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "lan.conf").write_text(CONFIGURATION.format(board=BOARD, folder=folder.name))
        (self.folder / "board.emu").write_text(EMULATION)
        (self.folder / "chassis").write_text(CHASSIS.format(folder=folder.name))
        (self.folder / "chassis").chmod(0o755)
        self.power("1")
        simulator = subprocess.Popen(
            ["ipmi_sim", "-c", self.folder / "lan.conf", "-f", self.folder / "board.emu", "-s", self.folder, "-n"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.addCleanup(simulator.wait)
        self.addCleanup(simulator.kill)
        self.await_board()

    # It listens once it is in the kernel's list of UDP sockets.
    def await_board(self):
        address = "".join(f"{int(part):02X}" for part in reversed(BOARD.split(".")))
        end = time.monotonic() + 30
        while f" {address}:026F " not in pathlib.Path("/proc/net/udp").read_text():
            self.assertLess(time.monotonic(), end, "the simulated board does not listen")

    def power(self, state):
        (self.folder / "power").write_text(state)

    def is_on(self):
        return (self.folder / "power").read_text().strip() == "1"

    def asked(self):
        return [line for line in (self.folder / "asked").read_text().splitlines() if line != "get power"]

    def run_script(self, *words, password="hunter2"):
        environment = dict(os.environ, ATTUNE_SECRET_password=password)
        return subprocess.run([SCRIPT, *words], env=environment, capture_output=True, text=True, timeout=240,
                              check=False)

    def test_a_board_switches_its_machine_off_and_on(self):
        done = self.run_script("power_off", BOARD, "attune", "2min")
        self.assertEqual((done.returncode, self.is_on()), (0, False), done.stderr)
        self.assertEqual([line.split()[:2] for line in self.asked()], [["set", "shutdown"]])
        done = self.run_script("power_on", BOARD, "attune")
        self.assertEqual((done.returncode, self.is_on()), (0, True), done.stderr)
        done = self.run_script("fence", BOARD, "attune")
        self.assertEqual((done.returncode, self.is_on()), (0, False), done.stderr)

    def test_a_wrong_password_changes_nothing(self):
        done = self.run_script("power_on", BOARD, "attune", password="wrong")
        self.assertEqual((done.returncode, self.is_on()), (1, True))
        self.assertIn(f"{BOARD}: 'chassis power on' failed: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
