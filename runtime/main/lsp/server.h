// SPDX-License-Identifier: Apache-2.0
// Server: the language server (LSP 3.17) of `attune lsp`: a client's messages in, its answers and the
// diagnostics of the projects that it edits out. Knows nothing of streams: who has them gives it one message
// after the other, and says when no more waits. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/main/lsp/live.h"
#include "runtime/main/lsp/project_view.h"

namespace attune::lsp {

class Server {
 public:
  using Send = std::function<void(const std::string& message)>;

  // `send` gets each message to the client, without its frame. `live` may be empty.
  Server(Shipped shipped, Send send, Live live = {});
  ~Server();

  // Reads a message and answers it.
  void take(std::string_view message);
  // Reads the projects that have changed, and tells what is found in them. To be called when no more input
  // waits: so what somebody types is checked as fast as can be, and no faster.
  void settle();

  // The program's, once it has been told to end.
  std::optional<int> exit_code() const;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace attune::lsp
