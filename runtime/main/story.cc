// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/story.h"

#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/model/value.h"
#include "runtime/workflow/host_choice.h"
#include "runtime/workflow/modes.h"
#include "runtime/workflow/undo.h"

namespace attune::main {

namespace {

using workflow::RunId;

std::string run_text(RunId run) {
  return run == 0 ? std::string() : fmt::format("run {}: ", run);
}

// ": text" where there is one.
std::string tail(const std::string& text) {
  return text.empty() ? std::string() : ": " + text;
}

std::string length_text(Duration length) {
  return model::to_text(model::Value(Duration(std::chrono::round<std::chrono::milliseconds>(length))));
}

// In whole MiB where it is no less: a machine has what is left of its memory, to the page.
std::string memory_text(model::Size memory) {
  const int64_t mib = memory.bytes >> 20;
  return model::to_text(model::Value(mib == 0 ? memory : model::Size{mib << 20}));
}

std::string values_text(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string text;
  for (const auto& [name, value] : values) text.append(" ").append(name).append("=").append(value);
  return text;
}

struct OutcomeText {
  std::string operator()(const workflow::CallExited& exited) const {
    return exited.code == 0 ? "worked" + tail(exited.message)
                            : fmt::format("exited with {}{}", exited.code, tail(exited.message));
  }
  std::string operator()(const workflow::CallTimedOut&) const { return "timed out"; }
  std::string operator()(const workflow::CallCancelled&) const { return "was cancelled"; }
  std::string operator()(const workflow::CallLost& lost) const {
    return "is lost, it may have run" + tail(lost.why);
  }
};

}  // namespace

struct Story::Teller {
  Story& story;
  const workflow::Record& record;

  std::string operator()(const workflow::ManagerStarted& started) {
    return fmt::format("attuned {} has taken over the journal", started.version);
  }
  std::string operator()(const workflow::ManagerStopped& stopped) {
    return "attuned has ended" + (stopped.why.empty() ? "" : ": " + stopped.why);
  }
  std::string operator()(const workflow::EventAccepted& event) {
    return fmt::format("event {}: {}{}{} from {}", event.event, event.name,
                       event.component.empty() ? "" : " " + event.component, values_text(event.values),
                       event.source);
  }
  std::string operator()(const workflow::EventSuppressed& event) {
    return fmt::format("{}{} not answered: {}{}", event.name,
                       event.component.empty() ? "" : " " + event.component, event.why,
                       event.count > 1 ? fmt::format(" ({} times)", event.count) : "");
  }
  std::string operator()(const workflow::RunStarted& run) {
    story.runs_[run.run] = record.at;
    return fmt::format("run {}: {}{} begins (event {})", run.run, run.diagram,
                       run.subject.empty() ? "" : " of " + run.subject, run.event);
  }
  std::string operator()(const workflow::RunWaits& waits) {
    return fmt::format("run {}: waits: {}", waits.run, waits.why);
  }
  std::string operator()(const workflow::RunApproved& approved) {
    return fmt::format("run {}: approved by {}", approved.run, approved.by);
  }
  std::string operator()(const workflow::RunRenewed& renewed) {
    return fmt::format("run {}: answers what {} told since:{}", renewed.run, renewed.source,
                       values_text(renewed.values));
  }
  std::string operator()(const workflow::ModeSet& set) {
    return fmt::format("{} now, by {}", workflow::mode_text(set.component, set.mode), set.by);
  }
  std::string operator()(const workflow::StateEntered& entered) {
    if (entered.state == workflow::kUndoState)
      return fmt::format("run {}: puts back what it has changed", entered.run);
    return fmt::format("run {}: now in {}", entered.run, entered.state);
  }
  std::string operator()(const workflow::GuardEvaluated& guard) {
    return fmt::format("run {}: {} [{}] {}{}", guard.run, guard.state, guard.guard,
                       guard.holds ? "holds" : "does not hold",
                       guard.seen.empty() ? "" : " (" + guard.seen + ")");
  }
  std::string operator()(const workflow::HostChosen& chosen) {
    return fmt::format("run {}: {} = {} ({})", chosen.run, chosen.variable, chosen.host,
                       workflow::text_of(chosen));
  }
  std::string operator()(const workflow::VariableSet& set) {
    return fmt::format("run {}: {} = {}", set.run, set.variable, set.value);
  }
  std::string operator()(const workflow::CallIntent& intent) {
    const workflow::Call& call = intent.call;
    story.names_[call.component] = call.component_name;
    story.calls_[call.id] = call.component_name + "." + call.stub;
    return fmt::format("{}calls {}.{}({}){}", run_text(call.run), call.component_name, call.stub,
                       fmt::join(call.arguments, ", "), call.host.empty() ? "" : " on " + call.host);
  }
  std::string operator()(const workflow::CallEnded& ended) {
    const auto found = story.calls_.find(ended.call);
    std::string name = found == story.calls_.end() ? fmt::format("call {}", ended.call) : found->second;
    if (found != story.calls_.end()) story.calls_.erase(found);
    const bool is_unknown =
        ended.took == Duration::zero() && std::holds_alternative<workflow::CallLost>(ended.outcome);
    return fmt::format("{}{} {}{}", run_text(ended.run), name, std::visit(OutcomeText{}, ended.outcome),
                       is_unknown ? "" : fmt::format(" ({})", length_text(ended.took)));
  }
  std::string operator()(const workflow::SystemChanged& changed) {
    return fmt::format("{}{}{}", run_text(changed.run), std::visit(*this, changed.change),
                       changed.by.empty() ? "" : ", by " + changed.by);
  }
  std::string operator()(const workflow::Alerted& alert) {
    return fmt::format("ALERT {}{}{}", run_text(alert.run), alert.text,
                       alert.component.empty() ? "" : " (" + alert.component + ")");
  }
  std::string operator()(const workflow::RunEnded& ended) {
    const auto found = story.runs_.find(ended.run);
    const std::string length =
        found == story.runs_.end() ? "" : " after " + length_text(record.at - found->second);
    if (found != story.runs_.end()) story.runs_.erase(found);
    return fmt::format("run {}: {}{}{}", ended.run, workflow::name_of(ended.end), length, tail(ended.why));
  }
  std::string operator()(const workflow::RunJudged& judged) {
    return fmt::format("run {}: {}{}", judged.run, judged.helped ? "has helped" : "has not helped",
                       judged.seen.empty() ? "" : " (" + judged.seen + ")");
  }
  std::string operator()(const workflow::ReactionSwitched& switched) {
    return fmt::format("{}{} is switched {}{}{}", switched.diagram,
                       switched.subject.empty() ? "" : " of " + switched.subject, switched.on ? "on" : "off",
                       tail(switched.why), switched.by.empty() ? "" : ", by " + switched.by);
  }

