// SPDX-License-Identifier: Apache-2.0
// Ping: ICMP echo requests to one address, and their replies, without a process for it. Needs root or
// CAP_NET_RAW. The caller polls fd() and decides when to send. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"

namespace attune::stream {

class Ping {
 public:
  // `address` is numeric.
  static Result<Ping> open(const std::string& address);

  int fd() const { return fd_.get(); }
  // Requests that the network refuses at once are lost ones, like those that are never answered.
  void send(Instant now);
  // The round-trip time of the next reply that has come; nothing when none has.
  std::optional<Duration> receive(Instant now);

 private:
  Ping(UniqueFd fd, uint16_t id) : fd_(std::move(fd)), id_(id) {}

  UniqueFd fd_;
  uint16_t id_;
  uint16_t sequence_ = 0;
};

}  // namespace attune::stream
