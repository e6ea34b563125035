// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/live_daemon.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/events/event_line.h"
#include "runtime/main/log_feed.h"
#include "runtime/main/run_explainer.h"
#include "runtime/main/version.h"

namespace attune::main {

namespace {

using workflow::Record;

constexpr std::string_view kStarting = "starting";

// Told with what is in the way of the journal.
constexpr char kKept[] =
    "what you ask is kept, and done once that is mended, unless attuned ends before: see `attune log`";

control::EventWhy::Past past_of(const Record& suppressed) {
  const auto& kept = std::get<workflow::EventSuppressed>(suppressed.what);
  return {suppressed.at, kept.component, kept.why, kept.count};
}

}  // namespace

LiveDaemon::LiveDaemon(Parts parts, Stopped stopped)
    : parts_(std::move(parts)),
      stopped_(std::move(stopped)),
      state_(kStarting),
      since_(parts_.clock.wall()),
      explanations_(parts_.loop, parts_.journal, [this] { return story(); }) {}

control::DaemonStatus LiveDaemon::status() const {
  return {state_,
          problem_ ? problem_->message : std::string(),
          std::string(kVersion),
          since_,
          parts_.driver.written(),
          parts_.last_failure.text()};
}

control::EventFigures LiveDaemon::events() const {
  control::EventFigures figures = parts_.figures.figures();
  for (size_t i = 0; i < events::kFaults; ++i) {
    const auto fault = static_cast<events::Fault>(i);
    figures.rejected[std::string(events::name_of(fault))] = parts_.intake.rejections().count(fault);
  }
  figures.queued = parts_.intake.queued();
  figures.capacity = Intake::kQueue;
  return figures;
}

std::vector<control::CallProgress> LiveDaemon::calls() const {
  std::vector<control::CallProgress> all;
  for (const Dispatcher::OpenCall& open : parts_.driver.dispatcher().open_calls())
    all.push_back({open.call.id, open.call.run, open.call.component_name, open.call.stub, open.progress});
  return all;
}

Result<std::shared_ptr<control::Feed>> LiveDaemon::log(const control::LogQuery& query) {
  auto feed = LogFeed::open(parts_.journal, query);
  if (!feed) return fail(std::move(feed.error()));
  return std::shared_ptr<control::Feed>(std::move(*feed));
}

std::string LiveDaemon::metrics() const {
  uintmax_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code failure;
    const uintmax_t size = std::filesystem::file_size(parts_.journal + suffix, failure);
    if (!failure) bytes += size;
  }
  return parts_.metrics.page(*this, bytes);
}

Story LiveDaemon::story() const {
  Story story;
  for (const system::Component* component : parts_.system.components())
    story.know(component->id, component->name);
  return story;
}

void LiveDaemon::why(workflow::RunId run, Done<workflow::RunExplanation> done) {
  explanations_.explain(run, std::move(done));
}

void LiveDaemon::why_not(const workflow::Event& event, Done<control::EventWhy> done) {
  auto prospects = parts_.engine.explain(event, parts_.driver.now());
  if (!prospects) return done(fail(std::move(prospects.error())));
  control::EventWhy why;
  for (workflow::Prospect& prospect : *prospects) {
    RunExplainer explainer(story());
    for (auto& what : prospect.rehearsed) explainer.add({0, {}, std::move(what)});
    const workflow::RunExplanation& decided = explainer.explained();
    why.about.push_back({std::move(prospect), decided.steps, decided.otherwise});
  }
  explanations_.suppressions(
      event, [why = std::move(why), done = std::move(done)](const Result<std::vector<Record>>& kept) mutable {
        if (!kept) return done(fail(kept.error()));
        for (const Record& record : *kept) why.past.push_back(past_of(record));
        done(std::move(why));
      });
}

template <class T>
bool LiveDaemon::is_refused(const Done<T>& done) const {
  if (state_ == kStarting) {
    done(fail(ErrorCode::kUnreachable, "attuned still takes over what runs: ask again in a moment"));
    return true;
  }
  if (!problem_) return false;
  done(fail(Error(*problem_).within("nothing can be changed now")));
  return true;
}

// What was decided stays so, and is written once that can be; who asked need not wait for it.
void LiveDaemon::set_problem(std::optional<Error> problem) {
  problem_ = std::move(problem);
  if (!problem_) return;
  for (const auto& [number, tell] : std::exchange(unanswered_, {})) tell(*problem_);
}

// Of a problem that comes before the answer `meanwhile` is told with it, and then no more.
template <class T>
LiveDaemon::Done<T> LiveDaemon::answered_once(Done<T> done, std::string meanwhile) {
  const uint64_t number = ++asked_;
  unanswered_[number] = [done, meanwhile = std::move(meanwhile)](const Error& problem) {
    done(fail(problem.code, problem.message + "; " + meanwhile));
  };
  return [this, number, done](Result<T> answer) {
    if (unanswered_.erase(number) > 0) done(std::move(answer));
  };
}

