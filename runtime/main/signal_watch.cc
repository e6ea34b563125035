// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/signal_watch.h"

#include <csignal>
#include <utility>

#include <sys/signalfd.h>
#include <unistd.h>

namespace attune::main {

namespace {

bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
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
                                                        std::function<void(int)> on_signal) const {
  return loop.on_readable(fd_.get(), [fd = fd_.get(), on_signal = std::move(on_signal)] {
    signalfd_siginfo signal{};
    if (::read(fd, &signal, sizeof signal) == sizeof signal) on_signal(static_cast<int>(signal.ssi_signo));
  });
}

}  // namespace attune::main
