# SPDX-License-Identifier: Apache-2.0
"""usage: watch.py OUTPUT NAME=ADDRESS...
Asks each talker every half second how many rounds it has made, and writes a line for each answer, `TIME NAME ROUNDS` with
the time in seconds since 1970, until it is told to end (SIGTERM, SIGINT). One that does not answer is asked anew."""
import pathlib
import signal
import socket
import sys
import threading
import time

PORT = 5007  # talker.cc
BETWEEN = 0.5  # seconds
PATIENCE = 5   # for an answer: a machine that is being moved stands still for a while


def answers(address):
    """The count, each time that it is asked for; ends where the talker does not answer."""
    try:
        with socket.create_connection((address, PORT), timeout=PATIENCE) as talker:
            told = talker.makefile()
            while True:
                talker.sendall(b"\n")
                yield int(told.readline())
    except (OSError, ValueError):
        return


def watch(name, address, output):
    while True:
        for rounds in answers(address):
            output.write(f"{time.time():.3f} {name} {rounds}\n")  # one call, so that lines stay whole
            time.sleep(BETWEEN)
        time.sleep(BETWEEN)


def main():
    path, *talkers = sys.argv[1:]
    with pathlib.Path(path).open("w", buffering=1) as output:
        for talker in talkers:
            threading.Thread(target=watch, args=(*talker.split("="), output), daemon=True).start()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
