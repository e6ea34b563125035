// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/daemon_link.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "runtime/base/private_file.h"
#include "runtime/control/bearer.h"
#include "runtime/control/target.h"
#include "runtime/main/places.h"

namespace attune::cli {

void DaemonLink::declare(Options& options) {
  options.option("-p,--project", "PROJECT", project_,
                 "which of the projects that run; the only one where silent");
  options.option("--run-dir", "DIR", run_folder_, "where attuned was told to keep its socket");
  options.option("--url", "URL", url_,
                 "an attuned elsewhere, as https://host:port; $ATTUNE_URL where silent");
  options.option("--token-file", "FILE", token_file_,
                 "who you are to it, made by `attune token`; $ATTUNE_TOKEN_FILE where silent");
  options.option("--ca", "FILE", authorities_,
                 "whose certificates are believed; $ATTUNE_CA, or the system's own choice, where silent");
}

namespace {

std::string said_or_set(const std::string& said, const char* variable) {
  if (!said.empty()) return said;
  const char* set = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing here sets any
  return set == nullptr ? std::string() : std::string(set);
}

}  // namespace

std::string DaemonLink::url() const {
  return is_here() && url_.empty() ? std::string() : said_or_set(url_, "ATTUNE_URL");
}

Result<void> DaemonLink::connect() {
  if (client_) return {};
  const std::string url = this->url();
  auto client = url.empty() ? connect_here() : connect_to(url);
  is_misused_ = !client && !url.empty() && client.error().code == ErrorCode::kInvalid;  // of what was said
  if (!client) return fail(std::move(client.error()));
  client_.emplace(std::move(*client));
  return {};
}

Result<control::Client> DaemonLink::connect_here() {
  auto running = main::find_running(project_, run_folder_);
  if (!running) return fail(std::move(running.error()));
  project_ = std::move(running->name);
  return control::Client::connect(running->control);
}

Result<control::Client> DaemonLink::connect_to(const std::string& url) const {
  if (is_here())
    return fail(ErrorCode::kInvalid, "--url says it all: leave out --project and --run-dir beside it");
  const auto place = control::parse_url(url);
  if (!place) return fail(place.error());
  const std::string file = said_or_set(token_file_, "ATTUNE_TOKEN_FILE");
  if (file.empty())
    return fail(ErrorCode::kInvalid,
                "who are you? Name the file with your token by --token-file or ATTUNE_TOKEN_FILE");
  const auto token = read_private_file(file, Guard::kSecret);
  if (!token) return fail(token.error());
  const std::string_view plain = trimmed_secret(*token);
  if (!control::bearer_of("Bearer " + std::string(plain)))
    return fail(ErrorCode::kFailed, file + " holds no token: it is one line, as `attune token` prints it");
  return control::Client::connect(*place, std::string(plain), said_or_set(authorities_, "ATTUNE_CA"));
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
  auto read = client_->read_lines(target, on_line, reader);
  if (read) client_.reset();  // the conversation ends with the lines
  return read;
}

ExitCode DaemonLink::complain(const Error& error, Console& console) const {
  if (is_misused_) return console.fail(ExitCode::kUsage, error.message);
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
