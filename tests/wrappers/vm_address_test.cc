// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_address.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;

class VmAddressTest : public VmTest {
 protected:
  VmAddressTest() { land_.host("lab1").addresses["vm1"] = {"10.0.0.7", "fe80::1"}; }
};

TEST_F(VmAddressTest, LearnsItsAddress) {
  call("start");
  EXPECT_EQ(model::to_text(*small_.system.attribute(*small_.system.find("vm1"), "address")), "10.0.0.7");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmAddressTest, AsksForItsAddressAnewAtEachStart) {
  call("start");
  call("stop");
  land_.host("lab1").addresses["vm1"] = {"10.0.0.9"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.9");
}

TEST_F(VmAddressTest, AGuestsWordThatIsNoAddressIsNotUsedAndSaidOnce) {
  land_.host("lab1").addresses["vm1"] = {"-oProxyCommand=x", "127.0.0.1", "224.0.0.1"};
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(3));
  EXPECT_EQ(small_.system.find_host("vm1")->address, "");
  EXPECT_THAT(small_.log.lines,
              ElementsAre("libvirt was told '-oProxyCommand=x' for the address of vm1, which no machine "
                          "can have: it is not used"));
  land_.host("lab1").addresses["vm1"].push_back("10.0.0.8");
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.8");
}

TEST_F(VmAddressTest, KeepsTheAddressThatItHadWhereNobodyKnowsBetter) {
  call("start");
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmAddressTest, WaitsAWhileForAnAddressAndRunsWithoutOneAllTheSame) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  EXPECT_FALSE(going->outcome);
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0: vm1 runs; its address is not known yet");
}

TEST_F(VmAddressTest, TellsOfAGuestThatEndsWhileItsAddressIsAwaited) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 1: vm1 ended before its address was known");
}

TEST_F(VmAddressTest, TakesTheAddressWhenItComes) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(3));
  land_.host("lab1").addresses["vm1"] = {"10.0.0.8"};
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.8");
}

TEST_F(VmAddressTest, AGuestsWordThatIsAnothersAddressIsNotUsedAndSaidOnce) {
  const system::ComponentId other = small_.make("vm", "lab2");
  small_.apply(system::AttributeSet{other, "address", model::Value(std::string("2001:DB8::9"))});
  small_.set(other, Lifecycle::kStarted);
  land_.host("lab1").addresses["vm1"] = {"2001:db8:0::9", "10.0.0.8"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.8");
  EXPECT_THAT(small_.log.lines, ElementsAre("libvirt was told 2001:db8:0::9 for the address of vm1, which is "
                                            "that of vm2: it is not used"));
}

TEST_F(VmAddressTest, TakesAnAddressThatAnotherHadBeforeItWasStopped) {
  const system::ComponentId other = small_.make("vm", "lab2");
  small_.apply(system::AttributeSet{other, "address", model::Value(std::string("10.0.0.7"))});
  small_.set(other, Lifecycle::kStopped);
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmAddressTest, EachWrongAddressOfItsIsSaidOnce) {
  land_.host("lab1").addresses["vm1"] = {"224.0.0.1"};
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(3));
  land_.host("lab1").addresses["vm1"] = {"224.0.0.2"};
  loop_.pass(std::chrono::seconds(3));
  EXPECT_THAT(small_.log.lines, ElementsAre(::testing::HasSubstr("told '224.0.0.1'"),
                                            ::testing::HasSubstr("told '224.0.0.2'")));
  going->stop.request_stop();
  loop_.turn();
}

TEST_F(VmAddressTest, ForgetsWhatItSaidOfMachinesThatAreGone) {
  const system::ComponentId other = small_.make("vm", "lab2");
  small_.world.misnamed[other] = {"it"};
  small_.apply(system::ComponentRemoved{other});
  land_.host("lab1").addresses["vm1"] = {"224.0.0.1"};
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(small_.world.misnamed.size(), 1u);
  going->stop.request_stop();
  loop_.turn();
}

// Regression: a class that is no machine and names the machine's address, to watch it, kept it from being
// used.
TEST_F(VmAddressTest, HasTheAddressThatAnotherComponentMerelyNames) {
  for (model::Class& of : small_.project.classes)
    if (of.name == "app")
      of.attributes.push_back({"address", model::Type::kString, model::Value(std::string("10.0.0.7")), {}});
  small_.make("app", "lab2");
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

// Hosts may each have a network of their own with the same range.
TEST_F(VmAddressTest, TakesALeaseThatAnotherHostHasGivenToo) {
  const system::ComponentId other = small_.make("vm", "lab2");
  small_.apply(system::AttributeSet{other, "address", model::Value(std::string("10.0.0.7"))});
  small_.apply(system::AttributeSet{other, "network", model::Value(std::string("default"))});
  small_.set(other, Lifecycle::kStarted);
  land_.host("lab1").leases = true;
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmAddressTest, BelievesNoLeaseOfAnAddressOnABridgeNorAGuestsWordOfALease) {
  const system::ComponentId other = small_.make("vm", "lab2");
  small_.apply(system::AttributeSet{other, "address", model::Value(std::string("10.0.0.7"))});
  small_.set(other, Lifecycle::kStarted);
  land_.host("lab1").leases = true;
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(2));
  EXPECT_EQ(small_.system.find_host("vm1")->address, "") << "the other is on a bridge";
  small_.apply(system::AttributeSet{other, "network", model::Value(std::string("default"))});
  land_.host("lab1").leases = false;
  loop_.pass(std::chrono::seconds(2));
  EXPECT_EQ(small_.system.find_host("vm1")->address, "") << "the guest says it";
  land_.host("lab1").leases = true;
  small_.apply(system::HostAssigned{other, "lab1"});
  loop_.pass(std::chrono::seconds(2));
  EXPECT_EQ(small_.system.find_host("vm1")->address, "") << "both are on one host";
  going->stop.request_stop();
  loop_.turn();
}

}  // namespace
}  // namespace attune::wrappers
