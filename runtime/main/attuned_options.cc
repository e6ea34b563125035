// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/attuned_options.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "runtime/base/log.h"
#include "runtime/main/version.h"

namespace attune::main {

namespace {

constexpr char kFooter[] =
    "Example:\n"
    "  attuned examples/local            in one terminal,\n"
    "  attune log -f                     in another\n"
    "\n"
    "It runs in the foreground. SIGTERM and SIGINT end it and leave the components as they are; the next\n"
    "attuned takes them over. `attune stop` stops them first. Exit codes: 0 ended as asked, 1 it could not\n"
    "run, 2 wrong use.";

}  // namespace

std::variant<AttunedOptions, int> read_attuned_options(int argc, const char* const* argv) {
  AttunedOptions options;
  CLI::App app("Runs the manager on a project: deploys, starts and watches what it draws, and reacts.",
               "attuned");
  app.footer(kFooter);
  app.set_version_flag("--version", "attuned " + std::string(kVersion));
  app.add_option("DIR", options.directory, "the project's folder, with its deployment.mmd");
  app.add_option("-p,--project", options.project,
                 "the project's name; the one in attune.info, or the folder's, where silent");
  app.add_option("--run-dir", options.run_base,
                 "where PROJECT/control and PROJECT/events are made [/run/attune; $XDG_RUNTIME_DIR/attune]");
  app.add_option(
      "--state-dir", options.state_base,
      "where PROJECT/journal.db is kept [/var/lib/attune; $XDG_STATE_HOME/attune, ~/.local/state/attune]");
  app.add_option("--log-level", options.log_level,
                 "the least that is logged: debug, info, warning, error [log.level of attune.info]");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::cerr << "attuned: " << printable(error.what()) << "; see attuned --help\n";
    return 2;
  }
  // Not required by the library, which would say so before it tells of an option that there is not.
  if (options.directory.empty()) {
    std::cerr << "attuned: DIR, the project's folder, is missing; see attuned --help\n";
    return 2;
  }
  return options;
}

}  // namespace attune::main
