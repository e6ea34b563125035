// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/plan_files.h"

#include <fmt/format.h>

namespace attune::simulation {

namespace {

constexpr char kImprove[] = R"(---
title: improve
---
stateDiagram-v2
  [*] --> ask
  ask : p = placement.improve(event.objective)
  ask : placement.carry_out(p)
  ask --> [*]
)";

// What was planned is carried out only after a while, so it may be out of date.
constexpr char kEmpty[] = R"(---
title: empty
---
stateDiagram-v2
  state found <<choice>>
  [*] --> ask
  ask : p = placement.empty(event.host, event.objective)
  ask --> found
  found --> rest : [p != ""]
  found --> [*] : [else]
  rest : wait(5s)
  rest --> go
  go : placement.carry_out(p)
  go --> [*]
)";

// What the manager tells, and what it is told of sites and hosts.
constexpr char kAnswer[] = R"(---
title: {0}
attune:
  cooldown: {2}
---
stateDiagram-v2
  [*] --> ask
  ask : p = placement.improve({1})
  ask : placement.carry_out(p)
  ask --> [*]
)";

constexpr char kTell[] = R"(---
title: host_empty
---
stateDiagram-v2
  [*] --> tell
  tell : alert("it has nothing, " + event.host)
  tell --> [*]
)";

}  // namespace

std::vector<std::pair<std::string, std::string>> plan_files() {
  const auto answer = [](const char* event, const char* objectives, const char* cooldown) {
    return std::pair(fmt::format("diagrams/{}.mmd", event),
                     fmt::format(kAnswer, event, objectives, cooldown));
  };
  return {{"diagrams/improve.mmd", kImprove},
          {"diagrams/empty.mmd", kEmpty},
          {"diagrams/host_empty.mmd", kTell},
          answer("price_changed", R"("cost", "run_time")", "1min"),
          answer("capacity_changed", R"("balance")", "30s"),
          answer("overload_site", R"("run_time", "use_of_resources")", "3min")};
}

std::string plan_events() {
  return R"(  <event name="improve"><value name="objective" type="String"/></event>
  <event name="empty"><value name="host" type="String"/><value name="objective" type="String"/></event>
)";
}

}  // namespace attune::simulation
