// SPDX-License-Identifier: Apache-2.0
// Trial: what is done to one stub to see whether it bears that: steps, each with what must be seen after it.
// Which trials a wrapper gets follows from its stubs alone. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attune::torture {

// What a stub has to bear: a column of the report.
enum class Ordeal { kOnce, kTwice, kDoubled, kKilled, kCut, kHung, kOrder };
inline constexpr Ordeal kOrdeals[] = {Ordeal::kOnce, Ordeal::kTwice, Ordeal::kDoubled, Ordeal::kKilled,
                                      Ordeal::kCut,  Ordeal::kHung,  Ordeal::kOrder};
std::string_view name_of(Ordeal ordeal);  // "once", "twice" ...
std::optional<Ordeal> find_ordeal(std::string_view name);

// What a stub is for, which says what may be expected of it.
enum class Role { kStart, kStop, kStatus, kConfigure, kOther };

// Who starts probes and plugins again; a plugin is run anew each time that it is asked.
inline constexpr std::string_view kTheManager = "the manager";

struct StubShape {
  std::string name;
  Role role = Role::kOther;
  std::string why_not;          // why it cannot be called at all: it wants an argument of a diagram's
  bool has_program = true;      // something of its call's runs on the host, which can be killed
  bool has_connection = false;  // that can be cut
  std::string kept_by = {};     // who starts what it has started again, when that dies: "systemd"
};

struct Step {
  enum class Act { kCall, kCallTwiceAtOnce, kCallKilled, kCallCut, kCallHung, kKillProcesses };
  // How the call (or calls) must end.
  enum class Answer { kAny, kWorks, kAllWork, kOneWorks, kRefuses, kEnds };
  // What is to be seen of the component then.
  enum class Then { kAny, kRuns, kClean, kUnchanged };

  Act act = Act::kCall;
  std::string stub;  // none for kKillProcesses
  Answer answer = Answer::kAny;
  Then then = Then::kAny;
};

struct Trial {
  std::string stub;
  Role role = Role::kOther;
  Ordeal ordeal = Ordeal::kOnce;
  std::vector<Step> steps;
  std::string why_not;  // why it is not tried, as far as the wrapper tells; then there are no steps

  // Whether it leaves the component stopped and clean where it is survived.
  bool ends_clean() const { return !steps.empty() && steps.back().then == Step::Then::kClean; }
};

// All of them, in the order in which they are to be made: each may stand upon those before it.
std::vector<Trial> trials_of(const std::vector<StubShape>& stubs);

// Without what asks the stub, which has turned out not to bear it.
Trial without_calls_of(Trial trial, std::string_view stub);

// "start; start (killed in the middle); stop"
std::string words_of(const std::vector<Step>& steps, size_t count);

}  // namespace attune::torture
