// SPDX-License-Identifier: Apache-2.0
// Links: which network interfaces there are, and which come and go, as the kernel tells by netlink. One
// thread, that of the sensor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/traffic/counted.h"
#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"

namespace attune::probes {

struct Link {
  unsigned index = 0;
  std::string name;
  Mac mac{};
  bool is_gone = false;
};

class Links {
 public:
  // Listens first and asks then, so that none is missed.
  static Result<Links> open();

  int descriptor() const { return socket_.get(); }
  // What is new since the last call; those that are there first. May tell the same again.
  Result<std::vector<Link>> news();

 private:
  explicit Links(UniqueFd socket) : socket_(std::move(socket)) {}
  Result<void> ask_for_all();

  UniqueFd socket_;
};

// The links that one datagram of netlink tells of; what is cut short or of another kind is left out. Pure.
std::vector<Link> parse_links(std::string_view datagram);

}  // namespace attune::probes
