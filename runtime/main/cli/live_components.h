// SPDX-License-Identifier: Apache-2.0
// LiveComponents: what the manager that runs for a project says of its components, asked for the language
// server, which waits for it a moment and no longer. One thread at a time; asks on another.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/main/lsp/live.h"

namespace attune::cli {

class LiveComponents {
 public:
  static constexpr std::chrono::milliseconds kPatience{200};

  // `run_base` stands in for /run/attune where it is not empty.
  explicit LiveComponents(std::string run_base = {}, std::chrono::milliseconds patience = kPatience)
      : run_base_(std::move(run_base)), patience_(patience) {}

  // None where no manager runs for the project in that folder, or it has not answered in time.
  std::vector<lsp::LiveComponent> ask(const std::string& project, const std::string& folder,
                                      const std::vector<std::string>& classes);

 private:
  std::string run_base_;
  std::chrono::milliseconds patience_;
  // Whether a question has had no answer yet: then no other is asked.
  std::shared_ptr<std::atomic<bool>> is_waiting_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace attune::cli
