// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/console.h"

#include <string>

#include <fmt/format.h>

#include "runtime/base/log.h"

namespace attune::cli {

ExitCode Console::fail(ExitCode code, std::string_view message) {
  out.flush();  // what was said before stands before
  err.write(fmt::format("{} {}\n", err.painted(Paint::kBad, "attune:"), printable(message)));
  err.flush();
  return code;
}

std::string escaped_json(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = static_cast<unsigned char>(i + 1 < json.size() ? json[i + 1] : 0);
    if (byte == 0x7F || (byte == 0xC2 && next >= 0x80 && next < 0xA0)) {  // DEL, C1: only within texts
      text += fmt::format("\\u{:04x}", byte == 0x7F ? byte : next);
      if (byte != 0x7F) ++i;
    } else {
      text += json[i];
    }
  }
  return text;
}

void Console::write_json(std::string_view json) {
  while (!json.empty() && json.back() == '\n') json.remove_suffix(1);
  out.write(escaped_json(json) + "\n");
}

}  // namespace attune::cli
