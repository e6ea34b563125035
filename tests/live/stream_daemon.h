// SPDX-License-Identifier: Apache-2.0
// StreamDaemonTest: the real attuned on examples/stream with the lab's hosts. Who has the guest is asked of
// each host's own virsh.
#pragma once

#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "tests/live/guest.h"
#include "tests/live/lab.h"
#include "tests/support/attuned_process.h"
#include "tests/support/temp_dir.h"

namespace attune::test {

// Answers host_down for the machine: another host has it, or an alert tells that it stays.
constexpr char kHostDown[] =
    "---\ntitle: host_down\nattune:\n  on: vm\n---\nstateDiagram-v2\n  [*] --> move\n"
    "  move : target = hosts.any(name != event.host)\n  move : this.host = target\n  move : this.deploy()\n"
    "  move : this.start()\n  move --> [*]\n  move --> tell : on error\n"
    "  tell : alert(\"it stays where it was\", this)\n  tell --> [*]\n";

class StreamDaemonTest : public ::testing::Test {
 protected:
  StreamDaemonTest();
  ~StreamDaemonTest() override;

  static Lab& lab() { return the_lab(); }

  // Replaces a text of the deployment diagram, which must be there.
  void change(std::string_view text, std::string_view by);
  // Puts more classes and relations at its end.
  void add(std::string_view lines);
  // The lab's hosts have a switch, a component at this machine: `properties` are lines of their family,
  // `script` is what the wrapper's methods of the key Script run. The guest's probe never fires.
  void add_switch(std::string_view properties, std::string_view wrapper, std::string_view script);
  void write(std::string_view name, std::string_view text) {
    dir_.write("project/" + std::string(name), text);
  }

  // Started, its `start` diagram done, and the guest answers.
  void start();
  // As `attune call vm migrate HOST`, without waiting for its end.
  void migrate(const std::string& host) const;
  // A migration takes as long as the test wants: so many MiB a second, on every host.
  void slow_migrations(int mib_per_s) const;

  // Which hosts have the guest running or paused: "lab1", "nobody", "lab1 and lab2".
  static std::string who_has();
  static bool has(const std::string& host);
  // Waits until `holds`, looking again and again.
  static bool eventually(const std::function<bool()>& holds);
  // By the API: the component's state and host, "started on lab1".
  std::string shown(const std::string& component = "vm") const;
  // Whether the probe of the guest runs on that host.
  static bool is_probed_on(const std::string& host);

  TempDir dir_;
  AttunedProcess daemon_{dir_ / "project", dir_ / "d"};
  Guest guest_{lab().guest_address()};

 private:
  std::string deployment_;
};

}  // namespace attune::test
