// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/signal_watch.h"

#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "runtime/base/user.h"

namespace attune::main {

namespace {

bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Who sent it. The terminal's own (Ctrl-C) and the kernel's have no process.
std::string text_of(const signalfd_siginfo& signal) {
  const auto number = static_cast<int>(signal.ssi_signo);
  const std::string name = number == SIGTERM ? "SIGTERM" : number == SIGINT ? "SIGINT" : "SIGHUP";
  const bool has_sender =
      signal.ssi_code == SI_USER || signal.ssi_code == SI_QUEUE || signal.ssi_code == SI_TKILL;
  if (!has_sender) return name;
  const auto process = static_cast<pid_t>(signal.ssi_pid);
  if (process == 0)
    return name + " of a process elsewhere";  // of another namespace: its user means nothing here
  return fmt::format("{} of {} (process {})", name, name_of_user(signal.ssi_uid), process);
}

}  // namespace

SignalWatch::SignalWatch() {
  sigset_t awaited{};
  sigemptyset(&awaited);
  for (const int number : {SIGTERM, SIGINT, SIGHUP})
    if (!is_ignored(number)) sigaddset(&awaited, number);  // as by nohup(1)
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of the write
  fd_.reset(::signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::unique_ptr<ports::Loop::Watch> SignalWatch::listen(ports::Loop& loop,
                                                        std::function<void(const Signal&)> on_signal) const {
  return loop.on_readable(fd_.get(), [fd = fd_.get(), on_signal = std::move(on_signal)] {
    signalfd_siginfo signal{};
    if (::read(fd, &signal, sizeof signal) == sizeof signal)
      on_signal({static_cast<int>(signal.ssi_signo), text_of(signal)});
  });
}

}  // namespace attune::main
