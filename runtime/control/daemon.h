// SPDX-License-Identifier: Apache-2.0
// Daemon: what the API asks of the manager behind it; main/ implements it. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/control/exchange.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"
#include "runtime/workflow/explanation.h"

namespace attune::control {

struct DaemonStatus {
  std::string state;    // "starting", "running", "stopping"
  std::string problem;  // what keeps it from working: a full disk; empty: nothing
  std::string version;
  WallTime since{};
  uint64_t records = 0;      // written, since the journal began
  std::string last_failure;  // the run that failed last, and has not been made good since; empty: none
};

struct EventFigures {
  uint64_t accepted = 0, suppressed = 0;
  std::map<std::string, uint64_t> rejected;  // by kind
  std::map<std::string, uint64_t> by_name;   // accepted or suppressed
  size_t queued = 0, capacity = 0;
  struct Recent {
    WallTime at{};
    std::string name, component, source;
    std::vector<std::pair<std::string, std::string>> values;
    std::string suppressed;  // why; empty: it was answered
  };
  std::vector<Recent> recent;  // the newest last
};

// A call in the world, and how far it is.
struct CallProgress {
  workflow::CallId call = 0;
  workflow::RunId run = 0;
  std::string component, stub;
  std::string progress;  // "63 of 128 MiB"; may be empty
};

struct SentEvent {
  std::optional<workflow::RunId> run;  // that it started
  std::string suppressed;              // or why it is not answered
};

// How a run by hand ended.
struct EndedRun {
  workflow::RunId run = 0;
  workflow::RunEnd end = workflow::RunEnd::kDone;
  std::string why;
  std::string message;  // what the last call had to say
};

// What would come of an event now, and what came of it lately.
struct EventWhy {
  struct About {
    workflow::Prospect prospect;
    std::vector<workflow::ExplainedStep> decides;  // before it first acts
    std::vector<std::string> otherwise;
  };
  std::vector<About> about;
  struct Past {
    WallTime at{};
    std::string component, why;
    uint64_t count = 1;
  };
  std::vector<Past> past;  // that were not answered, the newest last
};

// Which records a log shows.
struct LogQuery {
  uint64_t from = 0;        // the first record's sequence; 0: the first that is there
  uint64_t last = 0;        // not zero: only the last so many
  bool follow = false;      // goes on with what comes
  workflow::RunId run = 0;  // not zero: only this run's
};

class Daemon {
 public:
  virtual ~Daemon() = default;

  virtual const system::System& system() const = 0;
  virtual Instant now() const = 0;
  virtual DaemonStatus status() const = 0;
  virtual EventFigures events() const = 0;
  virtual std::vector<workflow::RunView> runs() const = 0;
  virtual std::vector<workflow::SwitchedOff> switched_off() const = 0;
  virtual std::vector<CallProgress> calls() const = 0;
  virtual const workflow::Modes& modes() const = 0;
  virtual const workflow::OffHosts& off_hosts() const = 0;
  virtual Result<std::shared_ptr<Feed>> log(const LogQuery& query) = 0;
  virtual std::string metrics() const = 0;  // for Prometheus, in its text format

  template <class T>
  using Done = std::function<void(Result<T>)>;
  // Why the run did what it did, once it was found. kNotFound: it is not in the journal (any more).
  virtual void why(workflow::RunId run, Done<workflow::RunExplanation> done) = 0;
  // What would come of the event, as far as that can be told without changing anything, once the journal was
  // searched for what came of it lately.
  virtual void why_not(const workflow::Event& event, Done<EventWhy> done) = 0;

  // By hand, as `by`. `done` is called when what was asked is in the journal, or is refused.
  virtual void send(workflow::Event event, Done<SentEvent> done) = 0;
  virtual void change(system::Change change, const std::string& by, Done<void> done) = 0;
  virtual void cancel(workflow::RunId run, const std::string& by, Done<void> done) = 0;
  // Of a component with all in it; "": of the whole project.
  virtual void set_mode(workflow::Mode mode, const std::string& component, const std::string& by,
                        Done<void> done) = 0;
  virtual void approve(workflow::RunId run, const std::string& by, Done<void> done) = 0;
  // About all components where that is empty.
  virtual void resume(const std::string& event, const std::string& component, const std::string& by,
                      Done<void> done) = 0;
  // These start a run.
  virtual void call(const std::string& component, const std::string& stub, std::vector<std::string> arguments,
                    const std::string& by, Done<workflow::RunId> done) = 0;
  virtual void undeploy(const std::string& component, const std::string& by, Done<workflow::RunId> done) = 0;
  virtual void undeploy_all(const std::string& by, Done<workflow::RunId> done) = 0;
  virtual void create(const std::string& class_name, const std::string& by, Done<workflow::RunId> done) = 0;
  virtual void remove(const std::string& component, const std::string& by, Done<workflow::RunId> done) = 0;
  // Runs `stop`; the daemon ends after it.
  virtual void stop(const std::string& by, Done<workflow::RunId> done) = 0;
  // Calls `ended` once, when the run's end is in the journal; at once where it has ended. An Error where
  // the journal cannot be written now; the run goes on all the same.
  virtual void when_ended(workflow::RunId run, Done<EndedRun> ended) = 0;
};

}  // namespace attune::control
