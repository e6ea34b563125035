// SPDX-License-Identifier: Apache-2.0
// StreamCheck: what became of every byte of the stream. It is fed what a connection delivers and told when
// one breaks; stream_watch feeds it from a socket. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "examples/stream/sequence.h"
#include "runtime/base/clock.h"

namespace attune::stream {

struct Tally {
  uint64_t bytes_total = 0;  // received
  uint64_t bytes_wrong = 0;  // of these, not what the sequence says
  uint64_t bytes_lost = 0;   // wrong, or skipped because the connection broke and the film went on
  uint64_t connections_lost = 0;
  uint64_t restarts = 0;  // the server began another showing: it was started anew
};

class StreamCheck {
 public:
  // The next bytes of the connection, the opening first.
  void receive(std::span<const unsigned char> bytes);
  // The connection ended although nobody wanted it to. What is received next belongs to another one.
  void break_off();
  // The film went on for `elapsed` without us, and nobody is there any more to say from which position.
  void miss(Duration elapsed) { tally_.bytes_lost += position_after(elapsed); }

  const Tally& tally() const { return tally_; }
  // Where the stream stands; nothing before the first opening.
  std::optional<uint64_t> position() const;

 private:
  void open(const Opening& opening);

  Tally tally_;
  OpeningBytes opening_bytes_{};
  size_t opening_size_ = 0;
  std::optional<Opening> at_;  // the showing, and the position of the next byte
};

}  // namespace attune::stream
