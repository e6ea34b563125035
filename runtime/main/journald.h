// SPDX-License-Identifier: Apache-2.0
// Journald: the system's log, as far as the daemon writes to it with fields beside the line: one datagram
// each to its socket, in its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), without its library. Any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/unique_fd.h"

namespace attune::main {

// What a line is about; what is empty is not sent.
struct LogFields {
  std::string run, component, host, event;
};

class Journald {
 public:
  static constexpr std::string_view kSocket = "/run/systemd/journal/socket";

  // Where `stream`, as systemd says it in $JOURNAL_STREAM, is what `fd` writes to: then who reads that is
  // journald. Nothing where it is not, or cannot be reached.
  static std::optional<Journald> find(int fd, const char* stream, std::string_view socket = kSocket);

  // False where it does not take it: the caller says it elsewhere.
  using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
  bool send(const Fields& fields) const;
  // The datagram: a line each, or, where the value has several, the name, its length and it.
  static std::string encoded(const Fields& fields);

 private:
  explicit Journald(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

}  // namespace attune::main