  std::string operator()(const system::ComponentCreated& created) {
    story.names_[created.id] = created.name;
    return created.container == system::kNoComponent
               ? fmt::format("{} is created", created.name)
               : fmt::format("{} is created in {}", created.name, story.name_of(created.container));
  }
  std::string operator()(const system::ComponentRemoved& removed) {
    const std::string name = story.name_of(removed.id);
    story.names_.erase(removed.id);
    return name + " is removed";
  }
  std::string operator()(const system::LifecycleChanged& changed) {
    return fmt::format("{} is {}", story.name_of(changed.id), system::name_of(changed.to));
  }
  std::string operator()(const system::AttributeSet& set) {
    return fmt::format("{}.{} = {}", story.name_of(set.id), set.attribute, model::to_text(set.value));
  }
  std::string operator()(const system::AttributeUnset& unset) {
    return fmt::format("{}.{} is its class's again", story.name_of(unset.id), unset.attribute);
  }
  std::string operator()(const system::HostAssigned& assigned) {
    return assigned.host.empty() ? fmt::format("{} has no host any more", story.name_of(assigned.id))
                                 : fmt::format("{} is on {}", story.name_of(assigned.id), assigned.host);
  }
  std::string operator()(const system::LeftNothing& left) {
    return fmt::format("nothing of {} is left on {}", story.name_of(left.id), left.host);
  }
  std::string operator()(const system::Bound& bound) {
    return fmt::format("{}.{} has {}", story.name_of(bound.from), bound.role, story.name_of(bound.to));
  }
  std::string operator()(const system::Unbound& unbound) {
    return fmt::format("{}.{} has {} no more", story.name_of(unbound.from), unbound.role,
                       story.name_of(unbound.to));
  }
  std::string operator()(const system::PropertyChanged& told) {
    return fmt::format("{}{}: {} is {}", told.of, told.to.empty() ? "" : " to " + told.to, told.property,
                       told.value);
  }
  std::string operator()(const system::HostChanged& host) {
    std::string facts;
    if (!host.address.empty() && host.address != host.host) facts += ", at " + host.address;
    if (host.cpus != 0) facts += fmt::format(", {} cpus", host.cpus);
    if (host.maintenance == system::Maintenance::kBegun) facts += ", in maintenance from now on";
    if (host.maintenance == system::Maintenance::kEnded) facts += ", in maintenance no more";
    if (host.memory.bytes != 0) facts += ", " + memory_text(host.memory);
    return fmt::format("host {} is {}{}", host.host, system::name_of(host.state), facts);
  }
};

std::string Story::tell(const workflow::Record& record) {
  return std::visit(Teller{*this, record}, record.what);
}

std::string Story::name_of(system::ComponentId id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? fmt::format("component {}", id) : found->second;
}

namespace {

// A failure that nobody drew an answer to.
bool is_unheeded(const workflow::EventSuppressed& event) {
  const bool is_failure = event.name == workflow::kComponentFailed || event.name == workflow::kVmCrashed ||
                          event.name == workflow::kHostDown;
  return is_failure && event.why.starts_with(workflow::kNobodyAnswers);
}

}  // namespace

LogLevel level_of(const workflow::Record& record) {
  if (const auto* event = std::get_if<workflow::EventSuppressed>(&record.what))
    return is_unheeded(*event) ? LogLevel::kWarning : LogLevel::kDebug;
  if (std::holds_alternative<workflow::Alerted>(record.what)) return LogLevel::kWarning;
  const auto* run = std::get_if<workflow::RunEnded>(&record.what);
  if (run != nullptr && run->end != workflow::RunEnd::kDone) return LogLevel::kWarning;
  const auto* call = std::get_if<workflow::CallEnded>(&record.what);
  return call != nullptr && !is_success(call->outcome) ? LogLevel::kWarning : LogLevel::kInfo;
}

std::string clock_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
  std::tm local{};
  ::localtime_r(&whole, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count());
}

}  // namespace attune::main
