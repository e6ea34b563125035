# SPDX-License-Identifier: Apache-2.0
"""States for the planner of placements, as `attune place` reads them, from seeds."""
import random

OBJECTIVES = ["run_time", "cost", "use_of_resources", "balance"]


def large(objective, hosts, vms, seed=7):
    """First placement on three sites; with run_time as the objective each VM talks with four others, on average."""
    draw = random.Random(seed)
    state = {"version": 1, "objectives": [objective], "traffic": []}
    state["sites"] = [{"name": f"s{i}", "latency_ms": 0.2, "bandwidth_mbit": 10_000, "host_price": price,
                       "vm_price": 0.01 * i} for i, price in enumerate([0.1, 0.2, 0.15])]
    state["links"] = [{"a": f"s{a}", "b": f"s{b}", "latency_ms": 10, "bandwidth_mbit": 1000}
                      for a in range(3) for b in range(a)]
    state["hosts"] = [{"name": f"h{i}", "site": f"s{i % 3}", "cores": draw.choice([16, 24, 32]),
                       "memory_mib": draw.choice([64, 96, 128]) * 1024, "price": draw.choice([0.05, 0.08, 0.1])}
                      for i in range(hosts)]
    state["vms"] = [{"name": f"v{i}", "cores": draw.choice([1, 1, 2, 2, 4]),
                     "memory_mib": draw.choice([1, 2, 4, 8, 16]) * 1024} for i in range(vms)]
    if objective == "run_time":
        state["traffic"] = merged(talk(draw, vms, [10_000]) for _ in range(2 * vms))
    return state


def talk(draw, vms, sizes):
    a, b = draw.sample(range(vms), 2)
    return {"from": f"v{a}", "to": f"v{b}", "messages_per_s": draw.randint(1, 500), "bytes_per_s": draw.choice(sizes)}


def merged(talks):
    """One line for each direction of a pair."""
    lines = {}
    for one in talks:
        line = lines.setdefault((one["from"], one["to"]), {**one, "messages_per_s": 0, "bytes_per_s": 0})
        for field in ("messages_per_s", "bytes_per_s"):
            line[field] += one[field]
    return list(lines.values())


def small(seed):
    """5 to 20 VMs on 3 to 8 hosts of up to three sites, all with traffic, the objectives by turns. In half of them
    most VMs have a host already."""
    draw = random.Random(seed)
    hosts, vms, sites = draw.randint(3, 8), draw.randint(5, 20), draw.randint(1, 3)
    state = {"version": 1, "objectives": [OBJECTIVES[seed % 4]]}
    state["sites"] = [{"name": f"s{i}", "latency_ms": 0.2, "bandwidth_mbit": 10_000,
                       "host_price": draw.choice([0.1, 0.15, 0.2]), "vm_price": draw.choice([0, 0.01, 0.02]),
                       "traffic_price": draw.choice([0, 0.05, 0.1])} for i in range(sites)]
    state["links"] = [{"a": f"s{a}", "b": f"s{b}", "latency_ms": draw.choice([2, 10]), "bandwidth_mbit": 1000}
                      for a in range(sites) for b in range(a)]
    state["hosts"] = [{"name": f"h{i}", "site": f"s{i % sites}", "cores": draw.choice([8, 16, 24]),
                       "memory_mib": draw.choice([32, 64]) * 1024, "core_speed": draw.choice([1, 1, 1.5]),
                       "price": draw.choice([0.05, 0.08, 0.1])} for i in range(hosts)]
    free = [[one["cores"], one["memory_mib"]] for one in state["hosts"]]
    state["vms"] = [machine(draw, f"v{i}", free if seed % 8 < 4 else []) for i in range(vms)]
    state["traffic"] = merged(talk(draw, vms, [1000, 10_000, 1_000_000]) for _ in range(vms * 3 // 2))
    return state


def machine(draw, name, free):
    """A VM, on a host of those that have so much free, if chance meets one where it fits."""
    cores, memory = draw.choice([1, 1, 2, 2, 4]), draw.choice([1, 2, 4, 8]) * 1024
    vm = {"name": name, "cores": cores, "memory_mib": memory, "dirty_mib_s": draw.choice([1, 10, 50]),
          "demand_cores": cores * draw.randint(2, 10) / 10}
    if free:
        at = draw.randrange(len(free))
        if free[at][0] >= cores and free[at][1] >= memory:
            vm["host"] = f"h{at}"
            free[at] = [free[at][0] - cores, free[at][1] - memory]
    return vm
