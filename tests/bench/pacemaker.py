# SPDX-License-Identifier: Apache-2.0
"""Pacemaker on hosts of a lab: a cluster of them all with one resource, as Debian's packages make it. It goes with the lab."""
import time

CONFIGURATION = """totem {{
  version: 2
  cluster_name: bench
  transport: knet
}}
quorum {{
  provider: corosync_votequorum
}}
nodelist {{
{nodes}
}}
logging {{
  to_logfile: yes
  logfile: /var/log/corosync.log
  to_syslog: no
}}
system {{
  # A lab host is in a cgroup of its own, by which it is taken down; and it has no share of the processors' real time.
  move_to_root_cgroup: no
  sched_rr: no
}}
"""
NODE = "  node {{\n    name: {name}\n    nodeid: {number}\n    ring0_addr: {address}\n  }}\n"
BEGIN = """set -e
install -d -o hacluster -g haclient -m 750 /var/log/pacemaker /var/lib/pacemaker/cib /var/lib/pacemaker/pengine /var/lib/pacemaker/blackbox
install -d -m 1755 /run/resource-agents
mkdir -p /etc/corosync /var/lib/corosync
cat >/etc/corosync/corosync.conf
corosync
setsid pacemakerd </dev/null >/var/log/pacemakerd.out 2>&1 &
"""
# The resource stays stopped until it is wanted. Its host is given, as it is for the other contestant.
RESOURCE = """<primitive id="app" class="ocf" provider="heartbeat" type="anything">
<instance_attributes id="app-parameters">{parameters}</instance_attributes>
<meta_attributes id="app-meta"><nvpair id="app-role" name="target-role" value="Stopped"/></meta_attributes>
<operations>
<op id="app-start" name="start" interval="0" timeout="60s"/>
<op id="app-stop" name="stop" interval="0" timeout="60s"/>
<op id="app-monitor" name="monitor" interval="{interval}" timeout="20s"/>
</operations></primitive>"""
PLACE = '<rsc_location id="app-place" rsc="app" node="{host}" score="INFINITY"/>'
PATIENCE = 120  # seconds


class Pacemaker:
    """On all hosts of the lab; asked on the first of them."""

    def __init__(self, lab):
        self.lab = lab
        self.asked = next(iter(lab.addresses))

    def on(self, host, text, stdin=None):
        return self.lab.shell(host, text, stdin)

    def begin(self):
        nodes = "".join(NODE.format(name=name, number=number, address=address)
                        for number, (name, address) in enumerate(self.lab.addresses.items(), 1))
        for host in self.lab.addresses:
            self.on(host, BEGIN, CONFIGURATION.format(nodes=nodes))
        self.await_that(f"crm_mon -1 | grep -q 'Online:.* {list(self.lab.addresses)[-1]} '", "the cluster")
        for option in ("stonith-enabled=false",):  # no host is killed here, and a lab has no power switch
            name, value = option.split("=")
            self.on(self.asked, f"crm_attribute --type crm_config --name {name} --update {value}")

    def add(self, parameters, host, interval):
        pairs = "".join(f'<nvpair id="app-{name}" name="{name}" value="{value}"/>' for name, value in parameters.items())
        self.on(self.asked, "cibadmin --create --scope resources --xml-pipe", RESOURCE.format(parameters=pairs, interval=interval))
        self.on(self.asked, "cibadmin --create --scope constraints --xml-pipe", PLACE.format(host=host))

    def start(self):
        # What failed in the last round is forgotten, as after a repair that a person has looked at.
        self.on(self.asked, "crm_resource --resource app --cleanup >/dev/null 2>&1; "
                "crm_resource --resource app --meta --set-parameter target-role --parameter-value Started")

    def stop(self):
        self.on(self.asked, "crm_resource --resource app --meta --set-parameter target-role --parameter-value Stopped")
        self.await_that("! crm_resource --resource app --locate 2>&1 | grep -q 'is running on'", "its stop")

    def await_that(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not self.lab.holds(self.asked, condition):
            if time.monotonic() > deadline:
                raise SystemExit(f"Pacemaker: {what} never came:\n" + self.on(self.asked, "crm_mon -1; tail -n 30 /var/log/pacemaker/pacemaker.log"))
            time.sleep(0.1)

    def version(self):
        return self.on(self.asked, "pacemakerd --version | head -n 1").strip()
