// SPDX-License-Identifier: Apache-2.0
// Errands: the calls that one action comes to: on one component or many, at most so many at once, each
// preceded by the component's deployment where that is still to be done; in steps, where one must end before
// the next. A flow has at most one of these under way. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/workflow/stage.h"
#include "runtime/workflow/stub_call.h"

namespace attune::workflow {

// What a failed call means for the errands' further steps. Those of the same step go on in any case.
enum class OnFailure {
  kEnd,      // they are not begun
  kGoOn,     // they go on, and the errands fail in the end
  kForgive,  // nothing: the record tells
};

struct CallStep {
  std::vector<Request> requests;
  OnFailure on_failure = OnFailure::kEnd;
};
struct UnbindStep {  // the component and its contents from all others
  system::ComponentId component = system::kNoComponent;
};
struct RemoveStep {  // with its contents, from the system
  system::ComponentId component = system::kNoComponent;
};
struct MoveStep {  // another host for what does not run
  system::ComponentId component = system::kNoComponent;
  std::string host;
};
struct HostStep {  // what the host is by the errands' own doing, as `by`
  std::string host;
  system::HostState state = system::HostState::kUnknown;
  std::string by;
};
struct GoneOffStep {  // the host has been switched off: from now on what it answers counts
  std::string host;
};
struct AnswerStep {  // the host answers
  std::string host;
  Duration patience{};  // for so long it is waited for; zero: without a limit
};
using ErrandStep =
    std::variant<CallStep, UnbindStep, RemoveStep, MoveStep, HostStep, GoneOffStep, AnswerStep>;

// For whom the errands are.
struct Errand {
  RunId run = 0;
  FlowId flow = 0;
  // The components that some flow of the run is deploying just now.
  std::map<system::ComponentId, CallId>& deploying;
  // Whether what runs already is not started again: a `start` that was interrupted.
  bool resumes = false;
};

class Errands {
 public:
  enum class Progress { kUnderWay, kDone, kFailed };

  // Where a step fails that ends them, or they are cancelled, `undo` is done before they have failed, up to
  // what fails of it.
  explicit Errands(std::vector<ErrandStep> steps, std::vector<ErrandStep> undo = {})
      : steps_(std::move(steps)), undo_(std::move(undo)) {}

  // Does what can be done now.
  Progress go_on(Stage& stage, const Errand& errand);
  // One of its calls ended (and is settled). go_on() then. One that was lost and has not been carried out is
  // made once more, where its stub may be repeated.
  void ended(Stage& stage, const Call& call, const CallOutcome& outcome, const Errand& errand);
  // Cancels the calls under way and begins no more but what undoes. Their outcomes are still to come: go_on()
  // then.
  void cancel(Stage& stage);
  // The same, and what undoes is not begun either, or not gone on with.
  void give_up(Stage& stage);

  bool has(CallId call) const { return under_way_.contains(call); }
  bool is_undoing() const { return undoing_; }
  bool is_quiet() const { return under_way_.empty(); }
  // Whether they go on once a host answers, or too late for that: go_on() sees.
  bool awaits_host() const { return waits_since_.has_value() && !cancelled_ && !given_up_; }
  // Whether they switch a host off or on, and whether they are to switch on this one.
  bool is_switching() const;
  bool switches_on(std::string_view host) const;
  // "vm1.start exited with 1: no such image (and 2 more)"; empty where all went well.
  std::string failure() const;

 private:
  struct Place {
    size_t request = 0;
    bool deploys = false;  // first of two
  };

  bool step_is_over() const {
    return next_ >= size_of_step() && under_way_.empty() && parked_.empty() && again_.empty();
  }
  size_t size_of_step() const;
  void begin_calls(Stage& stage, const Errand& errand, const CallStep& step);
  void retry_parked(Stage& stage, const Errand& errand, const CallStep& step);
  void begin(Stage& stage, const Errand& errand, size_t request);
  bool skips(Stage& stage, const Errand& errand, const system::Component& component,
             const std::string& stub) const;
  bool repeats(Stage& stage, const Call& call, const CallOutcome& outcome, const Place& place);
  void issue_request(Stage& stage, const Errand& errand, size_t request, bool deploys);
  void apply(Stage& stage, const Errand& errand, const UnbindStep& step);
  void apply(Stage& stage, const Errand& errand, const RemoveStep& step);
  void apply(Stage& stage, const Errand& errand, const MoveStep& step);
  void apply(Stage& stage, const Errand& errand, const HostStep& step);
  void apply(Stage& stage, const Errand& errand, const GoneOffStep& step);
  bool is_answered(Stage& stage, const AnswerStep& step);
  void undo();
  void failed(std::string why);

  std::vector<ErrandStep> steps_, undo_;
  size_t at_ = 0;                      // the step
  size_t next_ = 0;                    // its next request
  std::map<CallId, Place> under_way_;  // of the step's calls
  std::vector<size_t> deployed_;       // requests whose deployment has ended well: their own call is next
  std::vector<size_t> parked_;         // wait for a deployment by another flow
  std::vector<size_t> again_;          // were lost and have not been carried out
  std::set<size_t> repeated_;
  std::optional<Instant> waits_since_;  // for a host
  bool cancelled_ = false, undoing_ = false, given_up_ = false;
  bool step_failed_ = false;
  std::string first_failure_;
  size_t failures_ = 0;
  std::string undo_failure_;  // the first, too
};

}  // namespace attune::workflow
