// SPDX-License-Identifier: Apache-2.0
// SmallDaemon: a daemon of one host, a VM and its probe, which keeps what it was asked. For tests of the API.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/control/daemon.h"
#include "tests/support/project_builder.h"

namespace attune::control {

// Pieces given by hand.
class GivenFeed final : public Feed {
 public:
  explicit GivenFeed(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  std::optional<std::string> next() override {
    if (at_ == pieces_.size()) return std::nullopt;
    return pieces_[at_++];
  }

 private:
  std::vector<std::string> pieces_;
  size_t at_ = 0;
};

class SmallDaemon final : public Daemon {
 public:
  SmallDaemon() {
    const system::Change first[] = {
        system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent},
        system::ComponentCreated{1, "probe", "probe", 1, 0},
        system::Bound{0, "probe", 1},
        system::HostAssigned{0, "lab1"},
        system::LifecycleChanged{0, system::Lifecycle::kStarted},
        system::HostChanged{"lab1", system::HostState::kUp, 2, model::Size{1 << 30}, "10.0.0.1"}};
    for (const system::Change& change : first) (void)system_.apply(change);
  }

  const system::System& system() const override { return system_; }
  Instant now() const override { return {}; }
  DaemonStatus status() const override { return {"running", "", "1.2.3", WallTime{}, 42, ""}; }
  EventFigures events() const override {
    EventFigures figures;
    figures.accepted = 3;
    figures.rejected["malformed"] = 2;
    figures.recent.push_back({WallTime{}, "cpu_high", "vm", "pipe", {{"cpu", "97%"}}, ""});
    return figures;
  }
  std::vector<workflow::RunView> runs() const override { return going_on; }
  std::vector<workflow::SwitchedOff> switched_off() const override { return {{"cpu_high", "vm", 3}}; }
  std::vector<CallProgress> calls() const override { return {{12, 7, "vm", "migrate", "63 of 128 MiB"}}; }
  const workflow::Modes& modes() const override { return given_modes; }
  const workflow::OffHosts& off_hosts() const override { return given_off; }
  Result<std::shared_ptr<Feed>> log(const LogQuery& query) override {
    asked.push_back("log " + std::to_string(query.from) + " " + std::to_string(query.last) +
                    (query.follow ? " follow" : "") + " run " + std::to_string(query.run));
    if (no_log) return tl::unexpected<Error>(*no_log);
    return feed;
  }
  std::string metrics() const override { return "attune_runs 1\n"; }
  void why(workflow::RunId run, Done<workflow::RunExplanation> done) override {
    if (run != explained.run) return done(fail(ErrorCode::kNotFound, "there is no such run in the journal"));
    done(explained);
  }
  void why_not(const workflow::Event& event, Done<EventWhy> done) override {
    if (event.name != "cpu_high")
      return done(fail(ErrorCode::kNotFound, "no event '" + event.name + "' in this project"));
    done(unanswered);
  }
  void send(workflow::Event event, Done<SentEvent> done) override {
    std::string text = "send " + event.name + " " + event.component + " by " + event.source;
    for (const auto& [name, value] : event.values) text.append(" " + name + "=").append(value);
    note(text, std::move(done), SentEvent{{}, "cooldown until 12:00:31"});
  }
  void change(system::Change change, const std::string& by, Done<void> done) override {
    changes.push_back(change);
    asked.push_back("change by " + by);
    done(refusal ? Result<void>(tl::unexpected<Error>(*refusal)) : Result<void>());
  }
  void cancel(workflow::RunId run, const std::string& by, Done<void> done) override {
    asked.push_back("cancel " + std::to_string(run) + " by " + by);
    done(refusal ? Result<void>(tl::unexpected<Error>(*refusal)) : Result<void>());
  }
  void set_mode(workflow::Mode mode, const std::string& component, const std::string& by,
                Done<void> done) override {
    const std::string what = component.empty() ? "" : " " + component;
    asked.push_back("mode " + std::string(name_of(mode)) + what + " by " + by);
    if (!refusal) given_modes.set(component.empty() ? system::kNoComponent : 0, {mode, by});
    done(refusal ? Result<void>(tl::unexpected<Error>(*refusal)) : Result<void>());
  }
  void approve(workflow::RunId run, const std::string& by, Done<void> done) override {
    asked.push_back("approve " + std::to_string(run) + " by " + by);
    done(refusal ? Result<void>(tl::unexpected<Error>(*refusal)) : Result<void>());
  }
  void resume(const std::string& event, const std::string& component, const std::string& by,
              Done<void> done) override {
    asked.push_back("resume " + event + " " + component + " by " + by);
    done(refusal ? Result<void>(tl::unexpected<Error>(*refusal)) : Result<void>());
  }
  void call(const std::string& component, const std::string& stub, std::vector<std::string> arguments,
            const std::string& by, Done<workflow::RunId> done) override {
    std::string text = "call " + component + "." + stub + " by " + by;
    for (const std::string& argument : arguments) text += " " + argument;
    note(text, std::move(done), workflow::RunId{8});
  }
  void undeploy(const std::string& component, const std::string& by, Done<workflow::RunId> done) override {
    note("undeploy " + component + " by " + by, std::move(done), workflow::RunId{8});
  }
  void undeploy_all(const std::string& by, Done<workflow::RunId> done) override {
    note("undeploy all by " + by, std::move(done), workflow::RunId{8});
  }
  void create(const std::string& class_name, const std::string& by, Done<workflow::RunId> done) override {
    note("create " + class_name + " by " + by, std::move(done), workflow::RunId{8});
  }
  void remove(const std::string& component, const std::string& by, Done<workflow::RunId> done) override {
    note("remove " + component + " by " + by, std::move(done), workflow::RunId{8});
  }
  void stop(const std::string& by, Done<workflow::RunId> done) override {
    note("stop by " + by, std::move(done), workflow::RunId{8});
  }
  void when_ended(workflow::RunId run, Done<EndedRun> ended) override {
    ended(EndedRun{run, workflow::RunEnd::kFailed, "vm.start exited with 1", "no such image"});
  }

  std::vector<std::string> asked;
  std::vector<system::Change> changes;
  std::vector<workflow::RunView> going_on{{7, "cpu_high", "vm", {"move"}, true, "vm is in use by run 6"}};
  workflow::RunExplanation explained;
  EventWhy unanswered;
  workflow::Modes given_modes;
  workflow::OffHosts given_off;
  std::optional<Error> refusal;  // of everything that is asked
  std::optional<Error> no_log;
  std::shared_ptr<Feed> feed = std::make_shared<GivenFeed>(std::vector<std::string>{"{}\n"});

 private:
  template <class T>
  void note(std::string text, Done<T> done, T result) {
    asked.push_back(std::move(text));
    done(refusal ? Result<T>(tl::unexpected<Error>(*refusal)) : Result<T>(std::move(result)));
  }

  const model::Project project_ = [] {
    model::Project made =
        attune::testing::ProjectBuilder()
            .family("lab", {"lab1"})
            .component("vm", "lab")
            .memory(128 << 20)
            .attribute("title", model::Type::kString, model::Value(std::string("the $this.name")))
            .wrapper("vm")
            .component("probe")
            .contains("vm", "probe", "probe")
            .build();
    made.families[0].hosts[0].address = "10.0.0.1";
    made.name = "migration";
    made.wrappers["vm"].name = "vm";
    made.wrappers["vm"].stubs.push_back({"migrate", "VM", "migrate", {}, {}, {}});
    return made;
  }();
  system::System system_{project_};
};

}  // namespace attune::control
