// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/deployer.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/deployment.h"
#include "runtime/deploy/host_script.h"
#include "runtime/deploy/scripts.h"

namespace attune::deploy {

namespace {

constexpr int kMostAttempts = 3;  // when others remove contents meanwhile

Result<void> check_place(const ports::HostTarget& host, const std::string& component,
                         const std::string& dirlocal) {
  if (!is_component_name(component)) {
    return fail(host_error(
        host, ErrorCode::kInvalid,
        fmt::format("'{}' cannot be a component's name: letters, digits, '_' and '-' only", component)));
  }
  const bool is_odd = std::any_of(dirlocal.begin(), dirlocal.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  const bool climbs = (dirlocal + "/").find("/../") != std::string::npos;
  if (dirlocal.size() < 2 || dirlocal[0] != '/' || dirlocal.back() == '/' || is_odd || climbs) {
    return fail(host_error(
        host, ErrorCode::kInvalid,
        fmt::format("dirlocal '{}' must be an absolute path of a directory of its own, without '..' "
                    "and without '/' at its end",
                    dirlocal)));
  }
  return {};
}

// By another's push, which was cancelled, or came to its end between the survey and this one.
bool is_overtaken(const Error& error, const std::stop_token& stop) {
  return error.code == ErrorCode::kExists || (error.code == ErrorCode::kCancelled && !stop.stop_requested());
}

// Takes a name out of a set at the end of a coroutine, however that comes.
template <class Set>
class Entry {
 public:
  Entry(Set& set, typename Set::value_type value) : set_(set), value_(std::move(value)) {
    is_new_ = set_.insert(value_).second;
  }
  ~Entry() {
    if (is_new_) set_.erase(value_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  bool is_new() const { return is_new_; }

 private:
  Set& set_;
  typename Set::value_type value_;
  bool is_new_ = false;
};

}  // namespace

bool is_component_name(std::string_view name) {
  const auto is_fine = [](char c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && name.size() <= 128 && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), is_fine);
}

std::string Deployer::directory_of(const std::string& dirlocal, const std::string& component) {
  return dirlocal + "/components/" + component;
}

Deployer::Place Deployer::place_of(const ports::HostTarget& host, const std::string& dirlocal) {
  return {host.name, host.user, host.address, host.port, dirlocal};
}

Task<Result<Deployed>> Deployer::deploy(ports::HostTarget host, DeployRequest request, std::stop_token stop,
                                        OnProgress on_progress) {
  Result<void> checked = check_place(host, request.component, request.dirlocal);
  if (!checked) co_return fail(std::move(checked).error());
  checked = check(request.files);
  if (!checked) co_return fail(host_error(host, ErrorCode::kInvalid, checked.error().message));
  const Place place = place_of(host, request.dirlocal);
  const Entry entry(busy_, {place, request.component});
  if (!entry.is_new()) {
    co_return fail(host_error(
        host, ErrorCode::kExists,
        fmt::format("'{}' is being deployed or undeployed already: wait for that", request.component)));
  }
  std::shared_ptr<const Content> content;
  if (!request.archive.empty()) {
    shell_.prepare(host);  // while the archive is looked at
    Inspector::Found found = co_await inspector_.inspect(request.archive, stop);
    if (!found) co_return fail(host_error(host, found.error().code, found.error().message));
    content = std::move(*found);
  }

  Deployed deployed{directory_of(request.dirlocal, request.component), false, 0};
  const std::string component = request.component;
  const PushKey key(place, content ? content->sha256 : "-");
  Deployment deployment(shell_, host, std::move(request), content, stop, std::move(on_progress));
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    // One deployment sends, the others that want the same content there wait for it.
    const bool another_sends = content && pushes_.contains(key);
    Task<Result<Survey>> looking = another_sends ? deployment.survey() : bring(deployment, key);
    Result<Survey> survey = co_await std::move(looking);
    if (!survey && survey.error().code == ErrorCode::kExists) continue;
    if (!survey) co_return fail(std::move(survey).error());
    deployed.bytes_sent += deployment.bytes_sent();
    if (survey->is_deployed) {
      deployed.was_there = deployed.bytes_sent == 0;
      co_return deployed;
    }
    if (deployment.is_unpacked()) co_return deployed;
    if (another_sends && !survey->has_content) {
      const PushEnd sent = co_await await_push(deployment, key, stop);
      if (!sent && is_overtaken(sent.error(), stop)) continue;
      if (!sent) co_return fail(sent.error());
    }
    const Result<bool> done = co_await deployment.unpack(survey->has_content);
    if (!done) co_return fail(done.error());
    if (*done) co_return deployed;
  }
  co_return fail(
      host_error(host, ErrorCode::kFailed,
                 fmt::format("the content of '{}' vanishes as soon as it is there: is another manager "
                             "at work below the same dirlocal?",
                             component)));
}

// Leaves the content on the host, whether it was there or not; otherwise an Error.
Task<Result<Survey>> Deployer::bring(Deployment& deployment, PushKey key) {
  if (deployment.content() == nullptr) co_return co_await deployment.bring();
  pushes_[key];
  Result<Survey> survey = co_await deployment.bring();
  PushEnd end;
  if (!survey) {
    end = fail(survey.error());
  } else if (!survey->has_arrived && !survey->has_content && !survey->is_deployed) {
    end = co_await deployment.push(survey->part_bytes);
    if (!end) survey = fail(end.error());
  }
  // What kept this one from sending need not keep others.
  if (!end && deployment.bytes_sent() == 0) end = fail(ErrorCode::kCancelled, "not sent");
  auto waiting = std::move(pushes_[key]);
  pushes_.erase(key);
  waiting.end_all(end);
  co_return survey;
}

Task<Deployer::PushEnd> Deployer::await_push(const Deployment& deployment, PushKey key,
                                             std::stop_token stop) {
  const auto found = pushes_.find(key);
  if (found == pushes_.end()) co_return fail(ErrorCode::kExists, "it has ended meanwhile");
  co_return co_await found->second.wait(loop_, std::move(stop), fail(deployment.cancelled()));
}

Task<Result<Undeployed>> Deployer::undeploy(ports::HostTarget host, std::string component,
                                            std::string dirlocal, std::stop_token stop) {
  Result<void> checked = check_place(host, component, dirlocal);
  if (!checked) co_return fail(std::move(checked).error());
  const Entry entry(busy_, {place_of(host, dirlocal), component});
  if (!entry.is_new()) {
    co_return fail(
        host_error(host, ErrorCode::kExists,
                   fmt::format("'{}' is being deployed or undeployed already: wait for that", component)));
  }
  HostScript script;
  script.text = undeploy_script();
  script.arguments = {dirlocal, component};
  script.timeout = std::chrono::minutes(10);
  const std::string doing = fmt::format("removing {} below {}", component, dirlocal);
  const Result<ports::Exited> end = co_await run_script(shell_, host, std::move(script), doing, stop);
  if (!end) co_return fail(end.error());
  if (end->code == kForeign) {
    const std::string path = end->error_output.substr(0, end->error_output.find('\n'));
    co_return fail(
        host_error(host, ErrorCode::kDenied,
                   fmt::format("{} is not a directory of user '{}': nothing was removed", path, host.user)));
  }
  if (end->code == kStillRuns) {
    co_return fail(
        host_error(host, ErrorCode::kExists,
                   fmt::format("{} still runs there, as process {}: stop it, then undeploy again", component,
                               end->error_output.substr(0, end->error_output.find('\n')))));
  }
  if (end->code != 0) co_return fail(tool_error(host, *end, doing));
  Undeployed undeployed;
  if (!end->output.starts_with("left ")) co_return undeployed;
  const char* from = end->output.data() + 5;
  if (std::from_chars(from, end->output.data() + end->output.size(), undeployed.files_left).ec !=
      std::errc()) {
    co_return fail(host_error(
        host, ErrorCode::kCorrupt,
        fmt::format("it does not say how many files of others are left of {}: look there", component)));
  }
  co_return undeployed;
}

Task<Result<std::vector<Lying>>> Deployer::list(ports::HostTarget host, std::string dirlocal,
                                                std::stop_token stop) {
  HostScript script;
  script.text = list_script();
  script.arguments = {dirlocal, host.name};
  const std::string doing = fmt::format("looking what is there below {}", dirlocal);
  const Result<ports::Exited> end = co_await run_script(shell_, host, std::move(script), doing, stop);
  if (!end) co_return fail(end.error());
  if (end->code != 0) co_return fail(tool_error(host, *end, doing));
  std::map<std::string, bool> found;
  std::istringstream lines(end->output);
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(' '));
    if (is_component_name(name)) found[name] = line.ends_with(" runs");
  }
  std::vector<Lying> all;
  for (const auto& [name, runs] : found) all.push_back({name, runs});
  co_return all;
}

}  // namespace attune::deploy
