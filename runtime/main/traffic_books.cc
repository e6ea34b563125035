// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_books.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/main/version.h"

namespace attune::main {

namespace {

// In which groups are found anew after a start: enough for each machine to be where it was.
constexpr uint64_t kLeastRecalled = 60;

// A period that is not waited for is the one that has settled; one that is, the one that has just ended.
traffic::Question question_of(const control::TrafficRequest& request, int64_t newest, int64_t seconds,
                              int64_t now) {
  traffic::Question question = request.question;
  question.seconds = seconds;
  if (question.asked == 0) question.asked = now;
  if (!request.is_newest) return question;
  question.to = question.wait > 0 ? now - now % seconds : newest;
  question.from = question.to - static_cast<int64_t>(request.periods) * seconds;
  return question;
}

// Several lines, which may be indented, as one.
std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const size_t begin = std::min(text.find_first_not_of(' '), end);
    if (begin < end) line += (line.empty() ? "" : "; ") + std::string(text.substr(begin, end - begin));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return line;
}

}  // namespace

Result<std::unique_ptr<TrafficBooks>> TrafficBooks::open(const std::string& path,
                                                         const TrafficSettings& settings) {
  auto keeper = traffic::Keeper::open(path, kVersion, settings.collector, settings.keep);
  if (!keeper) return fail(std::move(keeper.error()));
  return std::unique_ptr<TrafficBooks>(new TrafficBooks(std::move(*keeper), settings));
}

TrafficBooks::TrafficBooks(std::unique_ptr<traffic::Keeper> keeper, const TrafficSettings& settings)
    : keeper_(std::move(keeper)),
      groups_(settings.groups, settings.stability),
      seconds_(settings.collector.seconds),
      recalled_(std::clamp<uint64_t>(uint64_t{10} * settings.stability.periods, kLeastRecalled,
                                     traffic::kMaxSinglePeriods)) {}

void TrafficBooks::recall(int64_t now) {
  keeper_->look_back(recalled_, now, [this](const traffic::Joined& joined) { groups_.take(joined); });
  groups_.take_change();
}

void TrafficBooks::take(const std::vector<workflow::Event>& lines, int64_t now) {
  for (const workflow::Event& line : lines) keeper_->take(line, now);
}

// Where nothing has settled yet there is nothing to be missed: the first that does will do.
std::optional<TrafficBooks::Asked> TrafficBooks::tried(Asked asked, int64_t now) {
  traffic::Question& question = asked.request.question;
  if (asked.is_early && newest_ > question.to) {
    question.from += newest_ - question.to;
    question.to = newest_;
  }
  auto reply = keeper_->ask(question, now);
  const int64_t patience = question.asked + question.wait;
  if (!reply) {
    asked.done(fail(std::move(reply.error())));
  } else if (const auto* answer = std::get_if<traffic::Answer>(&*reply)) {
    asked.done(control::traffic_text(*answer, asked.request, groups_.groups()));
  } else if (const auto* refusal = std::get_if<traffic::Refusal>(&*reply)) {
    if (asked.is_early && newest_ == 0 && now < patience) {
      asked.until = patience;
      return asked;
    }
    asked.done(fail(ErrorCode::kNotFound, one_line(to_text(*refusal))));
  } else {
    asked.until = std::get<traffic::Waiting>(*reply).until;
    return asked;
  }
  return std::nullopt;
}

void TrafficBooks::ask(const control::TrafficRequest& request, int64_t now, Done done) {
  if (request.is_newest && request.question.wait == 0 && newest_ == 0)
    return done(
        fail(ErrorCode::kNotFound, fmt::format("no period has settled since the manager began: they are {} s "
                                               "long; ask with a time to wait, or for a span",
                                               seconds_)));
  Asked asked{request, std::move(done)};
  asked.is_early = request.is_newest && newest_ == 0;
  asked.request.question = question_of(request, newest_, seconds_, now);
  if (auto waits = tried(std::move(asked), now)) waiting_.push_back(std::move(*waits));
}

Result<traffic::Rates> TrafficBooks::recent(Duration window, int64_t now) {
  // After a restart none has settled yet, and those before are in the store.
  const int64_t newest = newest_ > 0 ? newest_ : now - now % seconds_;
  const int64_t begin = now - std::chrono::ceil<std::chrono::seconds>(window).count();
  return keeper_->rates(std::min(begin, newest - seconds_), newest, now);
}

TrafficBooks::Look TrafficBooks::look(int64_t now) {
  Look seen;
  for (const traffic::Joined& joined : keeper_->take_settled(now)) {
    newest_ = std::max(newest_, joined.period.end());
    groups_.take(joined);
  }
  if (groups_.take_change()) seen.regroup = traffic::to_text(groups_.groups());
  std::vector<Asked> waiting = std::exchange(waiting_, {});
  for (Asked& asked : waiting)
    if (auto waits = tried(std::move(asked), now)) waiting_.push_back(std::move(*waits));
  seen.problems = keeper_->take_problems();
  seen.next = keeper_->next_settle();
  for (const Asked& asked : waiting_) seen.next = std::min(seen.next.value_or(asked.until), asked.until);
  return seen;
}

}  // namespace attune::main
