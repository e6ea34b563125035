// SPDX-License-Identifier: Apache-2.0
// MarkedShell: a shell whose commands bear a mark in their environment, so that whatever they start is known
// by it; and that hurts a command in its middle, from the host itself, where no network takes time. Loop
// thread only.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "runtime/main/torture/kit.h"
#include "runtime/ports/shell.h"

namespace attune::torture {

class MarkedShell final : public ports::Shell {
 public:
  explicit MarkedShell(ports::Shell& shell) : shell_(shell) {}

  void mark(std::string mark) { mark_ = std::move(mark); }
  // The next command is hurt so; one at most.
  void arm(const Harm& harm) {
    harm_ = harm;
    was_hurt_ = cannot_be_hurt_ = false;
  }
  // Whether the one that was to be hurt was, before it had ended.
  bool was_hurt() const { return was_hurt_; }
  // Nothing of its host could do it; it has not run.
  bool cannot_be_hurt() const { return cannot_be_hurt_; }

  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  void prepare(const ports::HostTarget& host) override { shell_.prepare(host); }
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override {
    shell_.watch(std::move(host), silence, std::move(changed));
  }
  void unwatch(const std::string& host_name) override { shell_.unwatch(host_name); }

 private:
  ports::Shell& shell_;
  std::string mark_;
  Harm harm_;
  bool was_hurt_ = false;
  bool cannot_be_hurt_ = false;
};

}  // namespace attune::torture
