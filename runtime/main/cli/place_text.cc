// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/place_text.h"

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/table.h"

namespace attune::cli {

namespace {

void write_hosts(std::string_view head, const std::vector<placement::Index>& hosts,
                 const placement::State& state, Output& out) {
  if (hosts.empty()) return;
  out.write(head);
  for (const placement::Index host : hosts) out.write(fmt::format(" {}", printable(state.hosts[host].name)));
  out.write("\n");
}

void write_step(const std::vector<placement::ReasonedMove>& step, const placement::State& state,
                Output& out) {
  Table table;
  for (const auto& [move, reason] : step) {
    const bool is_start = move.kind == placement::MoveKind::kStart;
    table.add({state.vms[move.vm].name, is_start ? "" : state.hosts[move.from].name, "->",
               state.hosts[move.to].name,
               is_start ? std::string()
                        : fmt::format("{:.1f} s, down {:.0f} ms, {:.0f} MiB", move.predicted.duration,
                                      move.predicted.downtime * 1000, move.predicted.traffic / 1048576),
               Cell(reason, Paint::kFaint)});
  }
  table.write(out, "  ");
}

void write_changes(const placement::Plan& plan, Output& out) {
  Table table({"objective", "before", "after", "moves cost", "gain", "bound"});
  for (const placement::Change& one : plan.changes)
    table.add({name_of(one.objective), plan.is_comparable ? fmt::format("{:.6g}", one.before) : "-",
               fmt::format("{:.6g}", one.after), fmt::format("{:.6g}", one.own_cost),
               plan.is_comparable ? fmt::format("{:.6g}", one.gain()) : "-",
               fmt::format("{:.6g}", one.bound)});
  table.write(out);
}

}  // namespace

void write_plan(const placement::Plan& plan, const placement::State& state, Output& out) {
  write_hosts("switch on:", plan.power_on, state, out);
  size_t number = 0;
  for (const auto& step : plan.steps) {
    out.write(out.painted(Paint::kStrong, fmt::format("step {}", ++number)) + "\n");
    write_step(step, state, out);
  }
  if (plan.steps.empty()) out.write("nothing is moved\n");
  write_hosts("empty then:", plan.power_off, state, out);
  out.write("\n");
  write_changes(plan, out);
  out.write(plan.is_proven ? "no placement is better\n" : "a better placement may exist\n");
  for (const placement::Obstacle& one : plan.obstacles)
    out.write(fmt::format("{}: {}: {}\n", out.painted(Paint::kBad, one.place), printable(one.message),
                          printable(one.because)));
}

}  // namespace attune::cli
