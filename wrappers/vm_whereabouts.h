// SPDX-License-Identifier: Apache-2.0
// Where a machine is, asked of all who could have it, before it is started and when a manager takes it over.
// What a migration that broke off has left behind is settled on the way. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/system/component.h"
#include "wrappers/implementation.h"
#include "wrappers/vm_search.h"

namespace attune::wrappers {

// The domain and the host where the system has it.
struct Site {
  ports::DomainId domain;
  std::string host;  // its name
  std::string uri;
  // Why the host is not even asked: it is known not to answer. Empty: it is.
  std::string silence = {};
};

// "lab1 is down, it does not answer: ...", and what a person can do; or that it is said to be off. Empty for
// a host that may answer.
std::string silence_of(const system::Host& host);

struct Whereabouts {
  // kStarted, kStopped, or kLost: hosts that do not answer may have it.
  system::Lifecycle lifecycle = system::Lifecycle::kStopped;
  std::string host;                  // where it was found
  std::vector<std::string> silent;   // of kLost: the hosts; of kStopped: others that may still define it
  std::vector<std::string> defined;  // of kStopped: other hosts that have a mere definition of it
  bool is_gone = false;              // of kStopped: no host that was asked has even that
  // Where its own host has not even a definition of it: hosts that were not asked, being said to be off.
  std::vector<std::string> off;
};

// `may_run`: it was not properly stopped, so that where nobody has it, a silent host may. kUnreachable: its
// own host does not answer, or was not asked, and nobody else has it. kExists: it runs on several hosts.
// kCancelled: `search` has come to its end.
Task<Result<Whereabouts>> whereabouts_of(World& world, VmSearch& search, Site own, bool may_run);

// It runs on `to` now. What a migration of it has left open before is settled by that: a copy that is paused
// on `from`, the host where the system had it, is removed, also later when that answers, and none goes on.
void tell_arrival(World& world, const ports::DomainId& domain, const std::string& from,
                  const std::string& to);

}  // namespace attune::wrappers
