// SPDX-License-Identifier: Apache-2.0
// Client: the other end of the control socket, for `attune`. Blocks until the daemon answers. One thread at a
// time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::control {

class Client {
 public:
  // kUnreachable: nobody listens there; kDenied: the socket is not for this user.
  static Result<Client> connect(const std::string& path);
  ~Client();
  Client(Client&&) noexcept;

  // The answer's body, or the Error that the daemon gave. kUnreachable: it went away before it answered.
  Result<std::string> ask(std::string_view method, std::string_view target, std::string_view body = {});

  // Calls `on_line` for each line that the daemon streams, until it ends or `on_line` returns false; or until
  // nobody reads any more what is written to the pipe `reader`, where one is given. Whether it has ended.
  Result<bool> read_lines(std::string_view target, const std::function<bool(std::string_view)>& on_line,
                          int reader = -1);

 private:
  class Connection;
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace attune::control
