// SPDX-License-Identifier: Apache-2.0
#include "tests/live/vm_fixture.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::test {

namespace {

std::string console() {
  std::ifstream file(the_lab().path("shared/vm.console"), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Which hosts' virsh lists the guest. A host that is dead has nothing; one whose libvirtd is dead tells
// nothing.
std::string who_lists(const std::string& options) {
  std::vector<std::string> names;
  for (const std::string& host : the_lab().hosts()) {
    const std::string listed = the_lab().shell(host, "virsh list --name " + options + " || true");
    if (("\n" + listed).find("\nvm\n") != std::string::npos) names.push_back(host);
  }
  return names.empty() ? "nobody" : fmt::format("{}", fmt::join(names, " and "));
}

// Whether nothing is still moving the guest away: a migration that broke off may be waiting for its broken
// link's TCP, the longer the busier the machine was, and libvirt begins no other meanwhile.
bool is_at_rest(const std::string& host) {
  return the_lab().shell(host, "virsh domjobinfo vm || true").find("None") != std::string::npos;
}

}  // namespace

// As attuned does: a libvirtd that dies takes the other end of a pipe with it.
VmTest::VmTest() {
  std::signal(SIGPIPE, SIG_IGN);
}

VmTest::~VmTest() {
  lab().mend();
}

std::string VmTest::uri(const std::string& host) {
  return fmt::format("qemu+ssh://root@{}/system?keyfile={}&known_hosts={}", lab().address(host),
                     lab().path("id_ed25519"), lab().path("known_hosts"));
}

hypervisor::DomainSpec VmTest::spec() {
  hypervisor::DomainSpec vm;
  vm.project = "live";
  vm.name = "vm";
  vm.type = "qemu";
  vm.memory_bytes = 128ULL << 20;
  vm.kernel = "/srv/lab/vmlinuz";
  vm.initrd = "/srv/lab/guest.img";
  vm.command_line =
      "console=ttyS0 quiet no_timer_check pti=on attune.name=vm attune.address=" + lab().guest_address();
  vm.networks = {{hypervisor::Network::Kind::kBridge, "br0"}};
  vm.console_log = "/srv/lab/vm.console";
  return vm;
}

void VmTest::boot(const std::string& host, const hypervisor::DomainSpec& vm) {
  boot_xml(host, hypervisor::domain_xml(vm).value());
}

void VmTest::boot_xml(const std::string& host, const std::string& xml) {
  static std::string booted_before;
  const bool is_there = xml == booted_before && who_has() == host && who_defines() == host &&
                        state(host) == State::kRunning && is_at_rest(host) && guest_.answers();
  if (is_there) return;
  booted_before = xml;
  lab().remove_guests();
  std::filesystem::remove(lab().path("shared/vm.console"));
  const auto booted = await(loop_, hypervisor_.boot(uri(host), xml));
  ASSERT_TRUE(booted) << booted.error().message;
  ASSERT_TRUE(await_that(loop_, [] { return console().find("is up") != std::string::npos; })) << console();
  ASSERT_TRUE(await_that(loop_, [this] { return guest_.answers(); }));  // its service starts last
}

std::string VmTest::who_has() {
  return who_lists("");
}

std::string VmTest::who_runs() {
  return who_lists("--state-running");
}

std::string VmTest::who_defines() {
  return who_lists("--all");
}

std::optional<VmTest::State> VmTest::state(const std::string& host) {
  const auto found = await(loop_, hypervisor_.find(uri(host), "vm"));
  return found ? std::optional(found->state) : std::nullopt;
}

ports::MigrationRequest VmTest::request(const std::string& from, const std::string& to) {
  return {.domain = "vm", .from_uri = uri(from), .to_uri = uri(to)};
}

Error VmTest::refusal(const ports::MigrationRequest& wanted) {
  const auto possible = await(loop_, hypervisor_.check_migration(wanted));
  EXPECT_FALSE(possible) << "nothing stands in its way";
  return possible ? Error{} : possible.error();
}

VmTest::End VmTest::migrate(const ports::MigrationRequest& wanted, std::stop_token stop) {
  return await(loop_, hypervisor_.migrate(wanted, std::move(stop)));
}

VmTest::End VmTest::migrate_and(const std::function<void()>& act, std::stop_token stop) {
  ports::MigrationRequest slow = request();
  slow.bandwidth_mib_per_s = 4;
  bool done = false;
  slow.on_progress = [&](const ports::MigrationProgress& now) {
    if (now.done_bytes > 0 && !done) act();
    done = done || now.done_bytes > 0;
  };
  End end = migrate(slow, std::move(stop));
  EXPECT_TRUE(done) << "it never came to its middle: " << (end ? end->error : end.error().message);
  return end;
}

VmTest::End VmTest::settle(const ports::MigrationRequest& wanted) {
  return await(loop_, hypervisor_.settle(wanted));
}

void VmTest::watch(const std::string& host) {
  hypervisor_.watch(uri(host), [this](const ports::DomainEvent& event) { events_.push_back(event); });
  (void)await(loop_, hypervisor_.domains(uri(host)));
}

std::vector<VmTest::Kind> VmTest::kinds(const std::string& host) const {
  std::vector<Kind> all;
  for (const ports::DomainEvent& event : events_)
    if (event.uri == uri(host) && event.domain.name == "vm") all.push_back(event.kind);
  return all;
}

}  // namespace attune::test
