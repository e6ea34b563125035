// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/last_failure.h"

#include <variant>

#include <fmt/format.h>

namespace attune::main {

void LastFailure::look(const workflow::Record& record) {
  if (const auto* run = std::get_if<workflow::RunStarted>(&record.what)) {
    going_on_[run->run] = {run->diagram, run->subject};
    return;
  }
  const auto* end = std::get_if<workflow::RunEnded>(&record.what);
  if (end == nullptr) return;
  const auto found = going_on_.find(end->run);
  if (found == going_on_.end()) return;
  const What what = std::move(found->second);
  going_on_.erase(found);
  if (end->end == workflow::RunEnd::kDone && what == what_) text_.clear();
  if (end->end != workflow::RunEnd::kFailed) return;
  what_ = what;
  text_ = fmt::format("run {} ({}{}{}) failed{}{}", end->run, what.first, what.second.empty() ? "" : " of ",
                      what.second, end->why.empty() ? "" : ": ", end->why);
}

}  // namespace attune::main
