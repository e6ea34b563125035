// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/sequence.h"

#include <algorithm>

namespace attune::stream {
namespace {

// The eight bytes of the word at `index`, well mixed (the finaliser of SplitMix64).
uint64_t word_at(uint64_t index) {
  uint64_t x = (index + 1) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

void put(uint64_t number, unsigned char* out) {
  for (int i = 7; i >= 0; --i, number >>= 8) out[i] = static_cast<unsigned char>(number);
}

uint64_t get(const unsigned char* bytes) {
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

}  // namespace

OpeningBytes encode(const Opening& opening) {
  OpeningBytes bytes;
  put(opening.showing, bytes.data());
  put(opening.position, bytes.data() + 8);
  return bytes;
}

Opening decode(const OpeningBytes& bytes) {
  return {get(bytes.data()), get(bytes.data() + 8)};
}

uint64_t position_after(std::chrono::nanoseconds elapsed) {
  if (elapsed.count() <= 0) return 0;
  // Apart, lest the product overflow.
  const auto whole = std::chrono::floor<std::chrono::seconds>(elapsed);
  const auto rest = static_cast<uint64_t>((elapsed - whole).count());
  return static_cast<uint64_t>(whole.count()) * kBytesPerSecond + rest * kBytesPerSecond / 1'000'000'000;
}

void fill(uint64_t position, std::span<unsigned char> out) {
  uint64_t word = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    const uint64_t at = position + i;
    if (i == 0 || at % 8 == 0) word = word_at(at / 8);
    out[i] = static_cast<unsigned char>(word >> (at % 8 * 8));
  }
}

size_t count_wrong(uint64_t position, std::span<const unsigned char> bytes) {
  std::array<unsigned char, 4096> right;
  size_t wrong = 0;
  for (size_t done = 0; done < bytes.size(); done += right.size()) {
    auto part = bytes.subspan(done, std::min(right.size(), bytes.size() - done));
    fill(position + done, std::span(right).first(part.size()));
    for (size_t i = 0; i < part.size(); ++i) wrong += part[i] != right[i] ? 1 : 0;
  }
  return wrong;
}

}  // namespace attune::stream
