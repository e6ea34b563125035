// SPDX-License-Identifier: Apache-2.0
// LiveComponents: what the manager that runs for a project says of its components, asked for the language
// server, which waits for it a moment and no longer. One thread at a time; asks on another.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "runtime/main/lsp/live.h"

namespace attune::cli {

class LiveComponents {
 public:
  // None where no manager runs for the project in that folder, or it has not answered in time.
  std::vector<lsp::LiveComponent> ask(const std::string& project, const std::string& folder,
                                      const std::vector<std::string>& classes);

 private:
  // Whether a question has had no answer yet: then no other is asked.
  std::shared_ptr<std::atomic<bool>> is_waiting_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace attune::cli
