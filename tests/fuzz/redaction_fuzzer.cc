// SPDX-License-Identifier: Apache-2.0
// Any secrets, each ended by a zero byte, and behind the last one what a program says: of the text just those
// bytes are left that belong to no secret, and to no line of one that is hidden by itself.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wrappers/redaction.h"

namespace {

constexpr size_t kLeastLine = 4;  // bytes

using Marks = std::vector<bool>;

void mark(std::string_view text, std::string_view piece, Marks& marks) {
  if (piece.empty()) return;
  for (size_t at = 0; at + piece.size() <= text.size(); ++at)
    if (text.substr(at, piece.size()) == piece)
      for (size_t i = at; i < at + piece.size(); ++i) marks[i] = true;
}

void mark_secret(std::string_view text, std::string_view secret, Marks& marks) {
  mark(text, secret, marks);
  std::string line;
  for (const char c : std::string(secret) + '\n') {
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line.size() >= kLeastLine) mark(text, line, marks);
    line.clear();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> secrets;
  for (size_t end = text.find('\0'); end != text.npos; end = text.find('\0')) {
    secrets.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  attune::wrappers::Redaction redaction;
  Marks marks(text.size());
  for (const std::string_view secret : secrets) {
    redaction.hide(secret);
    mark_secret(text, secret, marks);
  }
  std::string expected;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!marks[i])
      expected += text[i];
    else if (i == 0 || !marks[i - 1])
      expected += "***";
  }
  if (redaction.cleaned(text) != expected) std::abort();
  return 0;
}
