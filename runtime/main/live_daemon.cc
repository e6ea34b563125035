// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/live_daemon.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include "runtime/events/event_line.h"
#include "runtime/main/log_feed.h"
#include "runtime/main/run_explainer.h"
#include "runtime/main/run_records.h"
#include "runtime/main/version.h"

namespace attune::main {

namespace {
constexpr std::string_view kStarting = "starting";
}

LiveDaemon::LiveDaemon(Parts parts, Stopped stopped)
    : parts_(std::move(parts)),
      stopped_(std::move(stopped)),
      state_(kStarting),
      since_(parts_.clock.wall()) {}

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

Result<workflow::RunExplanation> LiveDaemon::why(workflow::RunId run) const {
  const auto records = records_of_run(parts_.journal, run);
  if (!records) return fail(records.error());
  RunExplainer explainer(story());
  for (const workflow::Record& record : *records) explainer.add(record);
  return explainer.explained();
}

Result<control::EventWhy> LiveDaemon::why_not(const workflow::Event& event) const {
  auto prospects = parts_.engine.explain(event, parts_.driver.now());
  if (!prospects) return fail(std::move(prospects.error()));
  control::EventWhy why;
  for (workflow::Prospect& prospect : *prospects) {
    RunExplainer explainer(story());
    for (auto& what : prospect.rehearsed) explainer.add({0, {}, std::move(what)});
    const workflow::RunExplanation& decided = explainer.explained();
    why.about.push_back({std::move(prospect), decided.steps, decided.otherwise});
  }
  const auto suppressed = last_suppressions(parts_.journal, event.name, event.component);
  if (!suppressed) return fail(suppressed.error());
  for (const workflow::Record& record : *suppressed) {
    const auto& kept = std::get<workflow::EventSuppressed>(record.what);
    why.past.push_back({record.at, kept.component, kept.why, kept.count});
  }
  return why;
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

template <class T>
void LiveDaemon::carry_out(Result<workflow::Effects> effects, T answer, Done<T> done) {
  if (!effects) return done(fail(std::move(effects.error())));
  parts_.driver.carry_out(
      std::move(*effects), [answer = std::move(answer), done = std::move(done)](const Result<void>& durable) {
        done(durable ? Result<T>(answer) : Result<T>(tl::unexpected<Error>(durable.error())));
      });
}

void LiveDaemon::carry_out(Result<workflow::Effects> effects, Done<void> done) {
  if (!effects) return done(fail(std::move(effects.error())));
  parts_.driver.carry_out(std::move(*effects), std::move(done));
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

void LiveDaemon::send(workflow::Event event, Done<control::SentEvent> done) {
  if (is_refused(done)) return;
  event.received = parts_.clock.now();
  auto effects = parts_.intake.accept(event);
  control::SentEvent sent = effects ? answer_to(event, *effects) : control::SentEvent{};
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

void LiveDaemon::when_ended(workflow::RunId run, std::function<void(control::EndedRun)> ended) {
  parts_.run_ends.wait(run, std::move(ended));
}

}  // namespace attune::main
