// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/help.h"

#include <fmt/format.h>

#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/table.h"

namespace attune::cli {

namespace {

// Each line of the examples, indented.
void write_examples(std::string_view examples, Output& out) {
  out.write("\nexample:\n");
  while (!examples.empty()) {
    const std::string_view line = examples.substr(0, examples.find('\n'));
    out.write(fmt::format("  {}\n", line));
    examples.remove_prefix(std::min(examples.size(), line.size() + 1));
  }
}

}  // namespace

void write_help(Output& out) {
  out.write("usage: attune COMMAND ...\n");
  size_t widest = 0;
  for (const CommandEntry& entry : commands()) widest = std::max(widest, entry.name.size());
  std::string_view group;
  for (const CommandEntry& entry : commands()) {
    if (entry.group != group) out.write(fmt::format("\n{}\n", out.painted(Paint::kStrong, entry.group)));
    group = entry.group;
    out.write(fmt::format("  {:{}}  {}\n", entry.name, widest, entry.summary));
  }
  out.write(
      "\n`attune COMMAND --help` says more of each; `attune --version` which version this is. The manager\n"
      "itself is another program: `attuned DIR`.\n");
  write_examples("attune check examples/local && attune plan examples/local", out);
  out.write(fmt::format("\nexit codes:\n{}", kExitCodes));
}

void write_help(const CommandEntry& entry, const ArgumentReader& reader, Output& out) {
  const std::string usage = reader.usage();
  out.write(fmt::format("attune {}: {}\n\nusage: attune {} [OPTION ...]{}{}\n\n", entry.name, entry.summary,
                        entry.name, usage.empty() ? "" : " ", usage));
  Table table;
  for (const auto& line : reader.arguments_listed()) table.add({line.names, line.meaning});
  for (const auto& line : reader.options_listed()) table.add({line.names, line.meaning});
  table.write(out, "  ");
  write_examples(entry.example, out);
}

}  // namespace attune::cli
