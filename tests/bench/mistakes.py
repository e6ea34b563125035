# SPDX-License-Identifier: Apache-2.0
"""Projects as an author writes them, right ones and the same with one mistake, by seed; each mistake knows where it is."""
import random

WORDS = ["shop", "cart", "mail", "index", "billing", "search", "media", "login", "stock", "report", "chat", "queue"]
ROLES = ["backend", "store", "source", "peer_of", "upstream", "feed"]

WRAPPER = """<?xml version='1.0' encoding='UTF-8' ?>
<wrapper name='{name}'>
  <event name="{name}_slow"><value name="delay" type="Duration"/><value name="share" type="Percent"/></event>
  <event name="{name}_idle" level="true"/>
  <method name="start" key="Process" method="start">
    <param value="./bin/{name}"/>
    <param value="--port=$this.port"/>
  </method>
  <method name="stop" key="Process" method="stop"/>
  <method name="status" key="Process" method="status"/>
  <method name="reload" key="Process" method="reload"/>
  <method name="grant" key="Script" method="grant.sh"><param value="$1.srname"/></method>
</wrapper>
"""

CLASS = """  class {name} {{
    +wrapper: String = "{name}.xml"
    +host-family: String = "{family}"
    +initial: Integer = {initial}
    +max: Integer = {most}
    +port: Integer = {port}
    +memory: Size = {memory}MiB
    +limit: Percent = {limit}%
  }}
"""

# What is drawn for an event of the class {a}, whose instances are bound to those of {b}.
GROW = """---
title: {a} is slow
attune:
  hold: 5s
  cooldown: {pause}s
---
stateDiagram-v2
  %% one more, on the host that has least to do
  state room <<choice>>
  [*] --> room
  room --> grow : [event.share > this.limit and {a}.count < {a}.max]
  room --> tell : [else]
  grow : added = {a}++
  grow --> boot
  boot : added.start()
  boot --> [*]
  boot --> undo : on error
  undo : {a}--(added)
  undo --> tell
  tell : alert("{a} stays slow", this)
  tell --> [*]
"""

SHRINK = """---
title: {a} has little to do
attune:
  hold: 60s
---
stateDiagram-v2
  state spare <<choice>>
  [*] --> spare
  spare --> less : [{a}.count > 1]
  spare --> [*] : [else]
  less : {a}--
  less --> [*]
"""

REPAIR = """---
title: {a} has failed
attune:
  on: {a}
  cooldown: {pause}s
---
stateDiagram-v2
  [*] --> again
  again : this.stop()
  again : this.start()
  again --> [*]
  state retry <<choice>>
  again --> retry : on error
  retry --> again : [attempts < {tries}]
  retry --> tell : [else]
  tell : alert("{a} does not start", this)
  tell --> [*]
"""

REFRESH = """---
title: {a} and {b} are refreshed
attune:
  at: 0{hour}:30
---
stateDiagram-v2
  state both <<fork>>
  [*] --> both
  both --> left
  both --> right
  left : {a}.reload()
  right : {b}.reload()
  state done <<join>>
  left --> done
  right --> done
  done --> [*]
"""

AROUND = """---
title: {a} is counted
attune:
  every: {pause}min
---
stateDiagram-v2
  [*] --> count
  count : n = 0
  count --> look
  look : n = n + 1
  look : wait({tries}s)
  state enough <<choice>>
  look --> enough
  enough --> look : [{a}.exists(state == "starting") and n < {tries}]
  enough --> tell : [{a}.count < 1]
  enough --> [*] : [else]
  tell : emit(counted, {b}.newest)
  tell --> [*]
"""

COUNTED = """---
title: {b} is told
attune:
  on: {b}
---
stateDiagram-v2
  [*] --> told
  told : alert("no {a} any more", this)
  told --> [*]
"""


