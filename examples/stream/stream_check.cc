// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/stream_check.h"

#include <algorithm>

namespace attune::stream {

void StreamCheck::receive(std::span<const unsigned char> bytes) {
  if (opening_size_ < opening_bytes_.size()) {
    const auto part = bytes.first(std::min(bytes.size(), opening_bytes_.size() - opening_size_));
    std::ranges::copy(part, opening_bytes_.begin() + static_cast<std::ptrdiff_t>(opening_size_));
    opening_size_ += part.size();
    if (opening_size_ < opening_bytes_.size()) return;
    bytes = bytes.subspan(part.size());
    open(decode(opening_bytes_));
  }
  const size_t wrong = count_wrong(at_->position, bytes);
  tally_.bytes_total += bytes.size();
  tally_.bytes_wrong += wrong;
  tally_.bytes_lost += wrong;
  at_->position += bytes.size();
}

void StreamCheck::open(const Opening& opening) {
  if (at_ && at_->showing != opening.showing) {
    ++tally_.restarts;
  } else if (at_ && opening.position > at_->position) {
    tally_.bytes_lost += opening.position - at_->position;
  }
  at_ = opening;
}

void StreamCheck::break_off() {
  ++tally_.connections_lost;
  opening_size_ = 0;
}

std::optional<uint64_t> StreamCheck::position() const {
  if (!at_) return std::nullopt;
  return at_->position;
}

}  // namespace attune::stream
