// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/deployment.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/scripts.h"
#include "runtime/deploy/sha256.h"

namespace attune::deploy {

namespace {

constexpr Duration kUnpackTimeout = std::chrono::minutes(10);

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "/dev/vda1 1020 300 720 30% /var/lib", as `df -Pk` has it: what stands before the percentage.
std::optional<uint64_t> free_blocks(std::string_view line) {
  const size_t percent = line.find("% /");
  if (percent == std::string_view::npos) return std::nullopt;
  const size_t end = line.find_last_of(' ', percent);
  const size_t last = end == std::string_view::npos ? end : line.find_last_not_of(' ', end);
  if (last == std::string_view::npos) return std::nullopt;
  const size_t before = line.find_last_of(' ', last);
  return number(line.substr(before + 1, last - before));
}

std::string digest_of(const Content* content, const std::string& extra) {
  Sha256 sum;
  if (content != nullptr) {
    sum.add(fmt::format("{} {} {} {}\n", content->sha256, name_of(content->kind), content->filename,
                        content->is_executable));
  }
  sum.add(extra);
  return sum.hex();
}

}  // namespace

Survey read_survey(std::string_view text) {
  Survey survey;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view word = line.substr(0, line.find(' '));
    const std::string_view rest = line.substr(std::min(word.size() + 1, line.size()));
    if (word == "deployed") survey.is_deployed = true;
    if (word == "have") survey.has_content = true;
    if (word == "part") survey.part_bytes = number(rest);
    if (const auto free = free_blocks(line)) survey.free_bytes = *free * 1024;
    if (word == "no-tool") survey.missing_tools.emplace_back(rest);
    if (word == "no-interpreter") survey.missing_interpreters.emplace_back(rest);
  }
  return survey;
}

Deployment::Deployment(ports::Shell& shell, ports::HostTarget host, DeployRequest request,
                       std::shared_ptr<const Content> content, std::stop_token stop, OnProgress on_progress)
    : shell_(shell),
      host_(std::move(host)),
      request_(std::move(request)),
      content_(std::move(content)),
      stop_(std::move(stop)),
      on_progress_(std::move(on_progress)),
      extra_(request_.files.empty() ? std::string() : pack(request_.files)),
      digest_(digest_of(content_.get(), extra_)) {}

std::string Deployment::what() const {
  return content_ ? content_->filename : request_.component;
}

std::string Deployment::below() const {
  return fmt::format("below {}", request_.dirlocal);
}

void Deployment::report(DeployProgress::Stage stage, uint64_t sent) const {
  if (on_progress_) on_progress_({stage, sent, content_ ? content_->size : 0});
}

std::vector<std::string> Deployment::tools() const {
  std::vector<std::string> names;
  const bool has_tar = content_ && content_->kind != ContentKind::kFile;
  if (has_tar || !extra_.empty()) names.emplace_back("tar");
  if (!content_) return names;
  names.emplace_back("sha256sum");
  if (content_->kind == ContentKind::kTarGz) names.emplace_back("gzip");
  if (content_->kind == ContentKind::kTarZst) names.emplace_back("zstd");
  return names;
}

Task<Result<Survey>> Deployment::survey() {
  report(DeployProgress::Stage::kLooking, 0);
  HostScript script;
  script.text = survey_script();
  script.arguments = {request_.dirlocal, request_.component, content_ ? content_->sha256 : "-", digest_};
  for (std::string& tool : tools()) script.arguments.push_back(std::move(tool));
  script.arguments.emplace_back("--");
  std::vector<Interpreter> interpreters = content_ ? content_->interpreters : std::vector<Interpreter>();
  for (const ExtraFile& file : request_.files) {
    const std::string program = file.is_executable ? interpreter_of(file.content) : "";
    if (!program.empty()) interpreters.push_back({file.name, program});
  }
  for (const Interpreter& one : interpreters) script.arguments.push_back(one.program);

  const std::string doing = fmt::format("looking what is there {}", below());
  const Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(script), doing, stop_);
  if (!end) co_return fail(end.error());
  if (end->code != 0) co_return fail(script_error(*end, fmt::format("making directories {}", below())));
  Survey found = read_survey(end->output);
  if (found.is_deployed) co_return found;
  if (!found.missing_interpreters.empty() && !request_.may_lack_interpreters) {
    const std::string& program = found.missing_interpreters.front();
    std::string script_name;
    for (const Interpreter& one : interpreters) {
      if (one.program == program) script_name = one.script;
    }
    co_return fail(host_error(
        host_, ErrorCode::kNotFound,
        fmt::format("{} needs the interpreter {}, which is missing there: install it, then deploy "
                    "again",
                    script_name == what() ? what() : fmt::format("{} in {}", script_name, what()), program)));
  }
  if (Result<void> checked = check(found); !checked) co_return fail(std::move(checked).error());
  co_return found;
}