class Project:
    """The files of a right project, by their path."""

    def __init__(self, seed):
        rng = random.Random(seed)
        names = rng.sample(WORDS, rng.randint(2, 4))
        self.names, self.rng = names, rng
        self.a, self.b = names[0], names[1]
        self.role = rng.choice(ROLES)
        family = rng.choice(["lab", "rack", "cellar"])
        self.family = family
        hosts = "".join(f"{family}{i} address=10.0.0.{i} cpus=8 memory=32GiB\n" for i in range(1, rng.randint(3, 6)))
        tiers = "".join(CLASS.format(name=name, family=family, initial=rng.randint(1, 2), most=rng.randint(3, 6),
                                     port=rng.randint(1024, 9000), memory=64 * rng.randint(1, 8),
                                     limit=rng.randint(50, 90)) for name in names)
        binds = "".join(f'  {one} "0..6" --> "0..6" {other} : {self.role if one == self.a else f"role_{one}"}\n'
                        for one, other in zip(names, names[1:]))
        self.files = {
            "deployment.mmd": f'classDiagram\n  class {family} {{\n    <<host-family>>\n'
                              f'    +nodefile: String = "{family}.nodes"\n    +user: String = "root"\n  }}\n{tiers}{binds}',
            f"{family}.nodes": hosts,
            "grant.sh": "#!/bin/sh\necho \"$1\"\n",
            **{f"wrappers/{name}.xml": WRAPPER.format(name=name) for name in names},
        }
        values = {"a": self.a, "b": self.b, "pause": rng.randint(10, 90), "tries": rng.randint(2, 5), "hour": rng.randint(1, 8)}
        kinds = {f"{self.a}_slow": GROW, f"{self.a}_idle": SHRINK, "component_failed": REPAIR, "refresh": REFRESH,
                 "around": AROUND, "counted": COUNTED}
        for event, text in kinds.items():
            self.files[f"diagrams/{event}.mmd"] = text.format(**values)

    def write(self, folder):
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)

    # --- one mistake ---

    def replace(self, path, old, new, told=None):
        """One mistake, and where it should be found: at the changed line, or at the line that holds `told`."""
        text = self.files[path]
        if text.count(old) < 1:
            raise ValueError(f"{path} has no {old!r}")
        at = text.index(old)
        self.files[path] = text[:at] + new + text[at + len(old):]
        changed = self.files[path]
        where = changed.index(told) if told else at + (len(new) - len(new.lstrip("\n")))
        return {path: {changed[:where].count("\n") + 1}}


def slow(p):
    return f"diagrams/{p.a}_slow.mmd"


def idle(p):
    return f"diagrams/{p.a}_idle.mmd"


def wrapper(p):
    return f"wrappers/{p.a}.xml"


FAILED, REFRESHED, ROUND = "diagrams/component_failed.mmd", "diagrams/refresh.mmd", "diagrams/around.mmd"


def renamed(p, path, new):
    p.files[new] = p.files.pop(path)
    return {new: {p.files[new][:p.files[new].index("stateDiagram")].count("\n") + 1}}


def without_wrapper_file(p):
    del p.files[wrapper(p)]
    text = p.files["deployment.mmd"]
    return {"deployment.mmd": {text[:text.index(f'"{p.a}.xml"')].count("\n") + 1}}


def ping_pong(p):
    for path, sign in ((slow(p), ">"), (idle(p), "<")):
        text = p.files[path]
        p.files[path] = text.replace("[event.share > this.limit and", f"[{p.a}.newest.host.load {sign} 50% and").replace(
            f"[{p.a}.count > 1]", f"[{p.a}.newest.host.load {sign} 60% and {p.a}.count > 1]")
    return {idle(p): {p.files[idle(p)][:p.files[idle(p)].index("\n  less : ") + 1].count("\n") + 1}}


def silent(p):
    """The classes that raise the event have no instance."""
    text = p.files["deployment.mmd"]
    at = text.index("+initial: Integer = ", text.index(f"class {p.a} "))
    p.files["deployment.mmd"] = text[:at] + "+initial: Integer = 0" + text[text.index("\n", at):]
    del p.files[slow(p)]
    p.files[idle(p)] = 'stateDiagram-v2\n  [*] --> tell\n  tell : alert("idle", this)\n  tell --> [*]\n'
    return {idle(p): {1}}


