# SPDX-License-Identifier: Apache-2.0
"""The optimum of a small placement by another method: a mixed integer program, written from docs/placement.md alone and
solved by CBC. For first objectives that are linear in who is where, and states without constraints."""
import pathlib
import subprocess
import tempfile

MIB, GIB, HORIZON = 2**20, 2**30, 86400


class Program:
    def __init__(self, state):
        self.state = state
        self.objective = state["objectives"][0]
        self.sites = {one["name"]: one for one in state["sites"]}
        self.site_of = {one["name"]: one["site"] for one in state["hosts"]}
        self.links = {(one["name"], one["name"]): one for one in state["sites"]}
        for link in state["links"]:
            self.links[link["a"], link["b"]] = self.links[link["b"], link["a"]] = link
        self.costs = []  # "+ coefficient variable"
        self.rows = []
        self.whole = []

    def cost(self, value, variable):
        if value:
            self.costs.append(f"+ {value:.12g} {variable}" if value > 0 else f"- {-value:.12g} {variable}")

    def text(self):
        for host in self.state["hosts"]:
            self.add_host(host)
        for vm in self.state["vms"]:
            self.add_vm(vm)
        for index, pair in enumerate(self.state["traffic"]):
            self.add_pair(index, pair)
        return "\n".join(["Minimize", "obj:", *(self.costs or ["0 y_h0"]), "Subject To", *self.rows, "Binary",
                          *self.whole, "End"]) + "\n"

    def add_host(self, host):
        name = host["name"]
        self.whole.append(f"y_{name}")
        if self.objective == "use_of_resources":
            self.cost(1, f"y_{name}")
        if self.objective == "cost":
            self.cost((self.sites[host["site"]]["host_price"] + host["price"]) * HORIZON / 3600, f"y_{name}")
        for what in ("cores", "memory_mib"):
            taken = " ".join(f"+ {vm[what]} x_{vm['name']}_{name}" for vm in self.state["vms"])
            self.rows.append(f"{taken} - {host[what]} y_{name} <= 0")
        self.rows += [f"x_{vm['name']}_{name} - y_{name} <= 0" for vm in self.state["vms"]]

    def add_vm(self, vm):
        places = [f"x_{vm['name']}_{host['name']}" for host in self.state["hosts"]]
        self.whole += places
        self.rows.append(" ".join(f"+ {one}" for one in places) + " = 1")
        for host, place in zip(self.state["hosts"], places):
            value = self.move(vm, host["name"])
            if self.objective == "cost":
                value += self.sites[host["site"]]["vm_price"] * HORIZON / 3600
            if self.objective == "run_time":
                value += vm["demand_cores"] / host["core_speed"] * HORIZON
            self.cost(value, place)

    def move(self, vm, host):
        """What its move costs: rounds of copying until what is left takes 0.3 s."""
        if vm.get("host", host) == host:
            return 0
        a, b = self.site_of[vm["host"]], self.site_of[host]
        link = self.links[a, b]
        memory, bandwidth = vm["memory_mib"] * MIB, link["bandwidth_mbit"] * 1e6 / 8
        left, sent, rounds = memory, 0, 0
        while left > 0.3 * bandwidth and rounds < 29 and sent + left <= 3 * memory:
            sent += left
            left = min(memory, vm["dirty_mib_s"] * MIB * left / bandwidth)
            rounds += 1
        if self.objective == "cost" and a != b:
            return (sent + left) / GIB * self.sites[a]["traffic_price"]
        if self.objective == "run_time":
            return vm["demand_cores"] * (left / bandwidth + 2 * link["latency_ms"] / 1000 + 0.12 * sent / bandwidth)
        return 0

    def add_pair(self, index, pair):
        """u: the one's site and the other's; z: both on this host, where nothing is waited or paid for."""
        for a in self.sites:
            for b in self.sites:
                self.cost(self.talk(pair, a, b), f"u{index}_{a}_{b}")
        for end, order in (("from", lambda a, b: (a, b)), ("to", lambda a, b: (b, a))):
            for a in self.sites:
                there = " ".join(f"- x_{pair[end]}_{host}" for host, site in self.site_of.items() if site == a)
                pairs = " ".join("+ u{}_{}_{}".format(index, *order(a, b)) for b in self.sites)
                self.rows.append(f"{pairs} {there} = 0")
        for host, site in self.site_of.items():
            self.cost(-self.talk(pair, site, site), f"z{index}_{host}")
            self.rows += [f"z{index}_{host} - x_{pair[end]}_{host} <= 0" for end in ("from", "to")]

    def talk(self, pair, a, b):
        link = self.links[a, b]
        if self.objective == "run_time":
            return HORIZON * (pair["messages_per_s"] * link["latency_ms"] / 1000
                              + pair["bytes_per_s"] / (link["bandwidth_mbit"] * 1e6 / 8))
        if self.objective == "cost" and a != b:
            return HORIZON * pair["bytes_per_s"] / GIB * self.sites[a]["traffic_price"]
        return 0


def optimum(state, seconds):
    """Its value in the first objective; None if CBC did not prove one in the time."""
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        model, solution = pathlib.Path(folder) / "model.lp", pathlib.Path(folder) / "solution"
        model.write_text(Program(state).text())
        subprocess.run(["cbc", model, "sec", str(seconds), "solve", "solu", solution], check=True,
                       stdout=subprocess.DEVNULL)
        first = solution.read_text().splitlines()[0]
    return float(first.split()[-1]) if first.startswith("Optimal") else None
