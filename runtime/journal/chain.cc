// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/chain.h"

#include <array>

#include <zlib.h>

namespace attune::journal {

uint32_t chained(uint32_t before, std::string_view body) {
  std::array<Bytef, 4> link{};
  for (size_t i = 0; i < link.size(); ++i) link[i] = static_cast<Bytef>(before >> (8 * i));
  const uLong crc = crc32_z(0, link.data(), link.size());
  return static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(body.data()), body.size()));
}

}  // namespace attune::journal
