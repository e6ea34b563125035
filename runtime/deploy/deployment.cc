// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/deployment.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/sha256.h"

namespace attune::deploy {

namespace {

constexpr Duration kPatience = std::chrono::minutes(10);  // from the last byte that a host has taken

constexpr const char* kCue = "send\n";  // says a script that waits for its input

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
    if (word == "send") survey.goes_on = true;
    if (word == "pushed") survey.has_arrived = true;
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

std::vector<Interpreter> Deployment::interpreters() const {
  if (request_.may_lack_interpreters) return {};
  std::vector<Interpreter> all = content_ ? content_->interpreters : std::vector<Interpreter>();
  for (const ExtraFile& file : request_.files) {
    const std::string program = file.is_executable ? interpreter_of(file.content) : "";
    if (!program.empty()) all.push_back({file.name, program});
  }
  return all;
}

HostScript Deployment::script(const ScriptSteps& steps, bool verify, uint64_t offset) const {
  HostScript script;
  script.text = deploy_script(steps);
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
                      std::to_string(offset),
                      std::to_string(bytes_needed({}) / 1024 + 1),
                      host_.name};
  if (!steps.look) return script;
  for (std::string& tool : tools()) script.arguments.push_back(std::move(tool));
  script.arguments.emplace_back("--");
  for (const Interpreter& one : interpreters()) script.arguments.push_back(one.program);
  return script;
}

Task<Result<Survey>> Deployment::survey() {
  report(DeployProgress::Stage::kLooking, 0);
  bytes_sent_ = 0;
  HostScript look = script({.look = true});
  const std::string doing = fmt::format("looking what is there {}", below());
  const Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(look), doing, stop_);
  if (!end) co_return fail(end.error());
  co_return surveyed(*end);
}

Task<Result<Survey>> Deployment::bring() {
  report(DeployProgress::Stage::kLooking, 0);
  const bool unpacks = !content_ || unpacks_what_it_pushes();
  HostScript all = script({.look = true, .push = content_ != nullptr, .unpack = unpacks});
  all.input_cue = kCue;
  all.timeout = kPatience;
  if (content_) {
    send_from(all, 0);
  } else {
    bytes_sent_ = 0;
    all.input = extra_;
  }
  const std::string doing = fmt::format("sending {}", what());
  const Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(all), doing, stop_);
  if (!end) co_return fail(end.error());
  Survey found = read_survey(end->output);
  if (!found.goes_on) co_return surveyed(*end);
  if (!content_) {
    is_unpacked_ = end->code == 0;
    co_return found;
  }
  if (Result<void> done = pushed(*end); !done) co_return fail(std::move(done).error());
  co_return found;
}

Result<Survey> Deployment::surveyed(const ports::Exited& end) const {
  if (end.code != 0) return fail(script_error(end, fmt::format("making directories {}", below())));
  Survey found = read_survey(end.output);
  if (found.is_deployed) return found;
  if (!found.missing_interpreters.empty()) {
    const std::string& program = found.missing_interpreters.front();
    std::string script_name;
    for (const Interpreter& one : interpreters()) {
      if (one.program == program) script_name = one.script;
    }
    return fail(host_error(
        host_, ErrorCode::kNotFound,
        fmt::format("{} needs the interpreter {}, which is missing there: install it, then deploy "
                    "again",
                    script_name == what() ? what() : fmt::format("{} in {}", script_name, what()), program)));
  }
  if (Result<void> checked = check(found); !checked) return fail(std::move(checked).error());
  return found;
}

uint64_t Deployment::bytes_needed(const Survey& survey) const {
  uint64_t needed = extra_.size();
  if (!content_) return needed;
  if (!survey.has_content) needed += content_->size - std::min(content_->size, survey.part_bytes);
  return needed + content_->unpacked_size;
}

Result<void> Deployment::check(const Survey& survey) const {
  if (!survey.missing_tools.empty()) {
    return fail(
        host_error(host_, ErrorCode::kNotFound,
                   fmt::format("deploying {} takes the program {}, which is missing there: install it, then "
                               "deploy again",
                               what(), survey.missing_tools.front())));
  }
  const uint64_t needed = bytes_needed(survey);
  if (survey.free_bytes && *survey.free_bytes < needed) {
    return fail(host_error(
        host_, ErrorCode::kNoSpace,
        fmt::format("no space for {} {}: it takes {}, and {} are free: free some there, then deploy "
                    "again",
                    what(), below(), size_words(needed), size_words(*survey.free_bytes))));
  }
  return {};
}

void Deployment::send_from(HostScript& script, uint64_t offset) {
  bytes_sent_ = 0;
  script.input_file = content_->path;
  script.input_offset = offset;
  script.on_sent = [this, offset](uint64_t bytes) {
    bytes_sent_ = bytes;
    report(DeployProgress::Stage::kSending, offset + bytes);
    if (unpacks_what_it_pushes() && offset + bytes == content_->size)
      report(DeployProgress::Stage::kUnpacking, content_->size);
  };
}

Task<Result<void>> Deployment::push(uint64_t offset) {
  offset = std::min(offset, content_->size);
  report(DeployProgress::Stage::kSending, offset);
  HostScript rest = script({.push = true, .unpack = unpacks_what_it_pushes()}, false, offset);
  send_from(rest, offset);
  rest.input_cue = kCue;
  rest.timeout = kPatience;
  const std::string doing = fmt::format("sending {}", what());
  const Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(rest), doing, stop_);
  if (!end) co_return fail(end.error());
  co_return pushed(*end);
}

Result<void> Deployment::pushed(const ports::Exited& end) {
  if (!read_survey(end.output).has_arrived) {
    if (end.code == kContentChanged)
      return fail(host_error(host_, ErrorCode::kExists, fmt::format("{} is sent by another", what())));
    return fail(script_error(end, fmt::format("writing {} {}", what(), below())));
  }
  is_unpacked_ = unpacks_what_it_pushes() && end.code == 0;
  return {};
}

Error Deployment::cancelled() const {
  return host_error(host_, ErrorCode::kCancelled,
                    fmt::format("cancelled while {} is sent for another component", what()));
}

Task<Result<bool>> Deployment::unpack(bool verify) {
  report(DeployProgress::Stage::kUnpacking, content_ ? content_->size : 0);
  HostScript rest = script({.unpack = true}, verify);
  rest.input = extra_;
  rest.timeout = kPatience;
  const std::string doing = fmt::format("unpacking {} {}", what(), below());
  Result<ports::Exited> end = co_await run_script(shell_, host_, std::move(rest), doing, stop_);
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
