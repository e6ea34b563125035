// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/shell_gate.h"

#include <memory>
#include <utility>

namespace attune::main {

Task<Result<ports::CommandEnd>> ShellGate::run(ports::HostTarget host, ports::Command command,
                                               std::stop_token stop) {
  if (closed_.stop_requested()) co_return ports::CommandEnd(ports::Cancelled{});
  std::stop_source either;
  const auto request = [&either] { either.request_stop(); };
  const std::stop_callback by_caller(stop, request);
  const std::stop_callback by_gate(closed_.get_token(), request);
  ++under_way_;
  auto end = co_await shell_.run(std::move(host), std::move(command), either.get_token());
  if (--under_way_ == 0 && idle_) std::exchange(idle_, nullptr)();
  co_return end;
}

void ShellGate::prepare(const ports::HostTarget& host) {
  if (!closed_.stop_requested()) shell_.prepare(host);
}

void ShellGate::watch(ports::HostTarget host, Duration silence,
                      std::function<void(ports::HostHealth)> changed) {
  shell_.watch(std::move(host), silence, std::move(changed));
}

void ShellGate::unwatch(const std::string& host_name) {
  shell_.unwatch(host_name);
}

void ShellGate::close() {
  closed_.request_stop();
}

void ShellGate::when_idle(std::function<void()> idle) {
  if (under_way_ == 0) return idle();
  idle_ = std::move(idle);
}

}  // namespace attune::main
