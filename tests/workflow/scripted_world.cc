// SPDX-License-Identifier: Apache-2.0
#include "tests/workflow/scripted_world.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"
#include "runtime/system/composition.h"
#include "runtime/workflow/host_choice.h"
#include "tests/support/catalog.h"
#include "tests/support/folder_case.h"
#include "tests/workflow/replay.h"

namespace attune::workflow {

namespace {

std::string name_of_call(const Call& call) {
  return call.component_name + "." + call.stub;
}

std::string shown_call(const Call& call) {
  if (call.arguments.empty()) return name_of_call(call);
  return fmt::format("{}({})", name_of_call(call), fmt::join(call.arguments, ","));
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

dsl::LoadedProject load(std::string_view files) {
  const test::FolderCase folder(files);
  Diagnostics found;
  dsl::LoadedProject loaded = dsl::load_project(folder.path(), test::catalog(), "", found);
  for (const Diagnostic& one : found.all()) {
    if (one.severity == Severity::kError) ADD_FAILURE() << to_text(one);
  }
  return loaded;
}

}  // namespace

CallOutcome exits(int code, std::string message) {
  return CallExited{code, std::move(message), {}};
}

ScriptedWorld::ScriptedWorld(std::string_view files) : loaded(load(files)) {
  now_.steady = Instant(std::chrono::hours(1));
  now_.wall = WallTime(std::chrono::hours(12));
  system.emplace(loaded.project);
}

ScriptedWorld::~ScriptedWorld() {
  if (engine) check_journal();
}

// --- the manager's life ---

void ScriptedWorld::take_over() {
  system.emplace(loaded.project);
  History history(*system);
  for (const Record& record : journal) {
    const auto added = history.add(record);
    if (!added) ADD_FAILURE() << added.error().message;
  }
  engine = std::make_unique<Engine>(loaded.project, *system);
  carry_out(engine->started("1.0", history, now_));
}

void ScriptedWorld::begin() {
  if (!engine) take_over();
  EXPECT_EQ(carry_out(engine->begin(loaded.instances, now_)), "");
}

void ScriptedWorld::die() {
  check_journal();
  engine.reset();
  open_.clear();
  begun_.clear();
}

void ScriptedWorld::stop() {
  EXPECT_EQ(carry_out(engine->stop("tester", now_)), "");
}

// --- what happens ---

std::string ScriptedWorld::send(std::string_view line) {
  std::istringstream words{std::string(line)};
  Event event;
  words >> event.name >> event.component;
  if (event.component == "-") event.component.clear();
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    event.values.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  event.source = "test";
  event.received = now_.steady;
  return carry_out(engine->accept(event, now_));
}

std::string ScriptedWorld::by_hand(const std::string& component, const std::string& stub,
                                   std::vector<std::string> arguments) {
  return carry_out(engine->call(component, stub, std::move(arguments), "tester", now_));
}

std::string ScriptedWorld::undeploy(const std::string& component) {
  return carry_out(component.empty() ? engine->undeploy_all("tester", now_)
                                     : engine->undeploy(component, "tester", now_));
}

std::string ScriptedWorld::create(const std::string& class_name) {
  return carry_out(engine->create(class_name, "tester", now_));
}

std::string ScriptedWorld::remove(const std::string& component) {
  return carry_out(engine->remove(component, "tester", now_));
}

std::string ScriptedWorld::change(system::Change change) {
  return carry_out(engine->change(std::move(change), "tester", now_));
}

std::string ScriptedWorld::cancel(RunId run) {
  return carry_out(engine->cancel(run, "tester", now_));
}

std::string ScriptedWorld::mode(Mode mode, const std::string& component) {
  return carry_out(engine->set_mode(mode, component, "tester", now_));
}

std::string ScriptedWorld::approve(RunId run) {
  return carry_out(engine->approve(run, "tester", now_));
}

void ScriptedWorld::observed(system::Change change, std::string source) {
  carry_out(engine->observed(std::move(change), std::move(source), now_));
}

std::string ScriptedWorld::resume(const std::string& event, const std::string& component) {
  return carry_out(engine->resume(event, component, "tester", now_));
}

void ScriptedWorld::pass(Duration time) {
  const Instant until = now_.steady + time;
  const auto go_to = [&](Instant then) {
    now_.wall += std::chrono::duration_cast<std::chrono::microseconds>(then - now_.steady);
    now_.steady = then;
  };
  for (auto next = engine->next_deadline(); next && *next <= until; next = engine->next_deadline()) {
    go_to(std::max(*next, now_.steady));
    carry_out(engine->tick(now_));
  }
  go_to(until);
}

// --- the script ---

void ScriptedWorld::script(const std::string& call, CallOutcome outcome) {
  script_.insert_or_assign(call, std::optional(std::move(outcome)));
}
void ScriptedWorld::hold(const std::string& call) {
  script_.insert_or_assign(call, std::nullopt);
}
void ScriptedWorld::go_on(const std::string& call) {
  script_.erase(call);
}

void ScriptedWorld::end(const std::string& call, CallOutcome outcome) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const auto& each) { return name_of_call(each.second.call) == call; });
  if (found == open_.end()) {
    ADD_FAILURE() << call << " does not go on; what does: " << open();
    return;
  }
  end(found->first, std::move(outcome));
}

