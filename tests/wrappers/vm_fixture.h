// SPDX-License-Identifier: Apache-2.0
// VmTest: one VM of two hosts, as the system sees it and as it is in the land of the hypervisors.
// VmWatchTest: it runs, and what libvirt tells of it is followed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"
#include "wrappers/vm.h"

namespace attune::wrappers {

class VmTest : public ::testing::Test {
 protected:
  using State = ports::DomainState;
  using Event = ports::DomainEvent::Kind;
  using Lifecycle = system::Lifecycle;

  VmTest() { id_ = small_.make("vm", "lab1"); }

  // A call that goes on, and how it ended once it has. The outcome's changes are made, as the engine does.
  struct Going {
    std::stop_source stop;
    std::optional<workflow::CallOutcome> outcome;
  };
  std::shared_ptr<Going> begin(const std::string& operation,
                               const std::vector<std::string>& arguments = {"vm1"}) {
    auto going = std::make_shared<Going>();
    start<workflow::CallOutcome>(
        vm_->invoke(small_.call(id_, "VM", operation, arguments), going->stop.get_token()),
        [this, going](workflow::CallOutcome outcome) {
          if (const auto* exited = std::get_if<workflow::CallExited>(&outcome))
            for (const system::Change& change : exited->changes) small_.apply(change);
          going->outcome.emplace(std::move(outcome));
        });
    loop_.turn();
    return going;
  }
  std::string call(const std::string& operation, const std::vector<std::string>& arguments = {"vm1"}) {
    const auto going = begin(operation, arguments);
    return going->outcome ? shown(*going->outcome) : "(goes on)";
  }
  // "started", or why it cannot be told.
  std::string adopt() {
    std::string text = "(goes on)";
    start<Result<Lifecycle>>(vm_->adopt(id_), [&](Result<Lifecycle> found) {
      text = found ? std::string(system::name_of(*found)) : found.error().message;
    });
    loop_.turn();
    return text;
  }
  // It runs on the host, and everybody knows.
  void runs_on(const std::string& host) {
    land_.host(host).domains["vm1"] = State::kRunning;
    small_.apply(system::HostAssigned{id_, host});
    small_.set(id_, Lifecycle::kStarted);
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  std::optional<Vm> vm_{std::in_place, small_.world};
  system::ComponentId id_ = system::kNoComponent;
};

class VmWatchTest : public VmTest {
 protected:
  VmWatchTest() {
    runs_on("lab1");
    adopt();
  }
  void turn() { loop_.turn(); }
  std::string state() { return std::string(system::name_of(small_.lifecycle(id_))); }
};

}  // namespace attune::wrappers
