// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/fleet.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "runtime/base/diagnostic.h"
#include "tests/simulation/plan_files.h"
#include "tests/simulation/sites.h"
#include "tests/support/temp_dir.h"
#include "wrappers/catalog.h"

namespace attune::simulation {

namespace {

constexpr char kDeployment[] = R"(---
title: fleet
---
classDiagram
  class lab {{
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +user: String = "root"
    +hypervisor: String = "sim://$name"
{fence}  }}
{sites}  class part {{
    <<abstract>>
    +wanted: Bool = true
  }}
  class guest {{
    +wrapper: String = "guest.xml"
    +host-family: String = "lab"
    +initial: Integer = {guests}
    +max: Integer = {most_guests}
    +memory: Size = 1GiB
    +kernel: String = "/boot/guest"
    +virtualization: String = "kvm"
{guest_cpus}  }}
  class app {{
    +wrapper: String = "app.xml"
    +host-family: String = "lab"
    +initial: Integer = {apps}
    +max: Integer = {most_apps}
{app_memory}  }}
  part <|-- guest
  part <|-- app
{site_guests})";

// On two of the hosts that they switch off.
constexpr char kFenceClass[] = R"(  class pdu {
    +wrapper: String = "pdu.xml"
    +host-family: String = "lab"
    +initial: Integer = 2
  }
)";

constexpr char kFenceWrapper[] = R"(<wrapper name='pdu'>
  <method name="fence" key="Script" method="switch" timeout="40s"><param value="$1.name"/></method>
</wrapper>
)";

constexpr char kGuest[] = R"(<wrapper name='guest'>
  <event name="cpu_high" level="true"><value name="cpu" type="Percent"/></event>
{0}  <method name="start" key="VM" method="start" timeout="120s"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
  <method name="kill" key="VM" method="kill"><param value="$this.srname"/></method>
  <method name="migrate" key="VM" method="migrate" timeout="300s">
    <param value="$this.srname"/><param value="$1.name"/>
  </method>
  <method name="status" key="VM" method="status"><param value="$this.srname"/></method>
</wrapper>
)";

constexpr char kApp[] = R"(<wrapper name='app'>
  <event name="busy"/>
  <event name="idle"/>
  <method name="start" key="Process" method="start"><param value="./serve"/></method>
  <method name="stop" key="Process" method="stop"/>
  <method name="kill" key="Process" method="kill"/>
  <method name="status" key="Process" method="status"/>
</wrapper>
)";

constexpr char kMigrate[] = R"(---
title: cpu_high
attune:
  hold: 10s
  release: 2s
  cooldown: 30s
  within: 15s
  tries: 2
---
stateDiagram-v2
  [*] --> choose
  choose : target = lab.least_loaded(free_memory >= this.memory and name != this.host.name)
  state found <<choice>>
  choose --> found
  found --> move : [target != none]
  found --> [*] : [else]
  move : this.migrate(target)
  move --> [*]
  move --> report : on error
  move --> report : after 60s
  report : alert("the migration failed", this)
  report --> [*]
)";

// Started again, three times at most.
constexpr char kRepair[] = R"(---
title: {0}
attune:
  on: {1}
  cooldown: 10s
---
stateDiagram-v2
  state needed <<choice>>
  state again <<choice>>
  [*] --> needed
  needed --> [*] : [this.state == "started"]
  needed --> repair : [else]
  repair : this.start()
  repair --> [*]
  repair --> again : on error
  again --> pause : [attempts < 3]
  again --> report : [else]
  pause : wait(1s)
  pause --> needed
  report : alert("three starts failed", this)
  report --> [*]
)";

// What does not run for whatever reason is deployed and started, now and then; elsewhere where that fails.
constexpr char kSweep[] = R"(---
title: sweep
attune:
  on: part
  every: {0}
---
stateDiagram-v2
  state needed <<choice>>
  [*] --> needed
  needed --> [*] : [this.state == "started"]
  needed --> put : [else]
  put : this.deploy()
  put : this.start()
  put --> [*]
  put --> elsewhere : on error
  elsewhere : this.host = lab.least_loaded(name != this.host.name)
  elsewhere : this.start()
  elsewhere --> [*]
  elsewhere --> [*] : on error
)";

// A machine may go elsewhere only once its host is known to be off.
constexpr char kHostDown[] = R"(---
title: host_down
attune:
  on: guest
---
stateDiagram-v2
  state sure <<choice>>
  [*] --> sure
  sure --> [*] : [this.host.state != "off"]
  sure --> choose : [else]
  choose : target = lab.least_loaded(free_memory >= this.memory and name != this.host.name)
  state found <<choice>>
  choose --> found
  found --> [*] : [target == none]
  found --> move : [else]
  move : this.host = target
  move : this.start()
  move --> [*]
  move --> [*] : on error
)";

constexpr char kGrow[] = R"(---
title: busy
attune:
  cooldown: 20s
  after_shrink: 1min
