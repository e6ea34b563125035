// SPDX-License-Identifier: Apache-2.0
// SmallSites: a project of two sites with three hosts, for tests of what looks over plans and told facts.
// Each rule that a plan must keep to has a class of machines.
#pragma once

#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "tests/support/folder_case.h"
#include "wrappers/catalog.h"

namespace attune::simulation {

inline constexpr char kSmallSites[] = R"(=== deployment.mmd
classDiagram
  class north {
    <<site>>
    +bandwidth_mbit: Float = 1000
  }
  class south {
    <<site>>
    +bandwidth_mbit: Float = 1000
    +vm_price: Float = 0.1
  }
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class vm {
    +wrapper: String = "vm.xml"
    +host-family: String = "lab"
    +initial: Integer = 0
    +max: Integer = 9
    +memory: Size = 1GiB
  }
  class twin {
    +keep-apart: String = "host"
  }
  class mate {
    +keep-together: String = "host"
  }
  class big {
    +vcpus: Integer = 3
  }
  class anchor {
    +may-move: Bool = false
  }
  class settler {
    +stay-at: List = ["south"]
  }
  vm <|-- twin
  vm <|-- mate
  vm <|-- big
  vm <|-- anchor
  vm <|-- settler
  north -- south : 20ms 100Mbit
=== lab.nodes
lab1 site=north cpus=4 memory=2GiB
lab2 site=north cpus=4 memory=2GiB memory_overcommit=1.5 cpu_overcommit=1.5
lab3 site=south cpus=4 memory=2GiB
=== wrappers/vm.xml
<wrapper name="vm">
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="migrate" key="VM" method="migrate">
    <param value="$this.srname"/><param value="$1.name"/>
  </method>
</wrapper>
=== attune.info
name small
placement { rest 5min
 moves 3
 horizon 24h }
)";

inline dsl::LoadedProject load_small_sites() {
  const test::FolderCase folder(kSmallSites);
  Diagnostics found;
  dsl::LoadedProject loaded = dsl::load_project(folder.path(), wrappers::catalog(), "", found);
  for (const Diagnostic& one : found.all()) EXPECT_NE(one.severity, Severity::kError) << to_text(one);
  return loaded;
}

}  // namespace attune::simulation
