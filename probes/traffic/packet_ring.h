// SPDX-License-Identifier: Apache-2.0
// PacketRing: the packets of one interface, both ways, as the kernel puts them into a ring of blocks. One
// thread, that of the sensor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "probes/traffic/frame_bytes.h"
#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"

namespace attune::probes {

class PacketRing {
 public:
  // A block is handed over when it is full, or after so many milliseconds.
  static constexpr unsigned kBlockPatience = 50;

  struct Packet {
    FrameBytes bytes;  // valid during the call
    traffic_frame frame;
    std::int64_t wall;  // the kernel's time stamp, in nanoseconds since 1970
    bool is_to_vm;      // the interface sends it: on a tap, to the VM
  };
  using Take = std::function<void(const Packet&)>;

  static Result<std::unique_ptr<PacketRing>> open(unsigned interface);
  PacketRing(UniqueFd socket, unsigned char* blocks) : socket_(std::move(socket)), blocks_(blocks) {}
  PacketRing(const PacketRing&) = delete;
  PacketRing& operator=(const PacketRing&) = delete;
  ~PacketRing();

  int descriptor() const { return socket_.get(); }
  // All packets of the blocks that are handed over.
  void read(const Take& take);
  // Those that found the ring full since the last call.
  std::uint64_t take_missed();

 private:
  UniqueFd socket_;
  unsigned char* blocks_;
  unsigned next_ = 0;
};

}  // namespace attune::probes
