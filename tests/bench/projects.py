# SPDX-License-Identifier: Apache-2.0
"""Projects of any size, to measure how Attune reads them."""

DEPLOYMENT = """---
title: {title}
---
classDiagram
  class lab {{
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +user: String = "root"
    +dirlocal: String = "/var/lib/attune"
  }}
{classes}"""

WRAPPER = """<?xml version='1.0' encoding='UTF-8' ?>
<wrapper name='w{n}'>
  <event name="slow{n}"><value name="delay" type="Duration"/><value name="share" type="Percent"/></event>
  <method name="start" key="Process" method="start">
    <param value="./bin/serve"/>
    <param value="$this.srname"/>
    <param value="--port=$this.port"/>
    <param value="--peer=$next.srname"/>
    <param value="--host=$this.host.name"/>
  </method>
  <method name="stop" key="Process" method="stop"/>
  <method name="status" key="Process" method="status"/>
  <method name="reload" key="Process" method="reload"/>
  <method name="configure" key="Process" method="configure">
    <param value="etc/serve.conf.in"/>
    <param value="etc/serve.conf"/>
  </method>
</wrapper>
"""

CLASS = """  class k{n}x {{
    +wrapper: String = "w{n}.xml"
    +host-family: String = "lab"
    +initial: Integer = 2
    +max: Integer = 6
    +port: Integer = {port}
    +memory: Size = 64MiB
    +limit: Percent = 80%
  }}
"""

DIAGRAM = """---
title: slow{n}
attune:
  hold: 5s
  cooldown: 60s
---
stateDiagram-v2
  %% this is the component that answers slowly
  state what <<choice>>
  [*] --> what
  what --> grow : [event.share > this.limit and k{n}x.count < 6]
  what --> move : [event.delay > 500ms]
  what --> [*] : [else]
  grow : added = k{n}x++
  state split <<fork>>
  grow --> split
  split --> ready
  split --> tell
  ready : added.configure()
  ready : added.start()
  tell : this.configure()
  tell : this.reload()
  state joined <<join>>
  ready --> joined
  tell --> joined
  joined --> [*]
  state again <<choice>>
  move : target = lab.least_loaded(free_memory >= this.memory)
  move : this.stop()
  move : this.host = target
  move : this.deploy()
  move : this.start()
  move --> [*]
  move --> again : on error
  again --> move : [attempts < 3]
  again --> give_up : [else]
  give_up : alert("it stays slow", this)
  give_up --> [*]
"""


def write(folder, deployment, nodes):
    folder.mkdir(parents=True)
    (folder / "deployment.mmd").write_text(deployment)
    (folder / "lab.nodes").write_text(
        "".join(f"n{i} address=10.{i // 65536}.{i // 256 % 256}.{i % 256} cpus=8 memory=64GiB\n"
                for i in range(1, nodes + 1)))


def many_texts(folder, count):
    """`count` classes in a ring, with a wrapper and a diagram each."""
    classes = "".join(CLASS.format(n=n, port=9000 + n) for n in range(count))
    ring = "".join(f'  k{n}x "1..*" --> "1" k{(n + 1) % count}x : next\n' for n in range(count))
    write(folder, DEPLOYMENT.format(title=f"{count} kinds", classes=classes + ring), 10)
    (folder / "etc").mkdir()
    (folder / "etc/serve.conf.in").write_text("listen $this.port\n")
    for name, text in (("wrappers/w{}.xml", WRAPPER), ("diagrams/slow{}.mmd", DIAGRAM)):
        (folder / name).parent.mkdir()
        for n in range(count):
            (folder / name.format(n)).write_text(text.format(n=n))


SITE_WRAPPER = """<?xml version='1.0' encoding='UTF-8' ?>
<wrapper name='site'>
  <method name="start" key="Process" method="start">
    <param value="./bin/serve"/>
    <param value="--name=$this.srname"/>
    <param value="--listen=$this.host.name:$this.port"/>
  </method>
  <method name="stop" key="Process" method="stop"/>
</wrapper>
"""

SITE_START = """---
title: start
---
stateDiagram-v2
  [*] --> data
  data : store.start()
  data --> logic
  logic : worker.start()
  logic --> front
  front : balancer.start()
  front --> [*]
"""


