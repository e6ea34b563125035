// SPDX-License-Identifier: Apache-2.0
// Arrivals: the longest silence between things that should arrive steadily (the stream's bytes, echo
// replies). What a person who watches the stream would see as a stutter. One thread.
#pragma once

#include "runtime/base/clock.h"

namespace attune::stream {

class Arrivals {
 public:
  // Something arrived at `now`. Silence before the first arrival does not count.
  void note(Instant now) {
    measure(now);
    last_ = now;
    begun_ = true;
  }
  // The watch ends at `now`: the silence since the last arrival counts as well.
  void finish(Instant now) { measure(now); }

  bool begun() const { return begun_; }
  Instant last() const { return last_; }
  Duration longest() const { return longest_; }
  Instant longest_since() const { return longest_since_; }

 private:
  void measure(Instant now) {
    if (!begun_ || now - last_ <= longest_) return;
    longest_ = now - last_;
    longest_since_ = last_;
  }

  bool begun_ = false;
  Instant last_{};
  Duration longest_{};
  Instant longest_since_{};
};

}  // namespace attune::stream
