// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_ends.h"

#include <utility>
#include <variant>

namespace attune::main {

namespace {

std::string message_of(const workflow::CallOutcome& outcome) {
  if (const auto* exited = std::get_if<workflow::CallExited>(&outcome)) return exited->message;
  if (const auto* lost = std::get_if<workflow::CallLost>(&outcome)) return lost->why;
  return {};
}

}  // namespace

void RunEnds::look(const workflow::Record& record) {
  if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what)) return look(*changed);
  if (const auto* call = std::get_if<workflow::CallEnded>(&record.what)) {
    if (const auto found = waiting_.find(call->run); found != waiting_.end())
      found->second.message = message_of(call->outcome);
    return;
  }
  const auto* end = std::get_if<workflow::RunEnded>(&record.what);
  if (end == nullptr) return;
  const auto found = waiting_.find(end->run);
  if (found == waiting_.end()) return;
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  std::string message = waiting.created.empty() ? "" : "created " + waiting.created;
  if (!waiting.message.empty()) message += (message.empty() ? "" : "; ") + waiting.message;
  for (const Ended& ended : waiting.ended) ended({end->run, end->end, end->why, message});
}

void RunEnds::look(const workflow::SystemChanged& changed) {
  const auto* created = std::get_if<system::ComponentCreated>(&changed.change);
  const auto found = waiting_.find(changed.run);
  if (created == nullptr || found == waiting_.end()) return;
  std::string& names = found->second.created;
  names += (names.empty() ? "" : ", ") + created->name;
}

}  // namespace attune::main