---
stateDiagram-v2
  state room <<choice>>
  [*] --> room
  room --> grow : [app.count < app.max]
  room --> [*] : [else]
  grow : added = app++
  grow : added.start()
  grow --> [*]
  grow --> [*] : on error
)";

constexpr char kShrink[] = R"(---
title: idle
attune:
  cooldown: 20s
  after_growth: 1min
---
stateDiagram-v2
  state many <<choice>>
  [*] --> many
  many --> shrink : [app.count > 1]
  many --> [*] : [else]
  shrink : app--
  shrink --> [*]
  shrink --> [*] : on error
)";

constexpr char kLimits[] = R"(limits {
  runs 3
  runs_per_class 2
  runs_per_host 1
  moves 3
  moves_period 2min
}
)";

std::string nodes(const Story& story) {
  std::string text;
  for (size_t i = 1; i <= story.hosts; ++i)
    text += fmt::format("lab{0} address=10.{1}.{2}.{3} cpus={4} memory={5}GiB{6}\n", i, i / 65536,
                        i / 256 % 256, i % 256, kCpus, memory_of(story, i - 1) >> 30,
                        story.sites > 0 ? site_terms(story, i - 1) : "");
  return text;
}

std::shared_ptr<const dsl::LoadedProject> load(const Story& story) {
  const test::TempDir dir;
  const bool is_big = story.guests > 1000, has_sites = story.sites > 0;
  dir.write(
      "deployment.mmd",
      fmt::format(kDeployment, fmt::arg("guests", story.guests), fmt::arg("most_guests", story.guests + 2),
                  fmt::arg("apps", story.apps), fmt::arg("most_apps", story.apps + 2),
                  fmt::arg("sites", has_sites ? site_classes(story) : ""),
                  fmt::arg("guest_cpus", has_sites ? guest_cpus(story) : ""),
                  fmt::arg("site_guests", has_sites ? guest_classes(story) : ""),
                  fmt::arg("app_memory", has_sites ? "    +memory: Size = 512MiB\n" : ""),
                  fmt::arg("fence", story.has_fences ? "    +fence: String = \"pdu\"\n" : "")) +
          (story.has_fences ? kFenceClass : ""));
  if (story.has_fences) {
    dir.write("wrappers/pdu.xml", kFenceWrapper);
    dir.write("switch", "#!/bin/sh\n", true);
  }
  dir.write("lab.nodes", nodes(story));
  dir.write("wrappers/guest.xml", fmt::format(kGuest, has_sites ? plan_events() : ""));
  dir.write("wrappers/app.xml", kApp);
  dir.write("diagrams/cpu_high.mmd", kMigrate);
  for (const auto& [event, on] :
       {std::pair("vm_crashed", "guest"), {"vm_stopped", "guest"}, {"component_failed", "part"}})
    dir.write(fmt::format("diagrams/{}.mmd", event), fmt::format(kRepair, event, on));
  dir.write("diagrams/sweep.mmd", fmt::format(kSweep, model::to_text(model::Value(story.sweep_period))));
  dir.write("diagrams/host_down.mmd", kHostDown);
  dir.write("diagrams/busy.mmd", kGrow);
  dir.write("diagrams/idle.mmd", kShrink);
  if (has_sites)
    for (const auto& [path, text] : plan_files()) dir.write(path, text);
  const bool is_limited = !is_big && story.hosts % 2 == 1;
  dir.write("attune.info",
            fmt::format("name fleet\nstatus {{ period {}s }}\nhost {{ load_period {}s }}\n{}{}",
                        std::chrono::duration_cast<std::chrono::seconds>(story.status_period).count(),
                        std::chrono::duration_cast<std::chrono::seconds>(story.load_period).count(),
                        is_limited ? kLimits : "", has_sites ? plan_settings(story) : ""));
  Diagnostics found;
  auto loaded = std::make_shared<dsl::LoadedProject>(
      dsl::load_project(dir.path().string(), wrappers::catalog(), "", found, wrappers::file_rules()));
  for (const Diagnostic& one : found.all()) fmt::print(stderr, "{}", to_text(one));
  if (found.has_errors()) std::abort();
  return loaded;
}

}  // namespace

std::shared_ptr<const dsl::LoadedProject> fleet_of(const Story& story) {
  static std::map<std::tuple<size_t, size_t, size_t, Duration, bool, size_t, uint64_t>,
                  std::shared_ptr<const dsl::LoadedProject>>
      known;
  constexpr size_t kMostKnown = 1000;  // each seed's sites are its own
  if (known.size() == kMostKnown) known.clear();
  auto& one = known[{story.hosts, story.guests, story.apps, story.status_period, story.has_fences,
                     story.sites, story.sites > 0 ? story.seed : 0}];
  if (!one) one = load(story);
  return one;
}

std::string stock_folder() {
  static const test::TempDir kDir;
  static const std::string kPath = [] {
    kDir.write("probes/cpu", "#!/bin/sh\n", true);
    return kDir.path().string();
  }();
  return kPath;
}

}  // namespace attune::simulation
