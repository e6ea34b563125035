// SPDX-License-Identifier: Apache-2.0
// The hypervisor on libvirt's own test driver: no host, no guest, but all of libvirt's answers and events.
#include "runtime/hypervisor/libvirt_hypervisor.h"

#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "runtime/hypervisor/domain_xml.h"
#include "tests/hypervisor/await.h"

namespace attune::hypervisor {
namespace {

using Kind = ports::DomainEvent::Kind;
using State = ports::DomainState;
using test::await;
using test::await_that;
using ::testing::HasSubstr;

const std::string kUri = "test:///default";  // one host for all connections of the process

class LibvirtHypervisorTest : public ::testing::Test {
 protected:
  ~LibvirtHypervisorTest() override {
    (void)await(loop_, hypervisor_->destroy(kUri, "vm"));
    forget();
  }

  // By default of a size that the test driver, which has 3 MiB free, has room for.
  static std::string xml(const std::string& name, const std::string& project = "shop", int kibibytes = 1024) {
    return complete_domain_xml(
               fmt::format("<domain type='test'><memory>{}</memory><os><type>hvm</type></os></domain>",
                           kibibytes),
               project, name)
        .value();
  }
  Result<void> boot() { return await(loop_, hypervisor_->boot(kUri, xml("vm"))); }
  void forget() { (void)await(loop_, hypervisor_->undefine(kUri, "vm")); }
  void watch() {
    hypervisor_->watch(kUri, [this](const ports::DomainEvent& event) { events_.push_back(event); });
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const auto& event : events_) all.push_back(event.kind);
    return all;
  }
  std::optional<State> state() {
    const auto found = await(loop_, hypervisor_->find(kUri, "vm"));
    return found ? std::optional(found->state) : std::nullopt;
  }

  main::AsioLoop loop_;
  SystemClock clock_;
  SilentLog log_;
  std::vector<ports::DomainEvent> events_;  // of the host, where watched
  std::optional<LibvirtHypervisor> hypervisor_{std::in_place, loop_, clock_, log_};
};

TEST_F(LibvirtHypervisorTest, ListsTheDomainsOfAHost) {
  const auto domains = await(loop_, hypervisor_->domains(kUri));
  ASSERT_TRUE(domains);
  ASSERT_EQ(domains->size(), 1u);
  EXPECT_EQ(domains->front().name, "test");
  EXPECT_EQ(domains->front().state, State::kRunning);
}

TEST_F(LibvirtHypervisorTest, WhatCannotBeMeasuredHasNoDirtyRate) {
  const auto rates = await(loop_, hypervisor_->dirty_rates(kUri));
  ASSERT_TRUE(rates) << rates.error().message;
  EXPECT_TRUE(rates->empty());
  EXPECT_FALSE(await(loop_, hypervisor_->dirty_rates("nonsense:///x")));
}

TEST_F(LibvirtHypervisorTest, BootsADomainThatIsThenPersistent) {
  ASSERT_TRUE(boot());
  const auto found = await(loop_, hypervisor_->find(kUri, "vm"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, State::kRunning);
  EXPECT_EQ(found->uuid, uuid_of("shop", "vm"));
  EXPECT_TRUE(found->persistent);
}

TEST_F(LibvirtHypervisorTest, AdoptsADomainThatRunsAlready) {
  ASSERT_TRUE(boot());
  watch();
  EXPECT_TRUE(boot());
  EXPECT_EQ(state(), State::kRunning);
  EXPECT_THAT(events_, ::testing::IsEmpty());
}

// Another project's machine of the same name, seen by one whose `vm` has another UUID.
TEST_F(LibvirtHypervisorTest, TakesAStrangerOfTheNameForNothing) {
  ASSERT_TRUE(boot());
  const ports::DomainId ours{"vm", uuid_of("mall", "vm")};
  const auto found = await(loop_, hypervisor_->find(kUri, ours));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(found.error().message, HasSubstr("'vm' that is not this project's (UUID "));
  EXPECT_TRUE(await(loop_, hypervisor_->shut_down(kUri, ours, std::chrono::seconds(1), {})));
  EXPECT_TRUE(await(loop_, hypervisor_->destroy(kUri, ours)));
  EXPECT_TRUE(await(loop_, hypervisor_->undefine(kUri, ours)));
  EXPECT_FALSE(await(loop_, hypervisor_->suspend(kUri, ours)));
  EXPECT_EQ(state(), State::kRunning);
  const auto settled = await(loop_, hypervisor_->settle({.domain = ours, .from_uri = kUri, .to_uri = kUri}));
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->where, ports::MigrationEnd::Where::kNowhere);
  EXPECT_EQ(state(), State::kRunning);
}

TEST_F(LibvirtHypervisorTest, BootsNothingWhereAStrangerHasTheName) {
  ASSERT_TRUE(boot());
  const auto other = await(loop_, hypervisor_->boot(kUri, xml("vm", "mall")));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kExists);
  EXPECT_THAT(other.error().message, HasSubstr("undefine or rename it there"));
  EXPECT_EQ(await(loop_, hypervisor_->find(kUri, "vm"))->uuid, uuid_of("shop", "vm"));
}

