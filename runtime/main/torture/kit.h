// SPDX-License-Identifier: Apache-2.0
// Kit: makes all trials, one after the other, on a patient: in which order, with what is learned on the way,
// what is left out since another trial has shown why it would fail, and what is concluded. Touches the world
// only through the Patient. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/main/torture/judge.h"
#include "runtime/main/torture/trial.h"

namespace attune::torture {

// How a call is hurt: when it has run for so long.
struct Harm {
  enum class Kind { kNone, kKill, kCut, kStop };
  Kind kind = Kind::kNone;
  Duration after{};
  Duration limit{};  // of kStop: the call's time
};

// What is tortured, as the kit reaches it. An Error: it cannot be reached any more.
class Patient {
 public:
  virtual ~Patient() = default;
  // Calls the stub, so many times at once. One whose connection is cut may end by itself before this returns.
  struct Called {
    std::vector<CallEnd> ends;
    Duration took{};        // of all of them
    bool was_hurt = false;  // the harm came before its program had ended
    std::string why_not;    // why it can never come
  };
  virtual Task<Result<Called>> call(std::string stub, Harm harm, int times) = 0;
  virtual Task<Result<Sight>> look() = 0;
  virtual Task<Result<int>> kill_processes() = 0;
  // Back to as freshly deployed, whatever there was.
  virtual Task<Result<int>> renew() = 0;
  virtual Task<int> pause(Duration time) = 0;
};

struct Verdict {
  enum class Kind { kSurvived, kNotSurvived, kNotTried };
  Trial trial;
  Kind kind = Kind::kNotTried;
  std::string why_not;  // why it was not tried
};

struct Report {
  std::string wrapper, class_name, host;
  std::vector<StubShape> stubs;
  std::vector<Verdict> verdicts;  // in the order tried
  std::vector<Finding> findings;
  bool was_broken_off = false;
  std::string why_broken_off;  // empty where somebody has asked for it
  // Not where nothing has been tried.
  bool is_survived() const;
};

// "start", or "start:hung": what the author leaves out. A plain start is made all the same: by it is learned
// what is normal, which all the others need.
using Skips = std::set<std::string>;

class Kit {
 public:
  using Progress = std::function<void(const Trial& trial, size_t at, size_t of)>;
  // Both must outlive it.
  Kit(Patient& patient, std::vector<StubShape> stubs, Skips skips, Progress progress);

  // All of it; where a stop is asked for, or the patient cannot be reached any more, as far as it came.
  Task<Report> run(std::stop_token stop);

 private:
  // How a trial went, as far as it came.
  struct Course {
    std::optional<Finding> finding;
    bool was_missed = false;  // the harm came too late
    std::string why_not;      // why it can never come
  };

  Task<Result<int>> prepare();
  Task<Result<Verdict>> attempt(Trial trial, std::stop_token stop);
  Task<Result<Course>> play(const Trial& trial, int part, std::stop_token stop);
  Task<Result<Seen>> carry_out(const Trial& trial, size_t at, int part, Course& course);
  Task<Result<Sight>> steady_sight();
  Task<Result<int>> judge_settled(const Trial& trial, size_t at, Seen seen, Course& course);
  void learn(const Trial& trial, size_t at, const Seen& seen);
  void learn_ports(const Trial& trial, size_t at, const Seen& seen);
  Harm harm_of(const Step& step, int part) const;
  std::string why_skipped(const Trial& trial) const;
  Trial fitted(Trial trial) const;
  bool is_bad(std::string_view stub, Ordeal ordeal) const;
  bool has_survived(std::string_view stub, Ordeal ordeal) const;
  const StubShape* find(Role role) const;

  Patient& patient_;
  Report report_;
  Skips skips_;
  Progress progress_;
  Norm norm_;
  std::set<int> others_ports_;               // before it has run for the first time
  std::set<int> ports_;                      // new ones that were seen while it ran
  std::map<std::string, Duration> usually_;  // how long a stub's call takes
  bool is_fresh_ = false;                    // as freshly deployed, and configured
};

}  // namespace attune::torture
