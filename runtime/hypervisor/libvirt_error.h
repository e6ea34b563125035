// SPDX-License-Identifier: Apache-2.0
// Fault: what libvirt said when a call failed, and the one line that a person gets instead: which host, what
// could not be done, and what to do. Any thread; last_fault() speaks of the calling thread's last call.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::hypervisor {

struct Fault {
  int code = 0;    // virErrorNumber
  int domain = 0;  // virErrorDomain: which part of libvirt spoke
  std::string message;

  // The connection itself failed, so the call may or may not have been carried out.
  bool is_of_connection() const;
  // ssh ended before libvirt had sent anything: libvirt reads what ssh wrote about it only together with an
  // answer, so that nobody knows why. The next attempt may tell.
  bool has_lost_its_reason() const;
};

Fault last_fault();

// A host as messages name it: the URI's host, or "this machine".
std::string host_of_uri(std::string_view uri);

// "cannot start vm1 on lab1: ..."; `what` is a verb with its object.
Error explain(const Fault& fault, std::string_view what, std::string_view host);

// Why no connection could be made, and what to do about it.
Error explain_connection(const Fault& fault, const std::string& uri);

}  // namespace attune::hypervisor
