// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/agent_reader.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <sys/stat.h>

#include "runtime/base/last_line.h"
#include "runtime/main/asio_loop.h"
#include "runtime/transport/local_shell.h"

namespace attune::cli {

namespace {

constexpr Duration kPatience = std::chrono::seconds(30);
constexpr int kMostLinks = 40;  // as the kernel

Result<void> is_roots_alone(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return fail(ErrorCode::kNotFound, fmt::format("{}: {}", path, std::strerror(errno)));
  if (found.st_uid != 0 || (found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail(ErrorCode::kInvalid, fmt::format("{} is not root's alone, so it is not run", path));
  return {};
}

Result<ports::CommandEnd> run(ports::Command command) {
  main::AsioLoop loop;
  transport::LocalShell shell(loop);
  std::optional<Result<ports::CommandEnd>> result;
  start<Result<ports::CommandEnd>>(
      shell.run({.name = "this machine", .protocol = Protocol::kLocal}, std::move(command), {}),
      [&](Result<ports::CommandEnd> end) {
        result.emplace(std::move(end));
        loop.stop();
      });
  if (!result) loop.run();
  return *std::move(result);
}

// The file and every folder above it.
Result<void> are_roots_alone(std::filesystem::path at) {
  for (;; at = at.parent_path()) {
    if (auto right = is_roots_alone(at.string()); !right) return right;
    if (at == at.parent_path()) return {};
  }
}

}  // namespace

Result<void> may_be_run(const std::string& path) {
  std::error_code problem;
  const std::filesystem::path real = std::filesystem::canonical(path, problem);
  if (problem) return fail(ErrorCode::kNotFound, fmt::format("{} is not on this machine", path));
  // As it is written too: who may change a link on the way there changes what is run.
  std::filesystem::path written = std::filesystem::absolute(path, problem);
  for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(written, problem); ++links) {
    if (auto right = are_roots_alone(written.parent_path()); !right) return right;
    written = (written.parent_path() / std::filesystem::read_symlink(written, problem)).lexically_normal();
  }
  if (auto right = are_roots_alone(written); !right) return right;
  return are_roots_alone(real);
}

Result<wrappers::AgentMetadata> read_agent(const wrappers::AgentName& name) {
  if (auto right = may_be_run(name.path()); !right) return fail(std::move(right).error());
  ports::Command command;
  command.argv = {"/usr/bin/env",
                  "-i",
                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                  fmt::format("OCF_ROOT={}", wrappers::kOcfRoot),
                  name.path(),
                  "meta-data"};
  command.directory = "/";
  command.timeout = kPatience;
  const auto end = run(std::move(command));
  if (!end) return fail(end.error());
  const auto* exited = std::get_if<ports::Exited>(&*end);
  if (exited == nullptr)
    return fail(ErrorCode::kInvalid, std::holds_alternative<ports::TimedOut>(*end)
                                         ? "its meta-data did not come in time"
                                         : "what asked it for its meta-data ended before it had any");
  if (exited->code != 0)
    return fail(ErrorCode::kInvalid, fmt::format("its meta-data ended with code {}: {}", exited->code,
                                                 last_line(exited->error_output)));
  return wrappers::parse_agent_metadata(exited->output);
}

}  // namespace attune::cli
