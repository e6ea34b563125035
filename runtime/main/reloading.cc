// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/reloading.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/main/reload_check.h"

namespace attune::main {

namespace {

using control::ReloadAnswer;
using control::ReloadRequest;

std::string why_of(const ReloadRequest& request, const std::vector<model::Difference>& differences) {
  return fmt::format("{} has the project read anew: {}{}", request.by, to_text(differences.front()),
                     differences.size() == 1 ? "" : fmt::format(", and {} more", differences.size() - 1));
}

}  // namespace

void Reloading::reload(const ReloadRequest& request, std::function<void(Result<ReloadAnswer>)> done) {
  if (!parts_.kernel.is_serving())
    return done(
        fail(ErrorCode::kUnreachable, "attuned takes over what runs, or ends: ask again in a moment"));
  if (const std::string problem = parts_.kernel.daemon().status().problem; !problem.empty())
    return done(fail(ErrorCode::kNoSpace, "nothing can be changed now: " + problem));
  if (waiting_ && !request.dry_run)
    return done(fail(ErrorCode::kExists, "a reload waits already for the end of runs"));
  try_now(request, done, request.wait);
}

void Reloading::try_now(const ReloadRequest& request, const std::function<void(Result<ReloadAnswer>)>& done,
                        bool may_wait) {
  Diagnostics found;
  dsl::LoadedProject next = parts_.load(found);
  ReloadCheck check = check_reload(parts_.kernel.system(), next, found);
  const std::string busy = check.obstacle.empty() ? why_not_now() : std::string();
  ReloadAnswer answer{false, std::move(check.differences), found.all(), std::move(check.obstacle), not_run_};
  if (request.dry_run) {
    if (answer.obstacle.empty()) answer.obstacle = busy;
    return done(std::move(answer));
  }
  if (!answer.obstacle.empty()) return done(fail(ErrorCode::kInvalid, "not reloaded: " + answer.obstacle));
  if (answer.differences.empty()) return done(std::move(answer));
  if (!busy.empty() && !may_wait) return done(fail(ErrorCode::kExists, "not reloaded: " + busy));
  if (!busy.empty()) {
    waiting_ = Waiting{request, done, parts_.loop.after(kPatience, [this] { end_wait(); })};
    return;
  }
  next_ = std::move(next);
  answer.reloads = true;
  const std::string why = why_of(request, answer.differences);
  done(std::move(answer));
  parts_.go(why);
}

// Runs that would be cut off by it, and events that would be lost.
std::string Reloading::why_not_now() const {
  std::string runs;
  for (const workflow::RunView& run : parts_.kernel.engine().runs()) {
    if (run.is_withheld) continue;
    runs += fmt::format("{}{} ({}{}{})", runs.empty() ? "" : ", ", run.id, run.diagram,
                        run.subject.empty() ? "" : " ", run.subject);
  }
  if (!runs.empty())
    return fmt::format("these runs go on: {}; wait for their end (--wait), or `attune cancel` them", runs);
  return parts_.kernel.daemon().events().queued == 0 ? ""
                                                     : "events wait to be looked at: ask again in a moment";
}

void Reloading::look() {
  if (!waiting_ || will_look_) return;
  will_look_ = true;
  parts_.loop.post([this, alive = alive_] {
    if (!*alive) return;
    will_look_ = false;
    look_now();
  });
}

void Reloading::look_now() {
  if (!waiting_ || !why_not_now().empty()) return;
  const Waiting waited = std::move(*std::exchange(waiting_, std::nullopt));
  try_now(waited.request, waited.done, false);
}

void Reloading::end_wait() {
  const Waiting waited = std::move(*std::exchange(waiting_, std::nullopt));
  waited.done(fail(ErrorCode::kTimedOut, "not reloaded: " + why_not_now()));
}

void Reloading::give_up(const std::string& why) {
  if (!waiting_) return;
  const Waiting waited = std::move(*std::exchange(waiting_, std::nullopt));
  waited.done(fail(ErrorCode::kCancelled, "not reloaded: attuned ends: " + why));
}

}  // namespace attune::main
