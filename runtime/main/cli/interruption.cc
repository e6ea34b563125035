// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/interruption.h"

#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace attune::cli {

namespace {

// What the handler writes to: nothing else reaches it there.
volatile std::sig_atomic_t to_wake = -1;

void wake(int) {
  const int error = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(static_cast<int>(to_wake), &one, sizeof one);
  errno = error;
}

void end(int) {
  ::_exit(0);
}

}  // namespace

Interruption::Interruption(Then then) : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  to_wake = fd_.get();
  struct sigaction action {};
  action.sa_handler = then == Then::kWakes ? wake : end;
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

Interruption::~Interruption() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
  to_wake = -1;
}

bool Interruption::has_come() const {
  pollfd told{fd_.get(), POLLIN, 0};
  return ::poll(&told, 1, 0) > 0;
}

}  // namespace attune::cli