def many_instances(folder, components, hosts):
    """A site of three kinds of components, bound to one another, of so many in all."""
    balancers = components // 100
    stores = components // 10
    workers = components - balancers - stores
    classes = "".join(
        f"  class {name} {{\n    +wrapper: String = \"site.xml\"\n    +host-family: String = \"lab\"\n"
        f"    +initial: Integer = {count}\n    +port: Integer = {port}\n    +memory: Size = 64MiB\n  }}\n"
        for name, count, port in (("balancer", balancers, 80), ("worker", workers, 9000), ("store", stores, 5432)))
    bindings = ('  balancer "1" --> "0..*" worker : workers\n'
                '  worker "0..*" --> "1" store : store\n')
    write(folder, DEPLOYMENT.format(title=f"{components} components", classes=classes + bindings), hosts)
    for name, text in (("wrappers/site.xml", SITE_WRAPPER), ("diagrams/start.mmd", SITE_START)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)


ALARM_WRAPPER = """<?xml version='1.0' encoding='UTF-8' ?>
<wrapper name='app'>
  <event name="hot"><value name="cpu" type="Percent"/></event>
  <event name="busy"><value name="cpu" type="Percent"/></event>
  <method name="start" key="{key}" method="start"><param value="./serve"/></method>
  <method name="stop" key="{key}" method="stop"/>
  <method name="cool" key="{key}" method="reload"/>
  <method name="ease" key="{key}" method="reload"/>
</wrapper>
"""

ALARM = """---
title: {event}
attune:
  on: app{settings}
---
stateDiagram-v2
  [*] --> act
  act : this.{stub}()
  act --> [*]
"""


def many_alarms(folder, components, key="Process"):
    """Components that raise two events: each `hot` is answered by a call, a `busy` once in ten minutes."""
    classes = (f'  class app {{\n    +wrapper: String = "app.xml"\n    +host-family: String = "lab"\n'
               f"    +initial: Integer = {components}\n  }}\n")
    write(folder, DEPLOYMENT.format(title=f"{components} components", classes=classes), 100)
    for name, text in (("wrappers/app.xml", ALARM_WRAPPER.format(key=key)),
                       ("diagrams/hot.mmd", ALARM.format(event="hot", settings="", stub="cool")),
                       ("diagrams/busy.mmd", ALARM.format(event="busy", settings="\n  cooldown: 600s", stub="ease"))):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


STORM_WRAPPER = """<?xml version='1.0' encoding='UTF-8' ?>
<wrapper name='app'>
  <event name="hot"><value name="cpu" type="Percent"/></event>
  <event name="busy"><value name="cpu" type="Percent"/></event>
  <method name="start" key="Process" method="start"><param value="./serve"/></method>
</wrapper>
"""

STORM_DIAGRAM = """---
title: {event}
attune:
  on: app{settings}
---
stateDiagram-v2
  [*] --> keep
  keep : this.seen = event.cpu
  keep --> [*]
"""

STORM_START = """---
title: start
---
stateDiagram-v2
  [*] --> nothing
  nothing : wait(1ms)
  nothing --> [*]
"""


def storm(folder, components):
    """Components on this machine, none of which runs: a `hot` is answered each time, a `busy` once in ten minutes."""
    folder.mkdir(parents=True)
    (folder / "deployment.mmd").write_text(
        "---\ntitle: storm\n---\nclassDiagram\n  class machine {\n    <<host-family>>\n"
        '    +nodefile: String = "machine.nodes"\n    +protocol: String = "local"\n'
        f'    +dirlocal: String = "{folder / "local"}"\n  }}\n'
        '  class app {\n    +wrapper: String = "app.xml"\n    +host-family: String = "machine"\n'
        f"    +seen: Percent = 0%\n    +initial: Integer = {components}\n  }}\n")
    (folder / "machine.nodes").write_text("here\n")
    (folder / "attune.info").write_text("status { period 0s }\n")
    for name, text in (("wrappers/app.xml", STORM_WRAPPER), ("diagrams/start.mmd", STORM_START),
                       ("diagrams/hot.mmd", STORM_DIAGRAM.format(event="hot", settings="")),
                       ("diagrams/busy.mmd", STORM_DIAGRAM.format(event="busy", settings="\n  cooldown: 600s"))):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
