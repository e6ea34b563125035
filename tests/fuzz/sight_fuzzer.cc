// SPDX-License-Identifier: Apache-2.0
// Any text as what a host says of a tortured component: never a crash; what is listed is listed once and was
// said to be alive, and what begins a tree of its processes has no parent among them.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "runtime/base/next_word.h"
#include "runtime/main/torture/sight.h"

// Whether a line "p PID STATE ..." of the text says so.
static bool is_said_to_live(std::string_view text, int pid) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (attune::next_word(line) != "p") continue;
    const std::string_view number = attune::next_word(line), state = attune::next_word(line);
    int said = -1;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), said);
    if (error == std::errc() && end == number.data() + number.size() && said == pid && state != "Z" &&
        state != "X")
      return true;
  }
  return false;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::torture;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Sight sight = read_sight(text);
  std::set<int> pids;
  for (const SeenProcess& process : sight.processes)
    if (!pids.insert(process.pid).second || !is_said_to_live(text, process.pid)) std::abort();
  for (const SeenProcess& root : sight.roots())
    if (!pids.contains(root.pid) || pids.contains(root.parent)) std::abort();
  return 0;
}
