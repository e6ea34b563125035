// SPDX-License-Identifier: Apache-2.0
// HostScript: runs one of the deployment's scripts on a host and tells its failure in one line that names the
// host and says what to do. The loop's thread.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/ports/shell.h"

namespace attune::deploy {

struct HostScript {
  std::string text;
  std::vector<std::string> arguments;
  std::string input;
  std::string input_file;
  uint64_t input_offset = 0;
  std::string input_cue;  // as ports::Command's
  Duration timeout = std::chrono::minutes(1);
  std::function<void(uint64_t bytes)> on_sent;
};

// The script's end, whatever its code. An Error: it did not run, was lost, timed out or was cancelled;
// `doing` says what it was about: "sending app.tar.gz".
Task<Result<ports::Exited>> run_script(ports::Shell& shell, ports::HostTarget host, HostScript script,
                                       std::string doing, std::stop_token stop);

// A failure on the host: "host lab1: what: what to do".
Error host_error(const ports::HostTarget& host, ErrorCode code, std::string_view what);

// Reads what a tool of the host said into an error. `doing`: "unpacking app.tar.gz below /var/lib/attune".
Error tool_error(const ports::HostTarget& host, const ports::Exited& end, std::string_view doing);

// "4.8 MiB"
std::string size_words(uint64_t bytes);

}  // namespace attune::deploy