Result<void> Deployment::check(const Survey& survey) const {
  if (!survey.missing_tools.empty()) {
    return fail(
        host_error(host_, ErrorCode::kNotFound,
                   fmt::format("deploying {} takes the program {}, which is missing there: install it, then "
                               "deploy again",
                               what(), survey.missing_tools.front())));
  }
  uint64_t needed = extra_.size();
  if (content_) {
    needed += content_->unpacked_size;
    if (!survey.has_content) needed += content_->size - std::min(content_->size, survey.part_bytes);
  }
  if (survey.free_bytes && *survey.free_bytes < needed) {
    return fail(host_error(
        host_, ErrorCode::kNoSpace,
        fmt::format("no space for {} {}: it takes {}, and {} are free: free some there, then deploy "
                    "again",
                    what(), below(), size_words(needed), size_words(*survey.free_bytes))));
  }
  return {};
}

HostScript Deployment::unpacking(std::string text, bool verify, uint64_t offset) const {
  HostScript script;
  script.text = std::move(text);
  script.arguments = {request_.dirlocal,
                      request_.component,
                      content_ ? content_->sha256 : "-",
                      std::string(content_ ? name_of(content_->kind) : "-"),
                      content_ ? content_->filename : "-",
                      content_ && content_->is_executable ? "700" : "600",
                      digest_,
                      verify ? "1" : "0",
                      extra_.empty() ? "0" : "1",
                      std::to_string(content_ ? content_->size : 0),
                      std::to_string(offset)};
  script.timeout = kUnpackTimeout;
  return script;
}

Task<Result<uint64_t>> Deployment::push(uint64_t offset) {
  offset = std::min(offset, content_->size);
  uint64_t sent = 0;
  report(DeployProgress::Stage::kSending, offset);
  const bool also_unpacks = extra_.empty();
  HostScript script = unpacking(also_unpacks ? push_and_unpack_script() : push_script(), false, offset);
  script.input_file = content_->path;
  script.input_offset = offset;
  script.timeout = Duration::zero();  // as long as bytes flow; a silent host is noticed by its connection
  script.on_sent = [&](uint64_t bytes) {
    sent = bytes;
    report(DeployProgress::Stage::kSending, offset + bytes);
    if (also_unpacks && offset + bytes == content_->size)
      report(DeployProgress::Stage::kUnpacking, content_->size);
  };
  Result<ports::Exited> end =
      co_await run_script(shell_, host_, std::move(script), fmt::format("sending {}", what()), stop_);
  if (!end) co_return fail(std::move(end).error());
  const bool has_arrived = end->output.starts_with("pushed");
  if (!has_arrived && end->code == kContentChanged)
    co_return fail(host_error(host_, ErrorCode::kExists, fmt::format("{} is sent by another", what())));
  if (!has_arrived) co_return fail(script_error(*end, fmt::format("writing {} {}", what(), below())));
  is_unpacked_ = also_unpacks && end->code == 0;
  co_return sent;
}

Error Deployment::cancelled() const {
  return host_error(host_, ErrorCode::kCancelled,
                    fmt::format("cancelled while {} is sent for another component", what()));
}

Task<Result<bool>> Deployment::unpack(bool verify) {
  report(DeployProgress::Stage::kUnpacking, content_ ? content_->size : 0);
  HostScript script = unpacking(unpack_script(), verify, 0);
  script.input = extra_;
  const std::string doing = fmt::format("unpacking {} {}", what(), below());
  Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(script), doing, stop_);
  if (!end) co_return fail(std::move(end).error());
  if (end->code == kContentChanged) co_return false;
  if (end->code != 0) co_return fail(script_error(*end, doing));
  co_return true;
}

Error Deployment::script_error(const ports::Exited& end, const std::string& doing) const {
  std::string said = end.error_output.substr(0, end.error_output.find('\n'));
  switch (end.code) {
    case kForeign:
      return host_error(
          host_, ErrorCode::kDenied,
          fmt::format("{} is not a directory of user '{}': remove it, or choose another dirlocal", said,
                      host_.user));
    case kNotWhole:
      return host_error(host_, ErrorCode::kCorrupt,
                        fmt::format("only {} of {} arrived, of {}: was the file changed? Deploy again", said,
                                    content_->size, what()));
    case kDamaged:
      return host_error(
          host_, ErrorCode::kCorrupt,
          fmt::format("{} arrived damaged, or was changed while it was sent: deploy again", what()));
    default:
      return tool_error(host_, end, doing);
  }
}

}  // namespace attune::deploy
