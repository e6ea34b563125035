#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the OCF agents and the monitoring plugins that are installed here through a real attuned on a lab host, and tells which work
unchanged. With names as arguments only those; with --write the tables of docs/agents.md are written anew. Needs root, and what
`tools/install lab agents` installs."""
import argparse
import concurrent.futures
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import agent_cases
import lab_manager
import plugin_cases

AGENTS = pathlib.Path("/usr/lib/ocf/resource.d/heartbeat")
PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")
PAGE = lab_manager.TREE / "docs/agents.md"
LAB = "agents"
AT_ONCE = 8
PATIENCE = 15
PGBIN = str(next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))), "/usr/bin"))


def class_of(name):
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def escaped(text):
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("$", "$$")


def is_agent(case):
    return isinstance(case, agent_cases.Agent)


def wrapper_of(case):
    stubs = ""
    if is_agent(case):
        stubs = "".join(f'<method name="{stub}" key="ocf:heartbeat:{case.name}" method="{action}" timeout="90s"/>\n'
                        for stub, action in (("start", "start"), ("status", "monitor"), ("stop", "stop")))
    for number, (plugin, *arguments) in enumerate(case.plugins):
        params = "".join(f'<param value="{escaped(one)}"/>' for one in arguments)
        stubs += f'<method name="check{number}" key="nagios:{plugin}" method="check" timeout="90s">{params}</method>\n'
    return f"<wrapper name='{class_of(case.name)}'>\n{stubs}</wrapper>\n"


def write_project(folder, home, cases):
    (folder / "wrappers").mkdir(parents=True)
    shutil.copy(home / "lab.nodes", folder / "lab.nodes")
    # Nothing is repaired or asked on its own account: each step is called by hand.
    (folder / "attune.info").write_text("status\n{\n  period 0s\n}\n")
    lines = ["classDiagram", *lab_manager.host_family(home)]
    for case in cases:
        (folder / f"wrappers/{class_of(case.name)}.xml").write_text(wrapper_of(case))
        lines += [f"  class {class_of(case.name)} {{", f'    +wrapper: String = "{class_of(case.name)}.xml"',
                  '    +host-family: String = "lab"', "    +initial: Integer = 0", "    +max: Integer = 1"]
        for name, value in case.parameters.items() if is_agent(case) else ():
            lines.append(f'    +{name}: String = "{value.replace("PGBIN", PGBIN)}"')
        lines.append("  }")
    (folder / "deployment.mmd").write_text("\n".join(lines) + "\n")


class Run(lab_manager.LabManager):
    """A lab host and a manager with a class for each case."""

    def __init__(self, cases):
        super().__init__(LAB, lambda folder, home: write_project(folder, home, cases), "--systemd")
        self.unpacked = [package for case in cases for package in agent_cases.UNPACKED.get(case.name, [])]

    def __enter__(self):
        super().__enter__()
        # As systemd-tmpfiles makes it when a machine boots, of the package's tmpfiles.d.
        self.shell("mkdir -p -m 1755 /run/resource-agents")
        self.allow_realtime()
        if self.unpacked:
            self.unpack(self.unpacked)
        return self

    def allow_realtime(self):
        """Where cgroups v1 give each group its time for realtime processes, in microseconds of a second, a new one has none."""
        for group, share in (("", 400000), (f"/{self.name}", 200000), (f"/{self.name}/lab1", 100000)):
            path = pathlib.Path(f"/sys/fs/cgroup/cpu/attune-lab{group}/cpu.rt_runtime_us")
            if path.exists():
                path.write_text(str(share))

    def unpack(self, packages):
        """Lays them over the host's /usr, not installed: those of which Debian lets one machine have only one."""
        home = pathlib.Path(self.lab("dir", "--name", self.name).stdout.strip())
        with tempfile.TemporaryDirectory() as folder:
            got = subprocess.run(["apt-get", "download", "-qq", *packages], cwd=folder, capture_output=True, text=True, check=False)
            if got.returncode:
                print(f"not downloaded, so what needs them is not tried: {got.stderr.strip()}", flush=True)
            for one in pathlib.Path(folder).glob("*.deb"):
                subprocess.run(["dpkg", "-x", one, home / "shared/unpacked"], check=True)
        self.shell("mount -t overlay -o lowerdir=/srv/lab/unpacked/usr:/usr unpacked /usr")

    def shell(self, text):
        """Empty where it worked, else what it said last. Daemons that it leaves behind hold a file open, and not this program's pipe."""
        log = "/tmp/agents/said.$$"
        text = text.replace("PGBIN", PGBIN)
        try:
            done = self.on_host(f"mkdir -p /tmp/agents\n(\n{text}\n) </dev/null >{log} 2>&1 || {{ tail -n 1 {log}; exit 1; }}")
        except subprocess.TimeoutExpired:
            return "it did not end in time"
        return "" if done.returncode == 0 else (done.stdout.strip() or "it failed without a word")


def try_case(run, case):
    """The row of an agent, or none, and one for each plugin that was run while the server was up."""
    return try_agent(run, case) if is_agent(case) else try_server(run, case)


def try_server(run, server):
    own = class_of(server.name)
    if server.needs and not run_has(run, server.needs):
        return None, [(plugin, False, f"needs `{server.needs}`, which is not installed") for plugin, *_ in server.plugins]
    if problem := run.shell(server.setup):
        return None, [(plugin, False, f"{server.name} could not be set up: {problem}") for plugin, *_ in server.plugins]
    code, text = run.attune("create", own)
    if code:
        return None, [(plugin, False, f"was not created: {text.strip()}") for plugin, *_ in server.plugins]
    return None, [try_plugin(run, own, number, case) for number, case in enumerate(server.plugins)]


