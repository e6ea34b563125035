// SPDX-License-Identifier: Apache-2.0
#include "tests/live/tracer.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/attuned_process.h"

namespace attune::test {

namespace {

// Reads until it says that it is attached.
void await_attached(int from) {
  std::string said;
  while (said.find("attached") == std::string::npos) {
    pollfd ready{from, POLLIN, 0};
    const auto patience = std::chrono::milliseconds(AttunedProcess::patience()).count();
    std::array<char, 512> text{};
    const ssize_t length =
        ::poll(&ready, 1, static_cast<int>(patience)) > 0 ? ::read(from, text.data(), text.size()) : -1;
    if (length <= 0) throw std::runtime_error("strace does not begin: " + said);
    said.append(text.data(), static_cast<size_t>(length));
  }
}

}  // namespace

Tracer::Tracer(pid_t process, const char* syscall, int nth) {
  std::vector<std::string> words = {"strace", "-f",
                                    "-o",     "/dev/null",
                                    "-p",     std::to_string(process),
                                    "-e",     fmt::format("trace={}", syscall),
                                    "-e",     fmt::format("inject={}:signal=SIGKILL:when={}", syscall, nth)};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("strace: no pipe");
  out_ = UniqueFd(ends[0]);
  UniqueFd in(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.get(), STDERR_FILENO);
  const int rc = ::posix_spawnp(&pid_, "strace", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (rc != 0) throw std::runtime_error(fmt::format("strace: {} (apt install strace)", std::strerror(rc)));
  in = UniqueFd();
  await_attached(out_.get());
}

Tracer::~Tracer() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace attune::test
