// SPDX-License-Identifier: Apache-2.0
// SmallManager: engine, driver and intake on a project of two VMs on two hosts, with a disk, a clock and an
// implementation that are turned by hand. A small world to try the parts of the daemon in.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/main/driver.h"
#include "runtime/main/intake.h"
#include "runtime/model/instances.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"
#include "tests/main/fake_implementation.h"
#include "tests/support/hand_loop.h"
#include "tests/support/project_builder.h"

namespace attune::main {

// A journal in memory, whose disk is as slow as the test wants.
class HandStore final : public workflow::Store {
 public:
  void append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) override {
    for (workflow::Record& record : records) kept.push_back(std::move(record));
    waiting.push_back(std::move(durable));
    if (!slow) sync();
  }
  void note(std::vector<workflow::Record> records, std::function<void(Result<void>)> done) override {
    noted += records.size();
    append(std::move(records), std::move(done));
  }
  // All that waits is on the disk, or refused.
  void sync(Result<void> end = {}) {
    while (!waiting.empty()) {
      const auto durable = std::move(waiting.front());
      waiting.pop_front();
      durable(end);
    }
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const workflow::Record& record : kept)
      if (const auto* one = std::get_if<T>(&record.what)) found.push_back(*one);
    return found;
  }

  std::vector<workflow::Record> kept;
  std::deque<std::function<void(Result<void>)>> waiting;
  bool slow = false;
  size_t noted = 0;  // records that nobody waits for
};

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

inline model::Project small_project() {
  model::Project made = attune::testing::ProjectBuilder()
                            .family("lab", {"lab1", "lab2"})
                            .component("vm", "lab", 2)
                            .memory(128 << 20)
                            .wrapper("vm")
                            .build();
  made.name = "small";
  model::Wrapper& wrapper = made.wrappers["vm"];
  wrapper.name = "vm";
  for (const char* stub : {"start", "stop", "status"})
    wrapper.stubs.push_back({stub, "VM", stub, {}, std::chrono::seconds(60), {}});
  wrapper.events.push_back({"cpu_high", {{"cpu", model::Type::kPercent}}, {}});
  return made;
}

class SmallManager {
 public:
  SmallManager() {
    driver.dispatcher().add(vm);
    driver.dispatcher().add(components);
    components.at_once = workflow::CallExited{};
  }

  // The manager's first inputs: the components are made and started.
  void begin() {
    driver.carry_out(engine.started("1.2.3", workflow::History(system), driver.now()));
    Diagnostics found;
    auto effects = engine.begin(model::instantiate(project, found), driver.now());
    if (effects) driver.carry_out(std::move(*effects));
    loop.turn();
  }

  const model::Project project = small_project();
  system::System system{project};
  workflow::Engine engine{project, system};
  HandStore store;
  test::HandLoop loop;
  KeptLog log;
  FakeImplementation vm{"VM"};
  FakeImplementation components{"Component"};
  Driver driver{engine, store, loop, loop};
  Intake intake{project, engine, driver, loop, log};
};

}  // namespace attune::main
