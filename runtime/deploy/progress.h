// SPDX-License-Identifier: Apache-2.0
// Progress: how far many deployments are, for a person who watches: on a terminal one line that is drawn
// again, elsewhere a plain line for each that ended. Failures are told in full at once. The loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/deploy/deployer.h"

namespace attune::deploy {

class Progress {
 public:
  enum class Style {
    kPlain,     // lines
    kTerminal,  // one that is drawn again, and failures
    kLineOnly,  // one that is drawn again, for where failures are told already
  };
  // `write` gets text as it is to appear. The clock keeps the line from being drawn too often.
  Progress(std::function<void(std::string_view text)> write, Style style, const Clock& clock)
      : write_(std::move(write)), style_(style), clock_(clock) {}

  // A component on a host; all are to be named before the first ends, so that "3 of 8 hosts" is true.
  void add(const std::string& host, const std::string& component);
  void advance(const std::string& host, const std::string& component, const DeployProgress& progress);
  void end(const std::string& host, const std::string& component, const Result<Deployed>& result);
  // Ends the line that is drawn again; nothing may follow.
  void finish();

  size_t failures() const { return failures_; }

 private:
  struct Part {
    uint64_t sent = 0;
    uint64_t total = 0;
  };
  struct Host {
    size_t open = 0;  // components that have not ended
    bool has_failed = false;
  };

  std::string line() const;
  void draw(bool at_once);
  void tell(std::string_view line);

  std::function<void(std::string_view)> write_;
  Style style_;
  const Clock& clock_;
  std::map<std::string, Host> hosts_;
  std::map<std::pair<std::string, std::string>, Part> parts_;
  size_t failures_ = 0;
  Instant drawn_;
  bool is_drawn_ = false;
};

}  // namespace attune::deploy
