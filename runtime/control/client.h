// SPDX-License-Identifier: Apache-2.0
// Client: the other end of the control API, for `attune`: by the socket, or over TCP with TLS and a token.
// Blocks. One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::control {

// A manager on the network.
struct RemotePlace {
  std::string host;
  std::string port = "443";
  friend bool operator==(const RemotePlace&, const RemotePlace&) = default;
};
// "https://HOST", "https://HOST:PORT", with a '/' behind it or not. kInvalid: anything else.
Result<RemotePlace> parse_url(std::string_view url);

class Client {
 public:
  // kUnreachable: nobody listens there; kDenied: the socket is not for this user.
  static Result<Client> connect(const std::string& path);
  // `authorities`: a PEM file of those whose certificates are believed; the system's where it is empty.
  // kUnreachable: nobody listens there; kDenied: it shows a certificate that is not believed, or not its own.
  static Result<Client> connect(const RemotePlace& place, std::string token, const std::string& authorities);
  class Connection;
  // By one that is there.
  static Client over(std::unique_ptr<Connection> connection);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // The answer's body, or the Error that the daemon gave. kUnreachable: it went away before it answered.
  Result<std::string> ask(std::string_view method, std::string_view target, std::string_view body = {});

  // Calls `on_line` for each line that the daemon streams, until it ends or `on_line` returns false; or until
  // nobody reads any more what is written to the pipe `reader`, where one is given. Whether it has ended.
  Result<bool> read_lines(std::string_view target, const std::function<bool(std::string_view)>& on_line,
                          int reader = -1);

 private:
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace attune::control
