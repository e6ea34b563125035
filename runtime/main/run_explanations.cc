// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_explanations.h"

#include <utility>

#include "runtime/main/run_explainer.h"
#include "runtime/main/run_search.h"
#include "runtime/main/suppression_search.h"

namespace attune::main {

using Records = std::vector<workflow::Record>;

RunExplanations::RunExplanations(ports::Loop& loop, std::string journal, std::function<Story()> story)
    : loop_(loop), journal_(std::move(journal)), story_(std::move(story)) {}

RunExplanations::~RunExplanations() {
  *alive_ = false;
}

// `make` makes what `done` gets of the records that were found.
template <class Search, class T, class Make>
RunExplanations::Piece RunExplanations::piece_of(Search search, Done<T> done, Make make) {
  const auto kept = std::make_shared<Search>(std::move(search));
  return [kept, done = std::move(done), make = std::move(make)] {
    const auto ended = kept->step();
    if (ended && !*ended) return false;
    done(ended ? Result<T>(make(kept->take())) : Result<T>(fail(ended.error())));
    return true;
  };
}

template <class T>
bool RunExplanations::is_full(const Done<T>& done) const {
  if (waiting_.size() < kAtMost) return false;
  done(fail(ErrorCode::kUnreachable, "too many ask for explanations at once: ask again in a moment"));
  return true;
}

void RunExplanations::explain(workflow::RunId run, Done<workflow::RunExplanation> done) {
  if (is_full(done)) return;
  auto search = RunSearch::open(journal_, run);
  if (!search) return done(fail(std::move(search.error())));
  add(piece_of(std::move(*search), std::move(done), [this](const Records& found) {
    RunExplainer explainer(story_());
    for (const workflow::Record& record : found) explainer.add(record);
    return explainer.explained();
  }));
}

void RunExplanations::suppressions(const workflow::Event& event, Done<Records> done) {
  if (is_full(done)) return;
  auto search = SuppressionSearch::open(journal_, event.name, event.component);
  if (!search) return done(fail(std::move(search.error())));
  add(piece_of(std::move(*search), std::move(done), [](Records found) { return found; }));
}

void RunExplanations::add(Piece piece) {
  waiting_.push_back(std::move(piece));
  go_on();
}

void RunExplanations::go_on() {
  if (goes_on_ || waiting_.empty()) return;
  goes_on_ = true;
  loop_.post([this, alive = alive_] {
    if (!*alive) return;
    goes_on_ = false;
    step();
    if (*alive) go_on();
  });
}

// Taken out while it runs: who is told may ask for more.
void RunExplanations::step() {
  Piece piece = std::move(waiting_.front());
  waiting_.pop_front();
  const auto alive = alive_;
  if (!piece() && *alive) waiting_.push_front(std::move(piece));
}

}  // namespace attune::main
