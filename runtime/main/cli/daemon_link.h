// SPDX-License-Identifier: Apache-2.0
// DaemonLink: the way from a command to the attuned that it is about: which project, where its socket or its
// port is, and what it answers (docs/control-api.md). One thread at a time.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/control/client.h"
#include "runtime/main/cli/console.h"
#include "runtime/main/cli/options.h"

namespace attune::cli {

class DaemonLink {
 public:
  // -p PROJECT and --run-dir DIR; --url URL, --token-file FILE and --ca FILE for a manager elsewhere, which
  // the environment may name as well.
  void declare(Options& options);

  // The answer, which is JSON. Connects first where it has not yet; blocks.
  Result<std::string> ask(std::string_view method, std::string_view target, std::string_view body = {});
  // Each line that is streamed, until `on_line` returns false, the stream ends, or nobody reads `reader` any
  // more.
  Result<bool> read_lines(std::string_view target, const std::function<bool(std::string_view)>& on_line,
                          int reader);
  // After lines that were refused, which ends the conversation: the next question begins a new one.
  void leave() { client_.reset(); }

  // As said on the command line, or found; may be empty.
  const std::string& project() const { return project_; }
  const std::string& run_folder() const { return run_folder_; }
  // Whether it is a manager that is reached over TCP.
  bool is_remote() const { return !url().empty(); }

  // Tells what went wrong with the last of these.
  ExitCode complain(const Error& error, Console& console) const;

 private:
  Result<void> connect();
  Result<control::Client> connect_here();
  Result<control::Client> connect_to(const std::string& url) const;
  bool is_here() const { return !project_.empty() || !run_folder_.empty(); }
  std::string url() const;

  std::string project_, run_folder_, url_, token_file_, authorities_;
  std::optional<control::Client> client_;  // once connected
  bool is_misused_ = false;                // what was said of --url cannot be meant
};

// The body of a request: a JSON object of texts, in the order given.
using Members = std::vector<std::pair<std::string_view, std::string_view>>;
std::string json_object(const Members& members);

// "/v1/components/NAME/undeploy" with what each word needs: path_of({"components", name, "undeploy"}).
std::string path_of(std::initializer_list<std::string_view> words);

}  // namespace attune::cli