void ScriptedWorld::end(CallId call, CallOutcome outcome) {
  finish(call, std::move(outcome));
  carry_out_calls();
}

std::optional<CallOutcome> ScriptedWorld::answer(const Call& call) const {
  for (const std::string& name : {name_of_call(call), "*." + call.stub, std::string("*")}) {
    if (const auto found = script_.find(name); found != script_.end()) return found->second;
  }
  return exits(0);
}

// --- carrying out ---

template <class T>
std::string ScriptedWorld::carry_out(Result<T> effects) {
  if (!effects) return effects.error().message;
  carry_out(*std::move(effects));
  return {};
}

void ScriptedWorld::check_intents(const Effects& effects) const {
  std::vector<CallId> intended, issued;
  for (const Record& record : effects.records) {
    if (const auto* intent = std::get_if<CallIntent>(&record.what)) intended.push_back(intent->call.id);
  }
  for (const Call& call : effects.calls) issued.push_back(call.id);
  EXPECT_EQ(intended, issued);
}

void ScriptedWorld::check_alone(system::ComponentId component, RunId run, const std::string& what) const {
  if (component == system::kNoComponent) return;  // the planner answers whoever asks
  for (const auto& [id, other] : open_) {
    if (other.call.component != component) continue;
    EXPECT_EQ(other.call.run, run) << what << " beside " << shown_call(other.call);
  }
}

void ScriptedWorld::carry_out(Effects effects) {
  check_intents(effects);
  for (Record& record : effects.records) {
    EXPECT_EQ(record.sequence, journal.size() + 1);
    const auto* ended = std::get_if<CallEnded>(&record.what);
    EXPECT_FALSE(ended != nullptr && open_.contains(ended->call)) << "recorded as ended while it goes on";
    if (const auto* changed = std::get_if<SystemChanged>(&record.what);
        changed != nullptr && changed->run != 0) {
      if (const auto* set = std::get_if<system::AttributeSet>(&changed->change))
        check_alone(set->id, changed->run, "an attribute");
      if (const auto* host = std::get_if<system::HostAssigned>(&changed->change))
        check_alone(host->id, changed->run, "a host");
    }
    journal.push_back(std::move(record));
  }
  for (const Call& call : effects.calls) {
    check_alone(call.component, call.run, shown_call(call));
    called_.push_back(shown_call(call));
    open_.emplace(call.id, Open{call});
    begun_.push_back(call.id);
  }
  for (const CallId call : effects.cancels) {
    const auto found = open_.find(call);
    if (found == open_.end() || found->second.told_to_end) continue;
    found->second.told_to_end = true;
    cancelled_.push_back(name_of_call(found->second.call));
    begun_.push_back(call);
  }
  carry_out_calls();
}

// One after the other, and not from within each other: the loop of the daemon does the same.
void ScriptedWorld::carry_out_calls() {
  while (!begun_.empty()) {
    const CallId id = begun_.front();
    begun_.pop_front();
    const auto found = open_.find(id);
    if (found == open_.end()) continue;
    std::optional<CallOutcome> outcome = answer(found->second.call);
    if (found->second.told_to_end && !outcome && !deaf) outcome = CallCancelled{};
    if (outcome) finish(id, *std::move(outcome));
  }
}

void ScriptedWorld::finish(CallId call, CallOutcome outcome) {
  open_.erase(call);
  Effects effects = engine->ended(call, std::move(outcome), now_);
  const bool is_recorded = !effects.records.empty() && std::get_if<CallEnded>(&effects.records.front().what);
  EXPECT_TRUE(is_recorded);
  carry_out(std::move(effects));
}

// --- what came of it ---

std::string ScriptedWorld::calls() {
  return joined(std::exchange(called_, {}));
}
std::string ScriptedWorld::cancelled() {
  return joined(std::exchange(cancelled_, {}));
}

template <class T, class Show>
std::vector<std::string> ScriptedWorld::since(size_t& mark, Show show) {
  std::vector<std::string> texts;
  for (; mark < journal.size(); ++mark) {
    if (const T* one = std::get_if<T>(&journal[mark].what)) texts.push_back(show(*one));
  }
  return texts;
}

std::string ScriptedWorld::states() {
  return joined(since<StateEntered>(states_at_, [](const StateEntered& one) { return one.state; }));
}

