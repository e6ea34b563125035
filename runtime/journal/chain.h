// SPDX-License-Identifier: Apache-2.0
// The checksum that ties each stored record to all before it, so that damage, a missing record or one out of
// place shows when the journal is read. Internal to journal/; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace attune::journal {

inline constexpr uint32_t kChainStart = 0;  // what the first record follows

// CRC-32 (ISO-HDLC) over the checksum before, as four bytes, least first, and the record's text.
uint32_t chained(uint32_t before, std::string_view body);

}  // namespace attune::journal