TEST_F(LibvirtHypervisorTest, BootsNothingWhereThereIsTooLittleFreeMemory) {
  const Result<void> booted = await(loop_, hypervisor_->boot(kUri, xml("vm", "shop", 65536)));
  ASSERT_FALSE(booted);
  EXPECT_EQ(booted.error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(state(), State::kShutOff);
}

TEST_F(LibvirtHypervisorTest, SuspendsAndResumesAndIsContentToDoSoTwice) {
  ASSERT_TRUE(boot());
  EXPECT_TRUE(await(loop_, hypervisor_->suspend(kUri, "vm")));
  EXPECT_TRUE(await(loop_, hypervisor_->suspend(kUri, "vm")));
  EXPECT_EQ(state(), State::kPaused);
  EXPECT_TRUE(await(loop_, hypervisor_->resume(kUri, "vm")));
  EXPECT_TRUE(await(loop_, hypervisor_->resume(kUri, "vm")));
  EXPECT_EQ(state(), State::kRunning);
}

TEST_F(LibvirtHypervisorTest, ShutsDownAndKeepsTheDefinition) {
  ASSERT_TRUE(boot());
  EXPECT_TRUE(await(loop_, hypervisor_->shut_down(kUri, "vm", std::chrono::seconds(10), {})));
  EXPECT_EQ(state(), State::kShutOff);
}

TEST_F(LibvirtHypervisorTest, WithoutGraceItKills) {
  ASSERT_TRUE(boot());
  EXPECT_TRUE(await(loop_, hypervisor_->shut_down(kUri, "vm", Duration::zero(), {})));
  EXPECT_EQ(state(), State::kShutOff);
}

TEST_F(LibvirtHypervisorTest, StoppingWhatIsOffOrNotThereIsNoError) {
  EXPECT_TRUE(await(loop_, hypervisor_->shut_down(kUri, "vm", std::chrono::seconds(1), {})));
  EXPECT_TRUE(await(loop_, hypervisor_->destroy(kUri, "vm")));
  EXPECT_TRUE(await(loop_, hypervisor_->undefine(kUri, "vm")));
  ASSERT_TRUE(boot());
  EXPECT_TRUE(await(loop_, hypervisor_->destroy(kUri, "vm")));
  EXPECT_TRUE(await(loop_, hypervisor_->destroy(kUri, "vm")));
}

TEST_F(LibvirtHypervisorTest, NamesTheDomainAndTheHostThatHasNone) {
  const auto found = await(loop_, hypervisor_->find(kUri, "nobody"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(found.error().message, "no domain 'nobody' on this machine");
  EXPECT_EQ(await(loop_, hypervisor_->suspend(kUri, "nobody")).error().code, ErrorCode::kNotFound);
}

TEST_F(LibvirtHypervisorTest, RefusesXmlThatIsNone) {
  const auto booted = await(loop_, hypervisor_->boot(kUri, "<domain>"));
  ASSERT_FALSE(booted);
  EXPECT_EQ(booted.error().code, ErrorCode::kInvalid);
}

TEST_F(LibvirtHypervisorTest, TellsWhatADefinitionLacks) {
  const auto booted = await(loop_, hypervisor_->boot(kUri, "<domain type='test'><name>vm</name></domain>"));
  ASSERT_FALSE(booted);
  EXPECT_THAT(booted.error().message, HasSubstr("cannot define vm on this machine"));
}

TEST_F(LibvirtHypervisorTest, TellsLifecycleEvents) {
  watch();
  (void)await(loop_, hypervisor_->domains(kUri));
  ASSERT_TRUE(boot());
  (void)await(loop_, hypervisor_->suspend(kUri, "vm"));
  (void)await(loop_, hypervisor_->resume(kUri, "vm"));
  (void)await(loop_, hypervisor_->destroy(kUri, "vm"));
  forget();
  EXPECT_TRUE(await_that(loop_, [&] { return events_.size() == 5; }));
  EXPECT_EQ(events_.front().uri, kUri);
  EXPECT_EQ(events_.front().domain, (ports::DomainId{"vm", uuid_of("shop", "vm")}));
  EXPECT_THAT(kinds(), ::testing::ElementsAre(Kind::kStarted, Kind::kSuspended, Kind::kResumed,
                                              Kind::kShutDown, Kind::kUndefined));
}

TEST_F(LibvirtHypervisorTest, TellsNothingAfterUnwatch) {
  watch();
  (void)await(loop_, hypervisor_->domains(kUri));
  hypervisor_->unwatch(kUri);
  ASSERT_TRUE(boot());
  (void)await(loop_, hypervisor_->destroy(kUri, "vm"));
  EXPECT_THAT(events_, ::testing::IsEmpty());
}

TEST_F(LibvirtHypervisorTest, KnowsTheCapacityOfAHost) {
  const auto capacity = await(loop_, hypervisor_->capacity(kUri));
  ASSERT_TRUE(capacity) << capacity.error().message;
  EXPECT_EQ(capacity->cpus, 16u);  // what the test driver claims
  EXPECT_EQ(capacity->memory_bytes, 3ULL << 30);
  EXPECT_FALSE(capacity->accelerated);
}

TEST_F(LibvirtHypervisorTest, AsksLeasesAndAgentForAddresses) {
  const auto addresses = await(loop_, hypervisor_->addresses(kUri, "test"));
  ASSERT_TRUE(addresses);
  EXPECT_TRUE(await(loop_, hypervisor_->addresses(kUri, "nobody")).error().code == ErrorCode::kNotFound);
}

TEST_F(LibvirtHypervisorTest, SaysWhereThereIsNoLibvirtd) {
  const std::string uri = "qemu+unix:///system?socket=/nonexistent/libvirt-sock";
  const auto domains = await(loop_, hypervisor_->domains(uri));
  ASSERT_FALSE(domains);
  EXPECT_EQ(domains.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(domains.error().message, HasSubstr("libvirtd does not run there: start it"));
}

TEST_F(LibvirtHypervisorTest, RefusesAUriThatIsNone) {
  const auto domains = await(loop_, hypervisor_->domains("nonsense:///x"));
  ASSERT_FALSE(domains);
  EXPECT_THAT(domains.error().message, HasSubstr("nonsense"));
}

// A command in ssh's place that never answers.
TEST_F(LibvirtHypervisorTest, WaitsForNoConnectionForEver) {
  hypervisor_.emplace(loop_, clock_, log_, LibvirtSettings{.open_timeout = std::chrono::milliseconds(50)});
  const auto domains = await(loop_, hypervisor_->domains("qemu+ext:///system?command=/usr/bin/tail"));
  ASSERT_FALSE(domains);
  EXPECT_EQ(domains.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(domains.error().message, HasSubstr("no answer"));
}

// Waiting for a connection, for a worker, or for the next time that both sides are asked.
TEST_F(LibvirtHypervisorTest, AnswersAtItsEndWhoStillWaits) {
  const std::string hangs = "qemu+ext:///system?command=/usr/bin/tail";
  const std::string is_not_there = "qemu+unix:///system?socket=/nonexistent/libvirt-sock";
  std::vector<ErrorCode> answers;
  const auto answered = [&](const auto& answer) { answers.push_back(answer.error().code); };
  std::optional<ports::MigrationEnd> settled;
  start<Result<std::vector<ports::Domain>>>(hypervisor_->domains(hangs), answered);
  start<Result<ports::MigrationEnd>>(
      hypervisor_->settle({.domain = "vm", .from_uri = is_not_there, .to_uri = is_not_there}),
      [&](const Result<ports::MigrationEnd>& end) { settled = *end; });
  for (const std::string& side : {is_not_there, is_not_there, kUri})
    (void)await(loop_, hypervisor_->find(side, "vm"));
  start<Result<ports::Domain>>(hypervisor_->find(kUri, "vm"), answered);
  EXPECT_THAT(answers, ::testing::IsEmpty());
  hypervisor_->close();
  start<Result<ports::Domain>>(hypervisor_->find(kUri, "vm"), answered);
  EXPECT_THAT(answers,
              ::testing::ElementsAre(ErrorCode::kCancelled, ErrorCode::kCancelled, ErrorCode::kCancelled));
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->where, ports::MigrationEnd::Where::kUnknown);
  hypervisor_.emplace(loop_, clock_, log_);
}

TEST_F(LibvirtHypervisorTest, MigratesNothingThatCannotBegin) {
  ports::MigrationRequest request{
      .domain = "vm", .from_uri = kUri, .to_uri = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"};
  const auto end = await(loop_, hypervisor_->migrate(request, {}));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kUnreachable);
  EXPECT_EQ(await(loop_, hypervisor_->check_migration(request)).error().code, ErrorCode::kUnreachable);
}

TEST_F(LibvirtHypervisorTest, ChecksThatTheDomainRunsBeforeItMoves) {
  const ports::MigrationRequest request{.domain = "vm", .from_uri = kUri, .to_uri = kUri};
  EXPECT_EQ(await(loop_, hypervisor_->check_migration(request)).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(boot());
  EXPECT_THAT(await(loop_, hypervisor_->check_migration(request)).error().message,
              HasSubstr("already has a domain"));
}

}  // namespace
}  // namespace attune::hypervisor