std::vector<std::string> ScriptedWorld::ends() {
  return since<RunEnded>(ends_at_, [&](const RunEnded& one) {
    std::string what;
    for (const Record& record : journal) {
      const auto* run = std::get_if<RunStarted>(&record.what);
      if (run == nullptr || run->run != one.run) continue;
      what = run->subject.empty() ? run->diagram : run->diagram + " " + run->subject;
    }
    return fmt::format("{} {}{}{}", what, name_of(one.end), one.why.empty() ? "" : ": ", one.why);
  });
}
std::vector<std::string> ScriptedWorld::waits() {
  return since<RunWaits>(waits_at_, [](const RunWaits& one) { return one.why; });
}
std::vector<std::string> ScriptedWorld::renewals() {
  return since<RunRenewed>(renewals_at_, [](const RunRenewed& one) {
    std::string text = fmt::format("run {}:", one.run);
    for (const auto& [name, value] : one.values) text += fmt::format(" {}={}", name, value);
    return text;
  });
}
std::vector<std::string> ScriptedWorld::alerts() {
  return since<Alerted>(alerts_at_, [](const Alerted& one) {
    return one.component.empty() ? one.text : fmt::format("{} ({})", one.text, one.component);
  });
}
std::vector<std::string> ScriptedWorld::suppressed() {
  return since<EventSuppressed>(suppressed_at_, [](const EventSuppressed& one) {
    const std::string many = one.count == 1 ? "" : fmt::format(" ({} times)", one.count);
    return fmt::format("{} {}: {}{}", one.name, one.component, one.why, many);
  });
}
std::vector<std::string> ScriptedWorld::judged() {
  return since<RunJudged>(judged_at_, [](const RunJudged& one) {
    return fmt::format("{} {} {}: {}", one.diagram, one.subject, one.helped ? "helped" : "did not help",
                       one.seen);
  });
}

std::vector<std::string> ScriptedWorld::choices() {
  return since<HostChosen>(choices_at_, [](const HostChosen& one) {
    return fmt::format("{} = {}: {}", one.variable, one.host, text_of(one));
  });
}
std::vector<std::string> ScriptedWorld::guards() {
  return since<GuardEvaluated>(guards_at_, [](const GuardEvaluated& one) {
    return fmt::format("{}: {} ({})", one.guard, one.holds, one.seen);
  });
}

// --- what is so ---

std::string ScriptedWorld::open() const {
  std::vector<std::string> names;
  for (const auto& [id, each] : open_) names.push_back(name_of_call(each.call));
  return joined(names);
}
std::vector<Call> ScriptedWorld::open_calls() const {
  std::vector<Call> calls;
  for (const auto& [id, each] : open_) calls.push_back(each.call);
  return calls;
}
std::string ScriptedWorld::state_of(const std::string& component) const {
  const system::Component* found = system->find(component);
  return found == nullptr ? "(gone)" : std::string(system::name_of(found->lifecycle));
}
std::string ScriptedWorld::host_of(const std::string& component) const {
  const system::Host* host = system->host_of(*system->find(component));
  return host == nullptr ? "" : host->name;
}
std::string ScriptedWorld::bound(const std::string& component, const std::string& role) const {
  std::vector<std::string> names;
  const auto along = system->along(*system->find(component), role);
  for (const system::Component* one : *along) names.push_back(one->name);
  return joined(names);
}
std::string ScriptedWorld::attribute(const std::string& component, const std::string& name) const {
  const auto value = system->attribute(*system->find(component), name);
  return value ? model::to_text(*value) : value.error().message;
}
RunId ScriptedWorld::last_run() const {
  RunId last = 0;
  for (const Record& record : journal) {
    if (const auto* run = std::get_if<RunStarted>(&record.what)) last = run->run;
  }
  return last;
}

std::string ScriptedWorld::shown(const system::System& system) {
  std::string text;
  for (const system::Component* one : system.components()) {
    text += fmt::format("{} {} {} {} container {} host {}:", one->id, one->name, one->number,
                        system::name_of(one->lifecycle), one->container, one->host);
    for (const auto& [index, value] : one->attributes)
      text += fmt::format(" {}={}", index, model::to_text(value));
    for (const system::Binding& each : one->bindings)
      text += fmt::format(" {}>{}", each.association, each.to);
    text += '\n';
  }
  for (const system::Host* host : system.hosts()) {
    const auto free = system.free_memory(*host);
    text += fmt::format("{} {} {} cpus, {} B, {} B free, at {}:", host->name, system::name_of(host->state),
                        host->cpus, host->memory.bytes, free ? free->bytes : -1, host->address);
    for (const system::Component* one : system.components_on(*host)) text += " " + one->name;
    text += '\n';
  }
  for (const model::Class& each : system.project().classes)
    text += fmt::format("next {} is {}\n", each.name, system.next_number(each.name));
  return text;
}

void ScriptedWorld::check_journal() const {
  EXPECT_EQ(shown(*system), replayed());
  const std::string whole = workflow::replayed(loaded.project, journal);
  for (size_t part = 1; part <= 4; ++part) {
    const size_t cut = journal.size() * part / 4;
    EXPECT_EQ(replayed_from(cut, loaded.project, journal), whole) << "from a checkpoint after record " << cut;
  }
}

std::string ScriptedWorld::replayed() const {
  system::System again(loaded.project);
  History history(again);
  for (const Record& record : journal) {
    const auto added = history.add(record);
    if (!added) return added.error().message;
  }
  return shown(again);
}

}  // namespace attune::workflow
