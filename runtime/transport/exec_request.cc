// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/exec_request.h"

#include <utility>

namespace attune::transport {

ExecRequest::ExecRequest(ports::HostTarget target, ports::Command command, Post post_back, Done done)
    : target_(std::move(target)),
      command_(std::move(command)),
      post_back_(std::move(post_back)),
      done_(std::move(done)) {}

void ExecRequest::tell_lines(std::vector<std::string> lines) {
  size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size() + sizeof(std::string);
  unheard_bytes_ += bytes;
  post_back_([self = shared_from_this(), lines = std::move(lines), bytes] {
    for (const std::string& line : lines) self->command_.on_line(line);
    const bool was_backlogged = self->is_backlogged();
    self->unheard_bytes_ -= bytes;
    if (was_backlogged && !self->is_backlogged() && self->on_heard_) self->on_heard_();
  });
}

void ExecRequest::tell_sent(uint64_t bytes) {
  sent_ = bytes;
  if (!command_.on_sent || sent_is_posted_.exchange(true)) return;
  post_back_([self = shared_from_this()] {
    self->sent_is_posted_ = false;
    self->command_.on_sent(self->sent_);
  });
}

void ExecRequest::finish(Result<ports::CommandEnd> end) {
  if (std::exchange(is_finished_, true)) return;
  post_back_([self = shared_from_this(), end = std::move(end)]() mutable { self->done_(std::move(end)); });
}

}  // namespace attune::transport
