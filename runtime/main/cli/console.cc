// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/console.h"

#include <string>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/base/unprintable.h"
#include "runtime/base/utf8.h"

namespace attune::cli {

ExitCode Console::fail(ExitCode code, std::string_view message) {
  out.flush();  // what was said before stands before
  err.write(fmt::format("{} {}\n", err.painted(Paint::kBad, "attune:"), printable(message)));
  err.flush();
  return code;
}

namespace {

// What a JSON text says for a sequence of up to three bytes that is no good to print: always below U+10000.
std::string escape_of(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(sequence[i]); };
  unsigned code = byte(0);
  if (sequence.size() == 2) code = (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
  if (sequence.size() == 3) code = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return fmt::format("\\u{:04x}", code);
}

}  // namespace

std::string escaped_json(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  while (!json.empty()) {
    const size_t length = utf8_length(json);
    const std::string_view sequence = json.substr(0, length == 0 ? 1 : length);
    json.remove_prefix(sequence.size());
    if (sequence == "\n" || sequence == "\t" || sequence == "\r")
      text += sequence == "\r" ? ' '
                               : sequence[0];  // between values; a terminal would go back to the line's begin
    else if (length == 0)
      text += "\\ufffd";
    else if (is_unprintable(sequence))
      text += escape_of(sequence);
    else
      text += sequence;
  }
  return text;
}

void Console::write_json(std::string_view json) {
  while (!json.empty() && json.back() == '\n') json.remove_suffix(1);
  out.write(escaped_json(json) + "\n");
}

}  // namespace attune::cli
