// SPDX-License-Identifier: Apache-2.0
// The headers of frames, and the kernel's messages on interfaces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "probes/traffic/frame_bytes.h"
#include "probes/traffic/links.h"

// The first four bytes are how long the frame says that it is, and the size of its segments.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::probes;
  (void)parse_links({reinterpret_cast<const char*>(data), size});
  uint16_t numbers[2];
  if (size < sizeof(numbers)) return 0;
  std::memcpy(numbers, data, sizeof(numbers));
  const FrameBytes bytes{data + sizeof(numbers), size - sizeof(numbers)};
  const traffic_frame frame{numbers[0], numbers[1], 0};
  traffic_packet packet{};
  if (!traffic_read_frame(bytes, &frame, &packet)) return 0;
  const bool has_segments = packet.count.messages > 1;
  if (packet.count.messages == 0 || packet.count.messages > 65'536) std::abort();
  if (!has_segments && packet.count.bytes > frame.length) std::abort();
  return 0;
}
