// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/marked_shell.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "runtime/main/torture/host_scripts.h"

namespace attune::torture {

namespace {

constexpr Duration kSoonest = std::chrono::milliseconds(5);

std::string_view word_of(Harm::Kind kind) {
  return kind == Harm::Kind::kKill ? "KILL" : kind == Harm::Kind::kCut ? "CUT" : "STOP";
}

// The command, begun by a shell that arranges for the harm and then becomes it.
std::vector<std::string> hurt_words(const Harm& harm, const std::vector<std::string>& argv) {
  const auto after = std::chrono::duration<double>(std::max(harm.after, kSoonest)).count();
  std::vector<std::string> words = {"/bin/sh",
                                    "-c",
                                    std::string(kHarmScript),
                                    "torture",
                                    std::string(word_of(harm.kind)),
                                    fmt::format("{:.3f}", after)};
  words.insert(words.end(), argv.begin(), argv.end());
  return words;
}

bool is_hurt_by(Harm::Kind kind, const Result<ports::CommandEnd>& end) {
  if (!end) return false;
  if (const auto* exited = std::get_if<ports::Exited>(&*end))
    return kind == Harm::Kind::kKill && exited->code == 128 + SIGKILL;
  return kind != Harm::Kind::kKill;
}

bool is_refused_by(Harm::Kind kind, const Result<ports::CommandEnd>& end) {
  const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  return kind == Harm::Kind::kCut && exited != nullptr && exited->code == kCannotBeCut;
}

}  // namespace

Task<Result<ports::CommandEnd>> MarkedShell::run(ports::HostTarget host, ports::Command command,
                                                 std::stop_token stop) {
  const Harm harm = std::exchange(harm_, Harm());
  if (!mark_.empty()) command.environment.emplace_back(kMark, mark_);
  if (harm.kind != Harm::Kind::kNone) command.argv = hurt_words(harm, command.argv);
  auto end = co_await shell_.run(std::move(host), std::move(command), std::move(stop));
  if (harm.kind != Harm::Kind::kNone) was_hurt_ = is_hurt_by(harm.kind, end);
  if (is_refused_by(harm.kind, end)) cannot_be_hurt_ = true;
  co_return end;
}

}  // namespace attune::torture