template <class T>
void LiveDaemon::carry_out(Result<workflow::Effects> effects, T answer, Done<T> done) {
  if (!effects) return done(fail(std::move(effects.error())));
  parts_.driver.carry_out(
      std::move(*effects), [answer = std::move(answer),
                            done = answered_once<T>(std::move(done), kKept)](const Result<void>& durable) {
        done(durable ? Result<T>(answer) : Result<T>(tl::unexpected<Error>(durable.error())));
      });
}

void LiveDaemon::carry_out(Result<workflow::Effects> effects, Done<void> done) {
  if (!effects) return done(fail(std::move(effects.error())));
  parts_.driver.carry_out(std::move(*effects), answered_once<void>(std::move(done), kKept));
}

void LiveDaemon::start_run(Result<workflow::Effects> effects, Done<workflow::RunId> done) {
  const workflow::RunId run = effects ? effects->run : 0;
  carry_out<workflow::RunId>(std::move(effects), run, std::move(done));
}

namespace {

// What the event led to: what else happened in the same input is none of its.
control::SentEvent answer_to(const workflow::Event& event, const workflow::Effects& effects) {
  control::SentEvent sent;
  for (const workflow::Record& record : effects.records) {
    const auto* run = std::get_if<workflow::RunStarted>(&record.what);
    if (run != nullptr && run->diagram == event.name && !sent.run) sent.run = run->run;
    const auto* kept = std::get_if<workflow::EventSuppressed>(&record.what);
    if (kept != nullptr && kept->name == event.name && kept->component == event.component)
      sent.suppressed = kept->why;
  }
  return sent;
}

}  // namespace

// Why the event was not answered, of which there is no record: it is counted with others before it.
std::string LiveDaemon::counted_with(const workflow::Event& event) const {
  const auto prospects = parts_.engine.explain(event, parts_.driver.now());
  return prospects && !prospects->empty() ? prospects->front().why : std::string();
}

void LiveDaemon::send(workflow::Event event, Done<control::SentEvent> done) {
  if (is_refused(done)) return;
  event.received = parts_.clock.now();
  auto effects = parts_.intake.accept(event);
  control::SentEvent sent = effects ? answer_to(event, *effects) : control::SentEvent{};
  if (effects && !sent.run && sent.suppressed.empty()) sent.suppressed = counted_with(event);
  carry_out<control::SentEvent>(std::move(effects), std::move(sent), std::move(done));
}

void LiveDaemon::change(system::Change change, const std::string& by, Done<void> done) {
  if (is_refused(done)) return;
  carry_out(parts_.engine.change(std::move(change), by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::cancel(workflow::RunId run, const std::string& by, Done<void> done) {
  if (is_refused(done)) return;
  carry_out(parts_.engine.cancel(run, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::set_mode(workflow::Mode mode, const std::string& component, const std::string& by,
                          Done<void> done) {
  if (is_refused(done)) return;
  carry_out(parts_.engine.set_mode(mode, component, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::approve(workflow::RunId run, const std::string& by, Done<void> done) {
  if (is_refused(done)) return;
  carry_out(parts_.engine.approve(run, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::resume(const std::string& event, const std::string& component, const std::string& by,
                        Done<void> done) {
  if (is_refused(done)) return;
  carry_out(parts_.engine.resume(event, component, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::call(const std::string& component, const std::string& stub,
                      std::vector<std::string> arguments, const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  start_run(parts_.engine.call(component, stub, std::move(arguments), by, parts_.driver.now()),
            std::move(done));
}

void LiveDaemon::undeploy(const std::string& component, const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  start_run(parts_.engine.undeploy(component, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::undeploy_all(const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  start_run(parts_.engine.undeploy_all(by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::create(const std::string& class_name, const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  start_run(parts_.engine.create(class_name, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::remove(const std::string& component, const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  start_run(parts_.engine.remove(component, by, parts_.driver.now()), std::move(done));
}

void LiveDaemon::stop(const std::string& by, Done<workflow::RunId> done) {
  if (is_refused(done)) return;
  auto effects = parts_.engine.stop(by, parts_.driver.now());
  if (effects) {
    state_ = "stopping";
    parts_.run_ends.wait(effects->run, stopped_);
  }
  start_run(std::move(effects), std::move(done));
}

void LiveDaemon::when_ended(workflow::RunId run, Done<control::EndedRun> ended) {
  auto once = answered_once<control::EndedRun>(
      std::move(ended),
      fmt::format("run {0} has begun, and goes on once that is mended: see `attune log --run {0}`", run));
  parts_.run_ends.wait(run, [once = std::move(once)](control::EndedRun end) { once(std::move(end)); });
}

}  // namespace attune::main
