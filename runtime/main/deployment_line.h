// SPDX-License-Identifier: Apache-2.0
// DeploymentLine: how far the deployments are, as one line below the log on a terminal, for as long as any is
// under way. Elsewhere the story tells of each. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/deploy/progress.h"
#include "runtime/ports/loop.h"
#include "wrappers/software.h"

namespace attune::main {

class DeploymentLine {
 public:
  // What is under way is one affair until nothing has been for so long.
  static constexpr Duration kPause = std::chrono::milliseconds(500);

  // `write` gets text as it is to appear on the terminal.
  DeploymentLine(std::function<void(std::string_view)> write, ports::Loop& loop, const Clock& clock)
      : write_(std::move(write)), loop_(loop), clock_(clock) {}
  ~DeploymentLine();

  // To be told of each deployment. It must outlive who tells.
  wrappers::Software::Onlooker onlooker();

 private:
  void begins(const std::string& host, const std::string& component);
  void ended(const std::string& host, const std::string& component, const Result<deploy::Deployed>& result);

  std::function<void(std::string_view)> write_;
  ports::Loop& loop_;
  const Clock& clock_;
  std::optional<deploy::Progress> progress_;
  size_t open_ = 0;
  std::unique_ptr<ports::Loop::Timer> pause_;
};

}  // namespace attune::main
