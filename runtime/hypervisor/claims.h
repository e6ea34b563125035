// SPDX-License-Identifier: Apache-2.0
// Claims: of each domain the newest migration, or settlement of one, is the one that counts. What an earlier
// one left open is not settled any more once there is another, or the domain is booted anew: what it would
// find on its two hosts, or has heard of them before, may not be its own. Loop thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

struct Claim {
  bool is_overtaken = false;  // nothing more is done in its name
};

class Claims {
 public:
  // Overtakes who has the domain's.
  std::shared_ptr<const Claim> take(const ports::DomainId& domain) {
    if (newest_.size() >= forget_at_) forget_ended();
    std::weak_ptr<Claim>& newest = newest_[domain.uuid.empty() ? domain.name : domain.uuid];
    if (const auto before = newest.lock()) before->is_overtaken = true;
    const auto made = std::make_shared<Claim>();
    newest = made;
    return made;
  }

 private:
  void forget_ended() {
    std::erase_if(newest_, [](const auto& one) { return one.second.expired(); });
    forget_at_ = 64 + 2 * newest_.size();
  }

  std::map<std::string, std::weak_ptr<Claim>> newest_;  // by UUID
  size_t forget_at_ = 64;
};

}  // namespace attune::hypervisor
