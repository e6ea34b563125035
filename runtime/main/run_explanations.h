// SPDX-License-Identifier: Apache-2.0
// RunExplanations: looks for what is asked by `attune why` in the journal, one search after the other, and
// lets the loop go after each piece. Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/main/story.h"
#include "runtime/ports/loop.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/explanation.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class RunExplanations {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;
  static constexpr size_t kAtMost = 64;  // that wait

  // The journal's path; `story` gives one that knows all components. The loop must outlive it.
  RunExplanations(ports::Loop& loop, std::string journal, std::function<Story()> story);
  ~RunExplanations();

  // `done` is called once, unless this is destroyed before. kUnreachable: too many wait.
  void explain(workflow::RunId run, Done<workflow::RunExplanation> done);
  // What was lately said of the event not being answered, about its component, or any where that is empty.
  // `done` as above.
  void suppressions(const workflow::Event& event, Done<std::vector<workflow::Record>> done);

 private:
  // Goes on by a piece. True: it has ended, and has told.
  using Piece = std::function<bool()>;
  template <class Search, class T, class Make>
  static Piece piece_of(Search search, Done<T> done, Make make);
  template <class T>
  bool is_full(const Done<T>& done) const;
  void add(Piece piece);
  void go_on();
  void step();

  ports::Loop& loop_;
  const std::string journal_;
  const std::function<Story()> story_;
  std::deque<Piece> waiting_;
  bool goes_on_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
