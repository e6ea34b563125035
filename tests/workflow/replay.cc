// SPDX-License-Identifier: Apache-2.0
#include "tests/workflow/replay.h"

#include <span>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/workflow/checkpoint.h"

namespace attune::workflow {

namespace {

std::string shown(const system::System& system, const system::Component& one) {
  const auto name_of = [&](system::HostId id) {
    const system::Host* host = system.find_host(id);
    return host == nullptr ? std::string("-") : host->name;
  };
  std::string text = fmt::format("{} {} {} {} container {} host {}:", one.id, one.name, one.number,
                                 system::name_of(one.lifecycle), one.container, name_of(one.host));
  for (const system::HostId left : one.left_on) text += " left " + name_of(left);
  for (const auto& [index, value] : one.attributes)
    text += fmt::format(" {}={}", index, model::to_text(value));
  for (const system::Binding& each : one.bindings) text += fmt::format(" {}>{}", each.association, each.to);
  for (const auto& [owner, role] : system.bound_to(one)) text += fmt::format(" {}<{}", role, owner->id);
  for (const system::Component* content : system.contents(one)) text += " has " + content->name;
  return text + "\n";
}

std::string shown(const system::System& system, const system::Host& host) {
  const auto free = system.free_memory(host);
  std::string text =
      fmt::format("{} {} {} cpus, {} B, {} B free, at {}:", host.name, system::name_of(host.state), host.cpus,
                  host.memory.bytes, free ? free->bytes : -1, host.address);
  for (const system::Component* one : system.components_on(host)) text += " " + one->name;
  return text + "\n";
}

std::string shown(const system::System& system) {
  std::string text;
  for (const system::Component* one : system.components()) text += shown(system, *one);
  for (const system::Host* host : system.hosts()) text += shown(system, *host);
  for (const model::Class& each : system.project().classes) {
    text += fmt::format("next {} is {}:", each.name, system.next_number(each.name));
    for (const system::Component* one : system.instances(each.name)) text += " " + one->name;
    text += '\n';
  }
  return text + fmt::format("next id {}\n", system.next_id());
}

std::string shown(const History& history, const system::System& system) {
  const Numbers& next = history.next();
  std::string text = fmt::format("record {} event {} run {} call {}, started {}\n", next.record, next.event,
                                 next.run, next.call, history.is_started());
  for (const auto& [id, run] : history.open_runs()) {
    text += fmt::format("run {} {} {} begun {} undoing {}:", id, run.diagram, run.about(), run.begun,
                        run.undo.under_way);
    for (const system::Change& change : run.undo.changes) text += fmt::format(" {}", change.index());
    text += '\n';
  }
  for (const auto& [id, call] : history.open_calls())
    text += fmt::format("call {} of run {}: {}.{} on {}\n", id, call.run, call.component_name, call.stub,
                        call.host);
  for (const auto& [of, at] : history.ends())
    text += fmt::format("{} {} ended {}\n", of.first, of.second, to_text(at));
  for (const auto& [id, stop] : history.own_stops().all())
    text += fmt::format("{} has stopped, found by {}, answered by {}\n", id, stop.by, stop.run);
  for (const auto& [host, off] : history.off_hosts().all())
    text += fmt::format("{} is off since {} by {}\n", host, to_text(off.since), off.by);
  for (const auto& [of, trial] : history.trials().all())
    text +=
        fmt::format("{} {}: {} runs did not help, off {}\n", of.first, of.second, trial.in_row, trial.off);
  for (const auto& one : history.lately().resized)
    text += fmt::format("{} {} {} by {}\n", one.class_name, one.grew ? "grew" : "shrank", to_text(one.at),
                        one.run);
  for (const WallTime at : history.lately().moves) text += fmt::format("moved {}\n", to_text(at));
  text += fmt::format("{} by {}\n", name_of(history.modes().whole().mode), history.modes().whole().by);
  for (const auto& [id, of] : history.modes().components())
    text += fmt::format("{} {} by {}\n", id, name_of(of.mode), of.by);
  return text + shown(system);
}

std::string add(History& history, std::span<const Record> records) {
  for (const Record& record : records)
    if (const auto added = history.add(record); !added) return added.error().message;
  return {};
}

}  // namespace

std::string replayed(const model::Project& project, const std::vector<Record>& journal) {
  system::System system(project);
  History history(system);
  const std::string wrong = add(history, journal);
  return wrong.empty() ? shown(history, system) : wrong;
}

std::string replayed_from(size_t checkpoint, const model::Project& project,
                          const std::vector<Record>& journal) {
  const std::span<const Record> all(journal);
  system::System before(project), system(project);
  History first(before), history(system);
  if (std::string wrong = add(first, all.first(checkpoint)); !wrong.empty()) return wrong;
  if (const auto restored = history.restore(first.checkpoint()); !restored) return restored.error().message;
  const std::string wrong = add(history, all.subspan(checkpoint));
  return wrong.empty() ? shown(history, system) : wrong;
}

}  // namespace attune::workflow