def try_agent(run, agent):
    """The agent's row, and one for each plugin that was run while it was up."""
    own = class_of(agent.name)
    if agent.needs and not run_has(run, agent.needs):
        return (agent.name, False, f"needs `{agent.needs}`, which is not installed"), []
    if agent.setup and (problem := run.shell(agent.setup)):
        return (agent.name, False, f"its software could not be set up: {problem}"), []
    code, text = run.attune("create", own)
    if code:
        return (agent.name, False, f"was not created: {text.strip()}"), []
    worked, said = run.call(own, "start")
    if not worked:
        return (agent.name, False, f"start: {said}"), []
    alive, said = run.call(own, "status")
    plugins = [try_plugin(run, own, number, case) for number, case in enumerate(agent.plugins)]
    stopped, stop_said = run.call(own, "stop")
    still, end_said = run.call(own, "status")
    if not alive:
        return (agent.name, False, f"monitor: {said}"), plugins
    if not stopped:
        return (agent.name, False, f"stop: {stop_said}"), plugins
    if still or "does not run" not in end_said:
        return (agent.name, False, f"after stop, monitor: {end_said or 'it runs'}"), plugins
    return (agent.name, True, "start, monitor, stop, and monitor again: it does not run"), plugins


def run_has(run, program):
    return run.shell(f"PATH=$PATH:/usr/sbin:/sbin command -v {program} >/dev/null") == ""


# It works where it said OK or WARNING of what it was asked: that what it asks is not there, each of them can say.
def try_plugin(run, component, number, case):
    for _ in range(PATIENCE):  # a server that has just begun may not answer yet
        worked, said = run.call(component, f"check{number}")
        if worked:
            break
        time.sleep(1)
    state = re.search(r"says (CRITICAL|UNKNOWN): ?(.*)", said)
    return case[0], worked, f"{state.group(1)}: {state.group(2)}" if state else said


def cell(text):
    return re.sub(r"10\.213\.\d+", "10.213.0", re.sub(r"\s+", " ", text)).replace("|", "\\|").replace("<", "&lt;")[:160].strip()


def tables(agents, plugins):
    lines = ["<!-- begin of the tables: tests/live/agents_table.py --write -->", "## Agents", "",
             f"{sum(row[1] for row in agents)} of {len(agents)} work unchanged on a lab host.", "", "| agent | works | why not, or how |", "|---|---|---|"]
    notes = {one.name: one.note for one in agent_cases.AGENTS}
    lines += [f"| `{name}` | {'yes' if works else 'no'} | {notes.get(name, '') if works else cell(why)} |" for name, works, why in agents]
    lines += ["", "## Plugins", "", f"Of {len(plugins)} plugins {sum(row[1] for row in plugins)} work.", "",
              "| plugin | works | what it said | why not |", "|---|---|---|---|"]
    lines += [f"| `{name}` | yes | {cell(said)} | |" if works else f"| `{name}` | no | | {cell(said)} |" for name, works, said in plugins]
    return "\n".join(lines) + "\n<!-- end of the tables -->\n"


def told_rows(text):
    """What the page says of agents and of plugins, by name."""
    told = {}, {}
    for line in text.splitlines():
        cells = [one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) in (3, 4) and cells[0].startswith("`"):
            why = cells[2] or cells[-1]
            told[len(cells) - 3][cells[0].strip("`")] = (cells[0].strip("`"), cells[1] == "yes", why.replace("\\|", "|").replace("&lt;", "<"))
    return told


def merged(rows, told):
    """Of those that were not tried now, what the page says already."""
    all_of_them = {**told, **{row[0]: row for row in rows}}
    return sorted(all_of_them.values(), key=lambda row: row[0].lower())


def all_rows(found, plugin_rows, everything):
    """With those that are not tried, and why; of everything the rest is an error."""
    agents, plugins = {row[0]: row for row in found}, {}
    for row in plugin_rows:
        if row[0] not in plugins or row[1]:
            plugins[row[0]] = row
    for path in AGENTS.iterdir():
        reason = agent_cases.reason_of(path.name)
        if not path.name.startswith(".") and (everything or reason):
            agents.setdefault(path.name, (path.name, False, f"not tried: {reason}"))
    for path in PLUGINS.iterdir():
        reason = plugin_cases.REASONS.get(path.name)
        if not path.name.startswith("utils.") and (everything or reason):
            plugins.setdefault(path.name, (path.name, False, f"not tried: {reason}"))
    by_name = lambda row: row[0].lower()
    return sorted(agents.values(), key=by_name), sorted(plugins.values(), key=by_name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="agents, and servers that plugins ask; all where silent")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/agents.md; with names their rows")
    options = parser.parse_args()
    cases = [one for one in agent_cases.AGENTS + plugin_cases.SERVERS if not options.names or one.name in options.names]
    if unknown := set(options.names) - {one.name for one in cases}:
        sys.exit(f"no case for {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the lab goes down all the same
    found, plugin_rows = [], []
    with Run(cases) as run, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for row, more in pool.map(lambda case: try_case(run, case), cases):
            for one in ([row] if row else []) + more:
                print(f"{'works' if one[1] else 'FAILS'} {one[0]}: {one[2]}", flush=True)
            found += [row] if row else []
            plugin_rows += more
    agents, plugins = all_rows(found, plugin_rows, not options.names)
    if options.write:
        text = PAGE.read_text()
        head, rest = text.split("<!-- begin of the tables", 1)
        if options.names:
            told_agents, told_plugins = told_rows(rest)
            agents, plugins = merged(agents, told_agents), merged(plugins, told_plugins)
        PAGE.write_text(head + tables(agents, plugins) + rest.split("<!-- end of the tables -->\n", 1)[1])
    return 0 if not options.names or all(row[1] for row in found + plugin_rows) else 1


sys.exit(main())
