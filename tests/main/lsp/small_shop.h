// SPDX-License-Identifier: Apache-2.0
// SmallShop: a project on disk that the language server's tests open and change. For tests only.
#pragma once

#include <string>

#include "tests/support/temp_dir.h"

namespace attune::test {

struct SmallShop {
  SmallShop() {
    dir.write("deployment.mmd", kDeployment);
    dir.write("lab.nodes", "lab1 cpus=4\nlab2 cpus=8\n");
    dir.write("wrappers/app.xml", kWrapper);
    dir.write("diagrams/start.mmd", kStart);
    dir.write("diagrams/cpu_high.mmd", kCpuHigh);
  }

  std::string path(const std::string& name) const { return std::filesystem::canonical(dir.path()) / name; }
  std::string deployment() const { return path("deployment.mmd"); }
  std::string wrapper() const { return path("wrappers/app.xml"); }
  std::string start() const { return path("diagrams/start.mmd"); }
  std::string cpu_high() const { return path("diagrams/cpu_high.mmd"); }

  static constexpr const char* kDeployment = R"(classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +protocol: String = "local"
    +dirlocal: String = "/var/tmp/shop"
  }
  class app {
    +host-family: String = "lab"
    +wrapper: String = "app.xml"
    +initial: Integer = 1
    +max: Integer = 3
    +port: Integer = 80
    +peer: String = "$store.srname"
  }
  class database {
    +host-family: String = "lab"
    +wrapper: String = "app.xml"
    +initial: Integer = 1
    +port: Integer = 5432
    +peer: String = "none"
  }
  app "*" --> "1" database : store
)";
  static constexpr const char* kWrapper = R"(<?xml version="1.0" encoding="UTF-8"?>
<wrapper name="app">
  <method name="start" key="Process" method="start">
    <param value="/bin/sleep"/>
    <param value="$this.port"/>
  </method>
  <method name="stop" key="Process" method="stop"/>
  <event name="cpu_high">
    <value name="cpu" type="Percent"/>
  </event>
</wrapper>
)";
  static constexpr const char* kStart = R"(stateDiagram-v2
  [*] --> data
  data : database.start()
  data --> apps
  apps : app.start()
  apps --> [*]
)";
  static constexpr const char* kCpuHigh = R"(---
title: cpu_high
attune:
  on: app
  cooldown: 2s
---
stateDiagram-v2
  state enough <<choice>>
  [*] --> enough
  enough --> grow : [app.count < app.max and event.cpu > 80%]
  enough --> [*] : [else]
  grow : added = app++
  grow --> connect
  connect : added.start()
  connect : this.port = added.port
  connect --> [*]
)";

  TempDir dir;
};

}  // namespace attune::test
