// SPDX-License-Identifier: Apache-2.0
// The real attuned and a real virtual machine: it moves it when its probe fires, follows what others do with
// it, and takes it over after its own death.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/live/stream_daemon.h"

namespace attune::test {
namespace {

using system::Lifecycle;
using workflow::Alerted;
using workflow::CallIntent;
using workflow::EventAccepted;
using workflow::EventSuppressed;
using workflow::RunEnd;
using workflow::RunEnded;
using workflow::SystemChanged;

class LiveDaemon : public StreamDaemonTest {
 protected:
  // The probe never fires, however busy this machine is; or sooner than in the example.
  void never_fire() { change("threshold: Percent = 80%", "threshold: Percent = 900%"); }
  void fire_soon() { change("threshold: Percent = 80%", "threshold: Percent = 40%"); }

  // Waits until the world, not the manager, has brought the component into that state.
  void await_state(Lifecycle state) {
    daemon_.await<SystemChanged>([&](const SystemChanged& changed) {
      const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed.change);
      return lifecycle != nullptr && lifecycle->to == state && changed.by.starts_with("libvirt ");
    });
  }
  void await_event(const std::string& name) {
    daemon_.await<EventSuppressed>([&](const EventSuppressed& event) { return event.name == name; });
  }
  // As `attune call`: what came of it. Or without waiting for that.
  std::string call(const std::string& component, const std::string& stub, bool waits = true) const {
    const nlohmann::json body = {
        {"component", component}, {"stub", stub}, {"arguments", nlohmann::json::array()}, {"wait", waits}};
    return daemon_.ask("POST", "/v1/calls", body.dump());
  }
  std::string shown_host(const std::string& name) const {
    const auto answer = nlohmann::json::parse(daemon_.ask("GET", "/v1/hosts"));
    for (const auto& host : answer.at("hosts"))
      if (host.at("name") == name) return host.at("state").get<std::string>();
    return "(none)";
  }
  void await_call(const std::string& stub) {
    daemon_.await<CallIntent>([&](const CallIntent& intent) { return intent.call.stub == stub; });
  }
};

TEST_F(LiveDaemon, MovesTheMachineThatOverloadsItsHost) {
  fire_soon();
  start();
  EXPECT_TRUE(guest_.ask("load on").starts_with("ok"));
  const auto event = daemon_.await<EventAccepted>();
  EXPECT_EQ(event.name, "cpu_high");
  EXPECT_EQ(event.component, "vm");
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_EQ(who_has(), "lab2");
  EXPECT_EQ(shown(), "started on lab2");
  EXPECT_EQ(shown("probe"), "started on lab2");
  EXPECT_TRUE(eventually([] { return is_probed_on("lab2") && !is_probed_on("lab1"); }));
  EXPECT_TRUE(guest_.still_answers());
}

TEST_F(LiveDaemon, FollowsWhatOthersDoWithTheMachine) {
  never_fire();
  start();
  lab().shell("lab1",
              fmt::format("virsh migrate --live --persistent --undefinesource vm qemu+ssh://{}/system "
                          "tcp://{}",
                          lab().address("lab2"), lab().address("lab2")));
  await_event("vm_moved");
  EXPECT_EQ(shown(), "started on lab2");
  EXPECT_TRUE(eventually([] { return is_probed_on("lab2") && !is_probed_on("lab1"); }));

  lab().shell("lab2", "virsh destroy vm");
  await_state(Lifecycle::kStopped);
  await_event("vm_stopped");
  lab().shell("lab2", "virsh start vm");
  await_state(Lifecycle::kStarted);
  lab().shell("lab2", "kill -KILL $(cat /run/libvirt/qemu/vm.pid)");
  await_state(Lifecycle::kFailed);
  await_event("vm_crashed");
}

TEST_F(LiveDaemon, TakesTheMachineOverAfterItsOwnDeath) {
  never_fire();
  start();
  daemon_.crash();
  daemon_.start();
  EXPECT_EQ(shown(), "started on lab1");
  EXPECT_TRUE(eventually([] { return is_probed_on("lab1"); }));
  EXPECT_EQ(who_has(), "lab1");
  EXPECT_TRUE(guest_.still_answers());
}

TEST_F(LiveDaemon, KilledInTheMiddleOfAMigrationFindsTheMachineOnce) {
  never_fire();
  start();
  slow_migrations(4);
  migrate("lab2");
  await_call("migrate");
  EXPECT_TRUE(eventually([] { return has("lab2"); }));  // it waits there for what arrives
  daemon_.crash();
  daemon_.start();
  EXPECT_TRUE(eventually([] { return who_has() == "lab1"; }));
  EXPECT_TRUE(eventually([this] { return shown() == "started on lab1"; }));
  EXPECT_TRUE(guest_.still_answers());
  // What was half done is marked as such, and nothing hangs: it can be moved.
  slow_migrations(1024);
  migrate("lab2");
  EXPECT_TRUE(eventually([this] { return shown() == "started on lab2"; }));
  EXPECT_EQ(who_has(), "lab2");
  EXPECT_TRUE(guest_.still_answers());
}

// --- its host is cut off ---

TEST_F(LiveDaemon, HasNoMachineTwiceBecauseAHostIsCutOff) {
  never_fire();
  write("attune.info", "host { silence 2s }\n");
  write("diagrams/host_down.mmd", kHostDown);
  start();
  lab().cut("lab1");
  EXPECT_EQ(daemon_.await<Alerted>().text, "it stays where it was");
  EXPECT_EQ(shown(), "started on lab1");
  EXPECT_EQ(who_has(), "lab1");

  // A person is wrong about that host: the machine runs twice, which is told when the host is back.
  (void)daemon_.ask("POST", "/v1/hosts/lab1/off", "");
  EXPECT_TRUE(eventually([this] { return shown() == "started on lab2"; }));
  lab().join("lab1");
  EXPECT_THAT(daemon_.await<Alerted>([](const Alerted& alert) { return alert.run == 0; }).text,
              ::testing::StartsWith("vm runs on lab2 and on lab1; nothing was touched"));
  EXPECT_EQ(who_has(), "lab1 and lab2");
}

TEST_F(LiveDaemon, HasALostMachineBackWithItsHost) {
  never_fire();
  write("attune.info", "host { silence 2s }\n");
  start();
  lab().cut("lab1");
  call("vm", "start", false);  // before the host is known to be down
  EXPECT_TRUE(eventually([this] { return shown() == "lost on lab1"; }));
  EXPECT_THAT(call("vm", "start"), ::testing::HasSubstr("lab1 is down, it does not answer"));
  EXPECT_EQ(shown(), "lost on lab1");
  lab().join("lab1");
  EXPECT_TRUE(eventually([this] { return shown() == "started on lab1"; }));
  EXPECT_TRUE(guest_.still_answers());
}

// --- a class whose hosts are virtual machines ---

constexpr char kService[] =
    "#!/bin/sh\n"
    "while :; do echo hello; sleep 1; done\n";
constexpr char kServiceWrapper[] =
    "<wrapper name='service'>\n"
    "  <method name='start' key='Process' method='start'><param value='./service.sh'/></method>\n"
    "  <method name='stop' key='Process' method='stop'/>\n"
    "  <method name='status' key='Process' method='status'/>\n"
    "</wrapper>\n";

class LiveGuestService : public LiveDaemon {
 protected:
  // A service lives in the machine.
  LiveGuestService() {
    never_fire();
    change("    +vcpus: Integer = 1\n", fmt::format("    +vcpus: Integer = 1\n"
                                                    "    +user: String = \"root\"\n"
                                                    "    +identity_file: String = \"{0}/id_ed25519\"\n"
                                                    "    +known_hosts: String = \"{0}/known_hosts\"\n",
                                                    lab().home()));
    add("  class service {\n    +wrapper: String = \"service.xml\"\n    +host-family: String = \"vm\"\n"
        "    +legacyFile: String = \"service.sh\"\n    +initial: Integer = 1\n  }\n");
    write("wrappers/service.xml", kServiceWrapper);
    write("service.sh", kService);
    write("diagrams/start.mmd",
          "---\ntitle: start\n---\nstateDiagram-v2\n  [*] --> boot\n  boot : vm.start()\n  boot --> serve\n"
          "  serve : service.start()\n  serve --> watch\n  watch : probe.start()\n  watch --> [*]\n");
  }
};

TEST_F(LiveGuestService, IsDeployedIntoAMachineOnceItAnswers) {
  start();
  EXPECT_EQ(shown("service"), "started on vm");
  daemon_.crash();  // and it is found again in there
  daemon_.start();
  EXPECT_EQ(shown("service"), "started on vm");
}

TEST_F(LiveGuestService, IsDeployedAnewIntoAMachineThatIsKilledAndStartedAtOnce) {
  start();
  call("vm", "kill");
  EXPECT_EQ(shown(), "stopped on lab1");
  EXPECT_EQ(shown("service"), "declared on vm");
  EXPECT_EQ(shown_host("vm"), "off");
  call("vm", "start");
  call("service", "start");
  EXPECT_EQ(shown(), "started on lab1");
  EXPECT_EQ(shown("service"), "started on vm");
  EXPECT_TRUE(eventually([this] { return shown_host("vm") == "up"; }));
}

}  // namespace
}  // namespace attune::test
