// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/chain.h"

#include <boost/crc.hpp>

namespace attune::journal {

uint32_t chained(uint32_t before, std::string_view body) {
  boost::crc_32_type crc;
  for (int shift = 0; shift < 32; shift += 8) crc.process_byte(static_cast<unsigned char>(before >> shift));
  crc.process_bytes(body.data(), body.size());
  return crc.checksum();
}

}  // namespace attune::journal
