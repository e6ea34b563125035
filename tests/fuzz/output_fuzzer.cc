// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a command writes, in any pieces: the lines that LineCutter makes are those that a text
// has, and what KeptOutput keeps are the beginning and the end of it, whatever the pieces.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "runtime/transport/output.h"

namespace {

using Lines = std::vector<std::string>;

// The first bytes say how small the limits are and how long each piece is.
struct Case {
  size_t limit = 1;
  std::string_view lengths;
  std::string_view text;
};

template <class Take>
void in_pieces(const Case& of, const Take& take) {
  size_t at = 0;
  for (size_t i = 0; at < of.text.size(); ++i) {
    const size_t length = 1 + static_cast<unsigned char>(of.lengths[i % of.lengths.size()]) % 40;
    take(of.text.substr(at, length));
    at += length;
  }
}

Lines expected_lines(const Case& of) {
  Lines lines;
  std::string_view left = of.text;
  while (!left.empty()) {
    const size_t end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    do {
      lines.emplace_back(line.substr(0, of.limit));
      line.remove_prefix(std::min(of.limit, line.size()));
    } while (!line.empty());
  }
  return lines;
}

void check_lines(const Case& of) {
  attune::transport::LineCutter cutter(of.limit);
  Lines lines;
  const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
  in_pieces(of, [&](std::string_view piece) { cutter.add(piece, keep); });
  cutter.finish(keep);
  if (lines != expected_lines(of)) std::abort();
}

void check_kept(const Case& of) {
  attune::transport::KeptOutput kept(of.limit);
  in_pieces(of, [&](std::string_view piece) { kept.add(piece); });
  const size_t half = of.limit / 2;
  const std::string_view all = of.text;
  const std::string expected = all.size() <= 2 * half
                                   ? std::string(all)
                                   : fmt::format("{}\n[... {} bytes left out ...]\n{}", all.substr(0, half),
                                                 all.size() - 2 * half, all.substr(all.size() - half));
  if (kept.take() != expected) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Case one{size_t{1} + data[0] % 64, bytes.substr(1, 4), bytes.substr(5)};
  check_lines(one);
  check_kept(one);
  return 0;
}
