// SPDX-License-Identifier: Apache-2.0
// key="VM": a virtual machine as a component: a domain of libvirt's on the component's host. It runs on one
// host at most, whatever happens; where libvirt says something else than the system, libvirt is right.
// docs/vms.md. Loop thread only.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/system/stubs.h"
#include "wrappers/implementation.h"
#include "wrappers/vm_search.h"
#include "wrappers/vm_watch.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

class Vm final : public Implementation {
 public:
  explicit Vm(World& world) : world_(world), search_(world), watch_(world, search_) {}

  std::string_view key() const override { return system::kVmKey; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  Task<int> look_over(std::string host) override;
  bool has_come_about(const workflow::Call& call) const override;  // a migration: it is on its target

 private:
  bool is_to_be_made_sure(const workflow::Call& call) const;
  // Where to go on, or how the call ends since nobody can tell where the machine is.
  Task<std::variant<Site, workflow::CallOutcome>> make_sure(workflow::Call call, Site site);
  Task<workflow::CallOutcome> status(workflow::Call call, Site site);
  Task<workflow::CallOutcome> migrate(workflow::Call call, Site from, std::stop_token stop);
  Task<workflow::CallOutcome> carry_out(workflow::Call call, Site site, std::stop_token stop);

  World& world_;
  VmSearch search_;
  VmWatch watch_;
};

}  // namespace attune::wrappers
