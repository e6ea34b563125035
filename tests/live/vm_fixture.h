// SPDX-License-Identifier: Apache-2.0
// VmTest: two lab hosts, the hypervisor as the manager uses it, and one guest called "vm". Who has the guest
// is asked of each host's own virsh, not of the code under test.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "runtime/hypervisor/domain_xml.h"
#include "runtime/hypervisor/libvirt_hypervisor.h"
#include "tests/hypervisor/await.h"
#include "tests/live/guest.h"
#include "tests/live/lab.h"

namespace attune::test {

class VmTest : public ::testing::Test {
 protected:
  using Kind = ports::DomainEvent::Kind;
  using State = ports::DomainState;
  using Where = ports::MigrationEnd::Where;
  using End = Result<ports::MigrationEnd>;

  VmTest();
  ~VmTest() override;

  static Lab& lab() { return the_lab(); }
  static std::string uri(const std::string& host);

  // The guest as the demo has it; tests change it before they boot it.
  static hypervisor::DomainSpec spec();
  // Defined and running on this host alone, its service answers, and nothing moves it. A guest that an
  // earlier test left so is taken.
  void boot(const std::string& host = "lab1", const hypervisor::DomainSpec& vm = spec());
  void boot_xml(const std::string& host, const std::string& xml);

  // Which hosts have the guest running or paused: "lab1", "lab2", "nobody", or "lab1 and lab2".
  static std::string who_has();
  // Which hosts have it running.
  static std::string who_runs();
  // Which hosts know its definition.
  static std::string who_defines();
  std::optional<State> state(const std::string& host = "lab1");

  static ports::MigrationRequest request(const std::string& from = "lab1", const std::string& to = "lab2");
  Error refusal(const ports::MigrationRequest& wanted = request());
  End migrate(const ports::MigrationRequest& wanted = request(), std::stop_token stop = {});
  // A migration slow enough for `act` to happen in its middle.
  End migrate_and(const std::function<void()>& act, std::stop_token stop = {});
  End settle(const ports::MigrationRequest& wanted = request());

  void watch(const std::string& host);
  std::vector<Kind> kinds(const std::string& host) const;  // of the guest, in order

  main::AsioLoop loop_;
  SystemClock clock_;
  SilentLog log_;
  std::vector<ports::DomainEvent> events_;
  Guest guest_{lab().guest_address()};
  // Quick to notice what is lost, so that the tests are quick.
  hypervisor::LibvirtHypervisor hypervisor_{loop_,
                                            clock_,
                                            log_,
                                            {.keepalive = {.interval = std::chrono::seconds(1), .count = 2},
                                             .open_timeout = std::chrono::seconds(15),
                                             .settle_patience = std::chrono::seconds(3),
                                             .stall_timeout = std::chrono::seconds(3)}};
};

}  // namespace attune::test
