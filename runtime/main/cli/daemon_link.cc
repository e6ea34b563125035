// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/daemon_link.h"

#include <nlohmann/json.hpp>

#include "runtime/control/target.h"
#include "runtime/main/places.h"

namespace attune::cli {

void DaemonLink::declare(Options& options) {
  options.option("-p,--project", "PROJECT", project_,
                 "which of the projects that run; the only one where silent");
  options.option("--run-dir", "DIR", run_folder_, "where attuned was told to keep its socket");
}

Result<void> DaemonLink::connect() {
  if (client_) return {};
  auto running = main::find_running(project_, run_folder_);
  if (!running) return fail(std::move(running.error()));
  project_ = std::move(running->name);
  auto client = control::Client::connect(running->control);
  if (!client) return fail(std::move(client.error()));
  client_.emplace(std::move(*client));
  return {};
}

Result<std::string> DaemonLink::ask(std::string_view method, std::string_view target, std::string_view body) {
  if (Result<void> connected = connect(); !connected) return fail(std::move(connected.error()));
  auto answer = client_->ask(method, target, body);
  if (!answer && answer.error().code == ErrorCode::kUnreachable)
    client_.reset();  // it is gone; another may come
  return answer;
}

Result<bool> DaemonLink::read_lines(std::string_view target,
                                    const std::function<bool(std::string_view)>& on_line, int reader) {
  if (Result<void> connected = connect(); !connected) return fail(connected.error());
  return client_->read_lines(target, on_line, reader);
}

ExitCode DaemonLink::complain(const Error& error, Console& console) const {
  const bool is_answer = client_ && error.code != ErrorCode::kUnreachable;
  return console.fail(is_answer ? ExitCode::kRefused : ExitCode::kNoDaemon, error.message);
}

std::string json_object(const Members& members) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  for (const auto& [name, value] : members) body[std::string(name)] = value;
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string path_of(std::initializer_list<std::string_view> words) {
  std::string path = "/v1";
  for (const std::string_view word : words) path += "/" + control::encoded(word);
  return path;
}

}  // namespace attune::cli
