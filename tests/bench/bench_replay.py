# SPDX-License-Identifier: Apache-2.0
"""How long a replay takes: a week of 100 hosts with an event a minute for each, of which a tenth leads to a move."""
import os
import pathlib
import random
import subprocess
import tempfile

from contest import Contestant, Spread, hold
from report import BIN, Report

HOSTS, MINUTES = 100, 7 * 24 * 60

DEPLOYMENT = """classDiagram
  class lab {{
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }}
  class app {{
    +wrapper: String = "app.xml"
    +host-family: String = "lab"
    +initial: Integer = {hosts}
    +max: Integer = {most}
    +memory: Size = 256MiB
  }}
"""
WRAPPER = """<wrapper name='app'>
  <event name="busy"><value name="load" type="Percent"/></event>
  <method name="start" key="Process" method="start"><param value="./serve"/></method>
  <method name="stop" key="Process" method="stop"/>
</wrapper>
"""
DIAGRAM = """---
attune:
  cooldown: 10min
---
stateDiagram-v2
  state how <<choice>>
  [*] --> how
  how --> move : [event.load > 90%]
  how --> [*] : [else]
  move : target = lab.least_loaded(free_memory >= this.memory and name != this.host.name)
  state found <<choice>>
  move --> found
  found --> go : [target != none]
  found --> [*] : [else]
  go : this.stop()
  go : this.host = target
  go : this.deploy()
  go : this.start()
  go --> [*]
"""


def write(folder):
    (folder / "diagrams").mkdir()
    (folder / "wrappers").mkdir()
    (folder / "deployment.mmd").write_text(DEPLOYMENT.format(hosts=HOSTS, most=2 * HOSTS))
    (folder / "lab.nodes").write_text("".join(f"lab{i} cpus=4 memory=4GiB\n" for i in range(1, HOSTS + 1)))
    (folder / "wrappers/app.xml").write_text(WRAPPER)
    (folder / "diagrams/busy.mmd").write_text(DIAGRAM)
    dice = random.Random(7)
    with open(folder / "week.trace", "w", encoding="ascii") as trace:
        for minute in range(MINUTES):
            trace.writelines(f"+{60 * minute + 60 * host / HOSTS:.1f}s busy app{host} load={dice.randint(0, 100)}%\n"
                             for host in range(1, HOSTS + 1))


def run(options):
    report = Report("replay", "Playing a week's trace")
    processor, peak = [], []
    with tempfile.TemporaryDirectory(prefix="ab.") as name:
        folder = pathlib.Path(name)
        write(folder)

        def play():
            process = subprocess.Popen([BIN / "attune", "replay", folder, folder / "week.trace"], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise SystemExit(f"attune replay: exit code {process.returncode}")
            processor.append(usage.ru_utime + usage.ru_stime)
            peak.append(usage.ru_maxrss / 1024)

        contestant = Contestant("replay", play)
        hold([contestant], options.rounds or 5, "replays")
    seconds, processor, peak = map(Spread, (contestant.seconds.values(), processor, peak))
    report.add_section(f"{HOSTS} hosts, an event a minute for each, {MINUTES // 1440} days", ["seconds", "processor seconds", "peak MiB"],
                       [[seconds.text("{:.1f}"), processor.text("{:.1f}"), peak.text("{:.0f}")]])
    report.add_figure(what="week", seconds=seconds.json(), processor=processor.json(), peak_mib=peak.json())
    report.add_aim("a week of 100 hosts with an event a minute for each in 10 s", f"{seconds.text('{:.1f}')} s, of it the "
                   f"processor's {processor.text('{:.1f}')}", seconds.median <= 10)
    return report.conclude()
