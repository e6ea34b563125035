// SPDX-License-Identifier: Apache-2.0
// FakeImplementation: calls that end when the test says so. For tests of the dispatcher and the driver.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wrappers/implementation.h"

namespace attune::main {

class FakeImplementation final : public wrappers::Implementation {
 public:
  explicit FakeImplementation(std::string key) : key_(std::move(key)) {}
  // What is open still ends: a call that nobody ends would never give its frame back.
  ~FakeImplementation() override {
    for (auto& [id, end] : ends_) end(workflow::CallCancelled{});
  }

  std::string_view key() const override { return key_; }

  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override {
    asked.push_back(call.component_name + "." + call.stub);
    if (at_once) co_return *at_once;
    const workflow::CallId id = call.id;
    std::optional<std::stop_callback<std::function<void()>>> stopped;
    co_return co_await Awaitable<workflow::CallOutcome>([&](auto done) {
      const auto once = std::make_shared<decltype(done)>(std::move(done));
      ends_[id] = [once](workflow::CallOutcome outcome) {
        if (*once) std::exchange(*once, nullptr)(std::move(outcome));
      };
      if (!deaf)
        stopped.emplace(stop, std::function<void()>([this, id] { ends_[id](workflow::CallCancelled{}); }));
    });
  }

  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override {
    adopted.push_back(component);
    const auto found = states.find(component);
    if (found == states.end()) co_return fail(ErrorCode::kUnreachable, "no answer");
    co_return found->second;
  }

  bool has_come_about(const workflow::Call&) const override { return all_come_about; }

  void end(workflow::CallId call, workflow::CallOutcome outcome) { ends_.at(call)(std::move(outcome)); }
  bool is_open(workflow::CallId call) const { return ends_.contains(call); }

  std::vector<std::string> asked;
  std::optional<workflow::CallOutcome> at_once;  // how every call ends, at once
  bool deaf = false;                             // to requests to stop
  bool all_come_about = false;                   // calls that were lost
  std::vector<system::ComponentId> adopted;
  std::map<system::ComponentId, system::Lifecycle> states;  // as adopt() finds them

 private:
  std::string key_;
  std::map<workflow::CallId, std::function<void(workflow::CallOutcome)>> ends_;
};

}  // namespace attune::main
