// SPDX-License-Identifier: Apache-2.0
// SmallReloads: a manager that would read its project anew, gives the answers that a test says, and keeps
// what it was asked. For tests of the API.
#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "runtime/control/reload.h"

namespace attune::control {

class SmallReloads final : public Reloads {
 public:
  void reload(const ReloadRequest& request, std::function<void(Result<ReloadAnswer>)> done) override {
    asked.push_back(request);
    Result<ReloadAnswer> answer = ReloadAnswer{};
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    done(std::move(answer));
  }

  std::vector<ReloadRequest> asked;
  std::deque<Result<ReloadAnswer>> answers;  // where there is none: nothing has changed
};

}  // namespace attune::control
