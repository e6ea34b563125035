// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/live_components.h"
#include "runtime/main/lsp/frame_reader.h"
#include "runtime/main/lsp/server.h"
#include "runtime/main/places.h"
#include "wrappers/catalog.h"
#include "wrappers/family_keys.h"

namespace attune::cli {

namespace {

constexpr size_t kChunkBytes = 65536;

bool has_input() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

// Of standard input; nothing at its end.
Result<std::string_view> read_some(std::array<char, kChunkBytes>& chunk) {
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (size >= 0) return std::string_view(chunk.data(), static_cast<size_t>(size));
    if (errno != EINTR)
      return fail(ErrorCode::kFailed, fmt::format("standard input: {}", std::strerror(errno)));
  }
}

class Lsp final : public Command {
 public:
  void declare(Options& options) override {
    options.flag("--stdio", is_said_,
                 "standard input and output, which is the only way: editors like to say so");
  }

  ExitCode run(Console& console) override {
    LiveComponents live;
    lsp::Server server(
        shipped(), [&](const std::string& message) { console.out.write(lsp::frame(message)); },
        [&](const std::string& project, const std::string& folder, const std::vector<std::string>& classes) {
          return live.ask(project, folder, classes);
        });
    lsp::FrameReader frames;
    std::array<char, kChunkBytes> chunk;
    while (console.out.is_open()) {
      if (!has_input()) server.settle();
      console.out.flush();
      const auto bytes = read_some(chunk);
      if (!bytes) return console.fail(ExitCode::kFailed, "lsp: " + bytes.error().message);
      if (bytes->empty()) break;
      frames.add(*bytes);
      if (const auto taken = take_all(frames, server); !taken)
        return console.fail(ExitCode::kFailed, "lsp: " + taken.error().message);
      if (const auto code = server.exit_code()) return *code == 0 ? ExitCode::kDone : ExitCode::kFailed;
    }
    return console.fail(ExitCode::kFailed, "lsp: the editor has gone without saying 'exit'");
  }

 private:
  static lsp::Shipped shipped() {
    const auto folder = main::stock_folder();
    return {wrappers::catalog(), wrappers::file_rules(), folder ? *folder : std::string(),
            [] { return wrappers::family_keys(); }};
  }

  static Result<void> take_all(lsp::FrameReader& frames, lsp::Server& server) {
    for (;;) {
      auto message = frames.next();
      if (!message) return fail(std::move(message.error()));
      if (!*message) return {};
      server.take(**message);
      if (server.exit_code()) return {};
    }
  }

  bool is_said_ = false;
};

}  // namespace

std::unique_ptr<Command> make_lsp() {
  return std::make_unique<Lsp>();
}

}  // namespace attune::cli
