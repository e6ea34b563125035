// SPDX-License-Identifier: Apache-2.0
// SmallShop: a project with one to four servers on three hosts of two prices, to play traces on. For tests
// only.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"
#include "runtime/main/replay/expectation.h"
#include "runtime/main/replay/replay.h"
#include "tests/support/folder_case.h"
#include "wrappers/catalog.h"

namespace attune::test {

inline constexpr std::string_view kShop =
    "=== deployment.mmd\n"
    "classDiagram\n"
    "  class cellar {\n    <<site>>\n    +host_price: Float = 0.5\n    +vm_price: Float = 0.25\n    "
    "+bandwidth_mbit: Float = 1000\n  }\n"
    "  class lab {\n    <<host-family>>\n    +nodefile: String = \"lab.nodes\"\n    +site: String = "
    "\"cellar\"\n  }\n"
    "  class app {\n    +wrapper: String = \"app.xml\"\n    +host-family: String = \"lab\"\n"
    "    +initial: Integer = 2\n    +max: Integer = 4\n    +limit: Percent = 80%\n  }\n"
    "=== lab.nodes\n"
    "lab1 cpus=2 memory=4GiB\nlab2 cpus=2 memory=4GiB\nlab3 cpus=2 memory=4GiB\n"
    "=== wrappers/app.xml\n"
    "<wrapper name='app'>\n  <event name=\"slow\"/>\n"
    "  <method name=\"start\" key=\"Process\" method=\"start\"><param value=\"./serve\"/></method>\n"
    "  <method name=\"stop\" key=\"Process\" method=\"stop\"/>\n</wrapper>\n"
    "=== diagrams/slow.mmd\n"
    "---\nattune:\n  cooldown: 60s\n---\n"
    "stateDiagram-v2\n  state room <<choice>>\n  [*] --> room\n  room --> grow : [app.count < app.max]\n"
    "  room --> tell : [else]\n  grow : added = app++\n  grow : added.start()\n  grow --> [*]\n"
    "  tell : alert(\"no room\", this)\n  tell --> [*]\n"
    "=== diagrams/host_down.mmd\n"
    "---\nattune:\n  on: app\n---\n"
    "stateDiagram-v2\n  [*] --> away\n  away : this.host = lab.least_loaded(name != this.host.name)\n"
    "  away : this.deploy()\n  away : this.start()\n  away --> [*]\n";

// A server on the first of three hosts; a board switches off those that nobody needs, and on for who is slow.
inline constexpr std::string_view kSwitched =
    "=== deployment.mmd\n"
    "classDiagram\n"
    "  class lab {\n    <<host-family>>\n    +nodefile: String = \"lab.nodes\"\n    +power: String = "
    "\"board\"\n"
    "  }\n"
    "  class desk {\n    <<host-family>>\n    +nodefile: String = \"desk.nodes\"\n  }\n"
    "  class board {\n    +wrapper: String = \"board.xml\"\n    +host-family: String = \"desk\"\n  }\n"
    "  class app {\n    +wrapper: String = \"app.xml\"\n    +host-family: String = \"lab\"\n  }\n"
    "=== lab.nodes\nlab1 plug=1\nlab2 plug=2\nlab3 plug=3\n"
    "=== desk.nodes\ndesk1\n"
    "=== wrappers/board.xml\n"
    "<wrapper name=\"board\">\n"
    "  <method name=\"power_off\" key=\"Script\" method=\"switch\"><param value=\"$1.plug\"/></method>\n"
    "  <method name=\"power_on\" key=\"Script\" method=\"switch\"><param value=\"$1.plug\"/></method>\n"
    "</wrapper>\n"
    "=== wrappers/app.xml\n<wrapper name=\"app\">\n  <event name=\"slow\"/>\n</wrapper>\n"
    "=== diagrams/host_empty.mmd\n"
    "stateDiagram-v2\n  state spare <<choice>>\n  [*] --> spare\n  spare --> off : [event.host.spare]\n"
    "  spare --> [*] : [else]\n  off : event.host.power_off()\n  off --> [*]\n"
    "=== diagrams/slow.mmd\n"
    "stateDiagram-v2\n  [*] --> on\n  on : lab.power_on()\n  on --> [*]\n";

class SmallShop {
 public:
  explicit SmallShop(std::string_view project = kShop) : folder_(std::string(project)) {}

  dsl::LoadedProject loaded() const {
    Diagnostics found;
    auto loaded = dsl::load_project(folder_.path().string(), wrappers::catalog(), "", found);
    for (const Diagnostic& one : found.all()) EXPECT_NE(one.severity, Severity::kError) << to_text(one);
    return loaded;
  }

 private:
  FolderCase folder_;
};

inline replay::Trace trace_of(std::string text, Diagnostics& found, std::string name = "shop.trace") {
  return replay::read_trace(dsl::make_source(std::move(name), std::move(text), found), found);
}

inline replay::Trace trace_of(std::string text, std::string name = "shop.trace") {
  Diagnostics found;
  replay::Trace trace = trace_of(std::move(text), found, std::move(name));
  for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
  return trace;
}

// What comes of the trace, and what of the expectations.
struct Run {
  replay::Played played;
  std::vector<replay::Verdict> verdicts;
};

inline Run run_of(const SmallShop& shop, const std::string& trace_text, std::string expectations = {}) {
  const replay::Trace trace = trace_of(trace_text);
  dsl::LoadedProject loaded = shop.loaded();
  Diagnostics found;
  replay::Judge judge(replay::read_expectations(
      dsl::make_source("shop.expect", std::move(expectations), found), loaded.project, found));
  for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
  replay::Replay replay(std::move(loaded.project), trace);
  auto played = replay.run(loaded.instances,
                           {[&](const system::System& system, workflow::Now now) { judge.look(system, now); },
                            [&](const workflow::Event& event, WallTime at) { judge.hear(event, at); }});
  if (!played) {
    ADD_FAILURE() << played.error().message;
    return {};
  }
  auto verdicts = judge.verdicts(*played, replay.system());
  return {std::move(*played), std::move(verdicts)};
}

}  // namespace attune::test