# By name: makes it, and says on which lines of which file it should be found.
MISTAKES = {
    "a stub that the wrapper lacks": lambda p: p.replace(FAILED, "this.start()", "this.restart()"),
    "a class misspelt": lambda p: p.replace(REFRESHED, f"{p.a}.reload()", f"{p.a}s.reload()"),
    "an argument too many": lambda p: p.replace(FAILED, "this.start()", "this.start(1)"),
    "an argument forgotten": lambda p: p.replace(FAILED, "this.stop()", "this.grant()"),
    "a wrong unit in a guard": lambda p: p.replace(slow(p), "event.share > this.limit", "event.delay > this.limit"),
    "a unit forgotten": lambda p: p.replace(slow(p), "hold: 5s", "hold: 5"),
    "an unknown setting": lambda p: p.replace(slow(p), "cooldown:", "cooldwn:"),
    "a value of the event misspelt": lambda p: p.replace(slow(p), "event.share", "event.shares"),
    "a state that nothing leads to": lambda p: p.replace(idle(p), "  less --> [*]", "  less --> [*]\n  other : this.stop()\n  other --> [*]",
                                                         "  other : "),
    "a state without a way on": lambda p: p.replace(idle(p), "  less --> [*]\n", "", "spare --> less"),
    "a join without a fork": lambda p: p.replace(REFRESHED, "state both <<fork>>", "state both <<choice>>", "state done <<join>>"),
    "a branch that forgets the join": lambda p: p.replace(REFRESHED, "  right --> done\n", "  right --> [*]\n", "state done <<join>>"),
    "a fork of one": lambda p: p.replace(REFRESHED, "  both --> right\n", "", "both"),
    "a guard that is always true": lambda p: p.replace(idle(p), f"[{p.a}.count > 1]", f"[{p.a}.count >= 0]"),
    "a guard that is never true": lambda p: p.replace(slow(p), f"{p.a}.count < {p.a}.max", f"{p.a}.count > {p.a}.max"),
    "a guard that the one before it takes": lambda p: p.replace(ROUND, f"[{p.a}.count < 1]", f'[{p.a}.exists(state == "starting") and n < 1]'),
    "a loop that nothing bounds": lambda p: p.replace(FAILED, "  again --> retry : on error\n", "  again --> again : on error\n  again --> retry : after 1h\n"),
    "a count forgotten": lambda p: p.replace(ROUND, "  look : n = n + 1\n", "", "enough --> look"),
    "two branches that meet": lambda p: p.replace(REFRESHED, f"right : {p.b}.reload()", f"right : {p.a}.stop()"),
    "an instance that is lost": lambda p: p.replace(slow(p), f"  undo : {p.a}--(added)\n  undo --> tell\n", "  undo --> tell\n", "grow : added"),
    "a failure that nobody hears of": lambda p: p.replace(FAILED, f'  tell : alert("{p.a} does not start", this)\n', "", "again --> retry"),
    "an event that nobody raises": lambda p: renamed(p, slow(p), "diagrams/overloaded.mmd"),
    "an event misspelt": lambda p: renamed(p, slow(p), f"diagrams/{p.a}_slwo.mmd"),
    "an event of a class without instances": silent,
    "an event that raises itself": lambda p: p.replace("diagrams/counted.mmd", f'told : alert("no {p.a} any more", this)', "told : emit(counted, this)"),
    "two that undo each other": ping_pong,
    "a variable that is not set": lambda p: p.replace(slow(p), f"grow : added = {p.a}++", f"grow : {p.a}++", "boot : added"),
    "no way for all other cases": lambda p: p.replace(idle(p), "  spare --> [*] : [else]\n", "", "state spare"),
    "no end of the wrapper's element": lambda p: p.replace(wrapper(p), "</wrapper>\n", "", "<wrapper "),
    "an unknown element": lambda p: p.replace(wrapper(p), '<event name="' + p.a + '_idle" level="true"/>', '<evnt name="x"/>'),
    "an unknown key": lambda p: p.replace(wrapper(p), 'name="stop" key="Process"', 'name="stop" key="Proces"'),
    "an unknown operation": lambda p: p.replace(wrapper(p), 'method="status"', 'method="state"'),
    "an attribute that no class has": lambda p: p.replace(wrapper(p), "$this.port", "$this.prt"),
    "a wrapper that is not there": without_wrapper_file,
    "a node file that is not there": lambda p: p.replace("deployment.mmd", f'"{p.family}.nodes"', f'"{p.family}s.nodes"'),
    "an unknown host family": lambda p: p.replace("deployment.mmd", f'+host-family: String = "{p.family}"', '+host-family: String = "attic"'),
    "a size without its unit": lambda p: p.replace("deployment.mmd", "MiB", ""),
    "more from the beginning than there may be": lambda p: p.replace("deployment.mmd", "+initial: Integer = ", "+initial: Integer = 9", "+max: "),
    "a binding to what is not there": lambda p: p.replace("deployment.mmd", f'"0..6" {p.b} : ', f'"0..6" {p.b}s : '),
    "a host twice": lambda p: p.replace(f"{p.family}.nodes", f"{p.family}2 ", f"{p.family}1 "),
    "no number of processors": lambda p: p.replace(f"{p.family}.nodes", "cpus=8", "cpus=many"),
    "a script that is not there": lambda p: p.replace(wrapper(p), "grant.sh", "grants.sh"),
    "a comma forgotten": lambda p: p.replace(slow(p), 'alert("' + p.a + ' stays slow", this)', 'alert("' + p.a + ' stays slow" this)'),
    "a bracket forgotten": lambda p: p.replace(idle(p), f"[{p.a}.count > 1]", f"[{p.a}.count > 1"),
    "a state in the middle of a line": lambda p: p.replace(REFRESHED, "  left --> done\n", "  left -> done\n"),
    "a set where one is meant": lambda p: p.replace(slow(p), "undo : " + p.a + "--(added)", "undo : " + p.a + "--(" + p.a + ")"),
    "an unknown subject": lambda p: p.replace(FAILED, f"on: {p.a}", f"on: {p.a}x"),
    "a time of day that is none": lambda p: p.replace(REFRESHED, ":30\n", ":75\n"),
    "a retry without a number": lambda p: p.replace(FAILED, "[attempts < ", "[attempts < this.name and attempts < "),
    "a text compared with a number": lambda p: p.replace(slow(p), "event.share > this.limit", 'event.share > "high"'),
}

