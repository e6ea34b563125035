// SPDX-License-Identifier: Apache-2.0
// The stream that the server plays and the client checks: an endless sequence whose every byte follows from
// its position, at a steady rate, like a film. Pure functions; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace attune::stream {

inline constexpr uint16_t kStreamPort = 5004;
inline constexpr uint16_t kLoadPort = 5005;
inline constexpr uint64_t kBytesPerSecond = 1'000'000;

// What a client is told first: which showing this is (another one after the server was started anew) and the
// position at which its stream begins. 16 bytes, each number with its highest byte first.
struct Opening {
  uint64_t showing = 0;
  uint64_t position = 0;
  friend bool operator==(const Opening&, const Opening&) = default;
};
using OpeningBytes = std::array<unsigned char, 16>;
OpeningBytes encode(const Opening& opening);
Opening decode(const OpeningBytes& bytes);

// The position that the film has reached after `elapsed`.
uint64_t position_after(std::chrono::nanoseconds elapsed);

// Writes the bytes that stand from `position` on.
void fill(uint64_t position, std::span<unsigned char> out);

// How many of `bytes` differ from those that stand from `position` on.
size_t count_wrong(uint64_t position, std::span<const unsigned char> bytes);

}  // namespace attune::stream
