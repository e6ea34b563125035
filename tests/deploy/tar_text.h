// SPDX-License-Identifier: Apache-2.0
// Tars written block by block, as no program writes them.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace attune::deploy::test_tar {

inline const std::string kZeros(512, '\0');
inline const std::string kEnd(1024, '\0');

inline std::string filled(std::string_view content) {
  return std::string(content).append((512 - content.size() % 512) % 512, '\0');
}

struct Entry {
  std::string name;
  char type = '0';
  std::string content;
  std::string link;
  std::string size;  // where empty, what the content has
  std::string magic = {"ustar\00000", 8};
  std::string prefix;
};

inline std::string header(const Entry& of) {
  std::string block(512, '\0');
  const auto put = [&](size_t at, std::string_view text) { block.replace(at, text.size(), text); };
  put(0, of.name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, of.size.empty() ? fmt::format("{:011o}", of.content.size()) : of.size);
  put(136, "00000000000");
  put(148, "        ");
  put(156, std::string(1, of.type));
  put(157, of.link);
  put(257, of.magic);
  put(345, of.prefix);
  const auto sum = std::accumulate(block.begin(), block.end(), 0U, [](unsigned so_far, char c) {
    return so_far + static_cast<unsigned char>(c);
  });
  put(148, fmt::format("{:06o}", sum) + '\0');
  return block;
}

inline std::string entry(const Entry& of) {
  return header(of) + filled(of.content);
}

// "27 linkpath=..."
inline std::string record(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

inline std::string pax(char type, const std::string& records) {
  return entry({.name = "pax", .type = type, .content = records});
}

}  // namespace attune::deploy::test_tar
