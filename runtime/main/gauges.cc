// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/gauges.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/system/host_state.h"

namespace attune::main {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<prometheus::ClientMetric::Label>;

MetricFamily family(std::string name, std::string help, MetricType type = MetricType::Gauge) {
  return {std::move(name), std::move(help), type, {}};
}

void add(MetricFamily& to, double value, Labels labels = {}) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  (to.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  to.metric.push_back(std::move(metric));
}

template <class Value>
MetricFamily single(std::string name, std::string help, Value value, MetricType type = MetricType::Gauge) {
  MetricFamily one = family(std::move(name), std::move(help), type);
  add(one, static_cast<double>(value));
  return one;
}

MetricFamily build(const control::DaemonStatus& status) {
  MetricFamily info = family("attune_build_info", "The manager's version.");
  add(info, 1, {{"version", status.version}});
  return info;
}

// A state that nobody is in is not listed.
MetricFamily components(const system::System& system) {
  std::map<std::pair<std::string, std::string>, size_t> counts;
  for (const system::Component* one : system.components())
    ++counts[{system.class_of(*one).name, std::string(name_of(one->lifecycle))}];
  MetricFamily all = family("attune_components", "Components, probes among them, by class and state.");
  for (const auto& [of, count] : counts)
    add(all, static_cast<double>(count), {{"class", of.first}, {"state", of.second}});
  return all;
}

MetricFamily host_states(const system::System& system) {
  std::map<std::string, size_t> counts;
  for (const system::Host* host : system.hosts()) ++counts[std::string(name_of(state_of(system, *host)))];
  MetricFamily all = family("attune_hosts", "Hosts by state.");
  for (const auto& [state, count] : counts) add(all, static_cast<double>(count), {{"state", state}});
  return all;
}

MetricFamily maintenance(const system::System& system) {
  const auto hosts = system.hosts();
  const auto count =
      std::count_if(hosts.begin(), hosts.end(), [](const auto* host) { return host->in_maintenance; });
  return single("attune_hosts_in_maintenance", "Hosts that nothing is placed on, by a person's word.", count);
}

MetricFamily host_loads(const system::System& system, Instant now) {
  MetricFamily all = family("attune_host_load_ratio", "Measured load of a host over the last 10 s, 0 to 1.");
  for (const system::Host* host : system.hosts())
    if (const auto load = host->load.mean(now)) add(all, load->value / 100, {{"host", host->name}});
  return all;
}

MetricFamily rejections(const control::EventFigures& figures) {
  MetricFamily all = family("attune_event_lines_rejected_total",
                            "Lines that were no event, by what is wrong with them.", MetricType::Counter);
  for (const auto& [kind, count] : figures.rejected) add(all, static_cast<double>(count), {{"kind", kind}});
  return all;
}

MetricFamily runs(const std::vector<workflow::RunView>& views) {
  const auto waiting = std::count_if(views.begin(), views.end(), [](const auto& run) { return run.waiting; });
  MetricFamily all = family("attune_runs", "Runs that have not ended: those that go on, those that wait.");
  add(all, static_cast<double>(views.size()) - static_cast<double>(waiting), {{"state", "running"}});
  add(all, static_cast<double>(waiting), {{"state", "waiting"}});
  return all;
}

MetricFamily mode(const workflow::Modes& modes) {
  MetricFamily all = family("attune_mode", "1 for the project's mode.");
  for (const auto name : workflow::kModeNames)
    add(all, name == name_of(modes.whole().mode) ? 1 : 0, {{"mode", std::string(name)}});
  return all;
}

MetricFamily component_modes(const workflow::Modes& modes) {
  std::map<std::string, size_t> counts;
  for (const auto& [id, of] : modes.components()) ++counts[std::string(name_of(of.mode))];
  MetricFamily all = family("attune_component_modes", "Components that have a mode of their own.");
  for (const auto& [name, count] : counts) add(all, static_cast<double>(count), {{"mode", name}});
  return all;
}

double seconds_since_epoch(WallTime at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

}  // namespace

std::vector<MetricFamily> gauges(const control::Daemon& daemon, uint64_t journal_bytes) {
  const control::DaemonStatus status = daemon.status();
  const control::EventFigures events = daemon.events();
  return {
      build(status),
      single("attune_start_time_seconds", "When the manager started, since 1970.",
             seconds_since_epoch(status.since)),
      single("attune_has_problem", "1 while something keeps it from working, such as a full disk.",
             !status.problem.empty()),
      components(daemon.system()),
      host_states(daemon.system()),
      maintenance(daemon.system()),
      host_loads(daemon.system(), daemon.now()),
      rejections(events),
      single("attune_event_queue_length", "Events that wait for the engine.", events.queued),
      single("attune_event_queue_capacity", "How many events may wait.", events.capacity),
      runs(daemon.runs()),
      mode(daemon.modes()),
      component_modes(daemon.modes()),
      single("attune_reactions_switched_off", "Reactions to components that did not help.",
             daemon.switched_off().size()),
      single("attune_calls", "Calls under way.", daemon.calls().size()),
      single("attune_journal_records", "The number of the journal's last record on disk.", status.records),
      single("attune_journal_size_bytes", "The journal's files.", journal_bytes)};
}

}  // namespace attune::main
