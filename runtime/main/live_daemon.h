// SPDX-License-Identifier: Apache-2.0
// LiveDaemon: the running manager as the API sees it. What is asked by hand goes to the engine, and is
// answered when it is in the journal. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/control/daemon.h"
#include "runtime/main/driver.h"
#include "runtime/main/event_figure_keeper.h"
#include "runtime/main/intake.h"
#include "runtime/main/last_failure.h"
#include "runtime/main/metrics.h"
#include "runtime/main/run_ends.h"
#include "runtime/main/run_explanations.h"
#include "runtime/main/story.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"

namespace attune::main {

class LiveDaemon final : public control::Daemon {
 public:
  struct Parts {
    const system::System& system;
    workflow::Engine& engine;
    Driver& driver;
    Intake& intake;
    const EventFigureKeeper& figures;
    RunEnds& run_ends;
    const LastFailure& last_failure;
    const Metrics& metrics;
    const Clock& clock;
    ports::Loop& loop;
    std::string journal;  // path
  };
  // All parts must outlive it. `stopped` is called when a run of `stop` has ended, with how.
  using Stopped = std::function<void(const control::EndedRun&)>;
  LiveDaemon(Parts parts, Stopped stopped);

  // It begins as "starting", in which nothing that changes anything is taken; then "running", "stopping".
  void set_state(std::string state) { state_ = std::move(state); }
  // While there is a problem, nothing that changes anything is taken, and who waits for the journal is told.
  void set_problem(std::optional<Error> problem);

  const system::System& system() const override { return parts_.system; }
  Instant now() const override { return parts_.clock.now(); }
  control::DaemonStatus status() const override;
  control::EventFigures events() const override;
  std::vector<workflow::RunView> runs() const override { return parts_.engine.runs(); }
  std::vector<workflow::SwitchedOff> switched_off() const override { return parts_.engine.switched_off(); }
  std::vector<control::CallProgress> calls() const override;
  const workflow::Modes& modes() const override { return parts_.engine.modes(); }
  const workflow::OffHosts& off_hosts() const override { return parts_.engine.off_hosts(); }
  Result<std::shared_ptr<control::Feed>> log(const control::LogQuery& query) override;
  std::string metrics() const override;
  void why(workflow::RunId run, Done<workflow::RunExplanation> done) override;
  void why_not(const workflow::Event& event, Done<control::EventWhy> done) override;

  void send(workflow::Event event, Done<control::SentEvent> done) override;
  void change(system::Change change, const std::string& by, Done<void> done) override;
  void cancel(workflow::RunId run, const std::string& by, Done<void> done) override;
  void set_mode(workflow::Mode mode, const std::string& component, const std::string& by,
                Done<void> done) override;
  void approve(workflow::RunId run, const std::string& by, Done<void> done) override;
  void resume(const std::string& event, const std::string& component, const std::string& by,
              Done<void> done) override;
  void call(const std::string& component, const std::string& stub, std::vector<std::string> arguments,
            const std::string& by, Done<workflow::RunId> done) override;
  void undeploy(const std::string& component, const std::string& by, Done<workflow::RunId> done) override;
  void undeploy_all(const std::string& by, Done<workflow::RunId> done) override;
  void create(const std::string& class_name, const std::string& by, Done<workflow::RunId> done) override;
  void remove(const std::string& component, const std::string& by, Done<workflow::RunId> done) override;
  void stop(const std::string& by, Done<workflow::RunId> done) override;
  void when_ended(workflow::RunId run, Done<control::EndedRun> ended) override;

 private:
  Story story() const;  // that knows all components
  template <class T>
  void carry_out(Result<workflow::Effects> effects, T answer, Done<T> done);
  void carry_out(Result<workflow::Effects> effects, Done<void> done);
  void start_run(Result<workflow::Effects> effects, Done<workflow::RunId> done);
  std::string counted_with(const workflow::Event& event) const;
  template <class T>
  Done<T> answered_once(Done<T> done, std::string meanwhile);
  // Whether it can be done at all; if not, says so.
  template <class T>
  bool is_refused(const Done<T>& done) const;

  Parts parts_;
  Stopped stopped_;
  std::string state_;
  std::optional<Error> problem_;
  uint64_t asked_ = 0;
  std::map<uint64_t, std::function<void(const Error&)>> unanswered_;  // that wait for the journal
  WallTime since_;
  RunExplanations explanations_;
};

}  // namespace attune::main