# The code that says what the mistake is.
CODES = {
    "a stub that the wrapper lacks": "unknown-stub",
    "a class misspelt": "unknown-name",
    "an argument too many": "wrong-arguments",
    "an argument forgotten": "wrong-arguments",
    "a wrong unit in a guard": "wrong-kind",
    "a unit forgotten": "bad-setting",
    "an unknown setting": "unknown-setting",
    "a value of the event misspelt": "unknown-value",
    "a state that nothing leads to": "unreachable",
    "a state without a way on": "dead-end",
    "a join without a fork": "join-without-fork",
    "a branch that forgets the join": "join-of-one",
    "a fork of one": "fork-of-one",
    "a guard that is always true": "always-true",
    "a guard that is never true": "always-false",
    "a guard that the one before it takes": "always-false",
    "a loop that nothing bounds": "loop-without-bound",
    "a count forgotten": "loop-without-bound",
    "two branches that meet": "branches-meet",
    "an instance that is lost": "lost-instance",
    "a failure that nobody hears of": "hidden-failure",
    "an event that nobody raises": "untriggered",
    "an event misspelt": "untriggered",
    "an event of a class without instances": "silent-event",
    "an event that raises itself": "event-cycle",
    "two that undo each other": "ping-pong",
    "a variable that is not set": "unknown-name",
    "no way for all other cases": "no-else",
    "no end of the wrapper's element": "bad-xml",
    "an unknown element": "unknown-element",
    "an unknown key": "unknown-key",
    "an unknown operation": "unknown-operation",
    "an attribute that no class has": "unknown-name",
    "a wrapper that is not there": "missing-file",
    "a node file that is not there": "missing-file",
    "an unknown host family": "unknown-family",
    "a size without its unit": "bad-value",
    "more from the beginning than there may be": "bad-value",
    "a binding to what is not there": "unknown-class",
    "a host twice": "duplicate-host",
    "no number of processors": "bad-property",
    "a script that is not there": "missing-script",
    "a comma forgotten": "syntax",
    "a bracket forgotten": "syntax",
    "a state in the middle of a line": "arrow",
    "a set where one is meant": "one-at-a-time",
    "an unknown subject": "unknown-class",
    "a time of day that is none": "bad-setting",
    "a retry without a number": "wrong-kind",
    "a text compared with a number": "wrong-kind",
}
