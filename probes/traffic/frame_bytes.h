// SPDX-License-Identifier: Apache-2.0
// FrameBytes: the first bytes of a frame in memory, and the reader of headers (frame.h) on them. Pure; any
// thread.
#pragma once

#include <cstddef>
#include <cstring>

namespace attune::probes {

struct FrameBytes {
  const unsigned char* data = nullptr;
  std::size_t size = 0;

  // As the kernel's helper: 0, or -1 where the frame, or what was kept of it, ends before.
  int read(std::size_t offset, void* to, std::size_t length) const {
    if (offset > size || length > size - offset) return -1;
    std::memcpy(to, data + offset, length);
    return 0;
  }
};

}  // namespace attune::probes

#ifndef TRAFFIC_SOURCE
#define TRAFFIC_SOURCE const attune::probes::FrameBytes&
#define TRAFFIC_READ(source, offset, to, size) (source).read(offset, to, size)
#endif
#include "probes/traffic/frame.h"
