// SPDX-License-Identifier: Apache-2.0
// Counter: counts what passes the taps, on two sides that take turns. Implemented in the kernel
// (kernel_counter.h) and by a packet ring (ring_counter.h). One thread, that of the sensor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "probes/traffic/counted.h"
#include "probes/traffic/period.h"
#include "runtime/base/result.h"

namespace attune::probes {

struct Bounds {
  std::size_t peers = 1024;   // of a VM that are told one by one; four times as many are counted so
  std::size_t table = 65536;  // entries of all VMs, on each side
  static constexpr std::size_t kSpare = 4;
};

class Counter {
 public:
  virtual ~Counter() = default;

  // "ebpf" or "ring".
  virtual std::string_view via() const = 0;
  virtual Result<void> attach(unsigned interface) = 0;
  // The interface is gone, or will be no more counted; what was counted stays until its side is taken.
  virtual void detach(unsigned interface) = 0;
  // From `border` on `side` counts, until then the other one.
  virtual void set_border(Moment border, int side) = 0;
  // What the side that is over has counted; it is empty after that. Comes back when nothing more can be added
  // to it.
  virtual Counted take(int side) = 0;
  // Descriptors to be polled for reading, and what is done when one of them, or some time, has come.
  virtual std::vector<int> descriptors() const { return {}; }
  virtual void serve() {}
  // Packets that passed uncounted since the last time that one asked.
  virtual std::uint64_t take_missed() { return 0; }
};

}  // namespace attune::probes
