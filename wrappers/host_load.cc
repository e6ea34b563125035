// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_load.h"

#include <utility>

#include <fmt/format.h>

#include "wrappers/host_access.h"
#include "wrappers/probe_program.h"
#include "wrappers/script_command.h"

namespace attune::wrappers {

namespace {

constexpr Duration kPause =
    std::chrono::seconds(5);  // before a host that does not let itself be measured is asked again

// "load lab1 cpu=12%", as the probe writes it.
std::optional<model::Percent> percent_in(std::string_view line) {
  const size_t at = line.find(" cpu=");
  if (at == line.npos) return std::nullopt;
  const auto value = model::parse_value(model::Type::kPercent, line.substr(at + 5));
  if (!value) return std::nullopt;
  return *value->get_if<model::Percent>();
}

}  // namespace

HostLoad::HostLoad(World& world, Duration period, Measured measured)
    : world_(world), period_(period), measured_(std::move(measured)) {}

Result<void> HostLoad::watch(const system::Host& host) {
  if (commands_.contains(host.name)) return {};
  if (program_.empty()) {
    auto program = probe_program(world_, "cpu");
    if (!program) return fail(program.error());
    program_ = *std::move(program);
  }
  commands_.try_emplace(
      host.name, world_.shell, world_.loop, kPause, "the load probe",
      [this, name = host.name] { return next_round(name); },
      [this](const std::string& why) { world_.log.debug(why); });
  return {};
}

void HostLoad::unwatch(const std::string& host) {
  commands_.erase(host);
}

Result<KeptCommand::Round> HostLoad::next_round(const std::string& name) {
  const system::Host* host = world_.system.find_host(name);
  if (host == nullptr) return fail(ErrorCode::kNotFound, fmt::format("no host '{}' any more", name));
  const auto access = access_to(world_.system, *host);
  if (!access) return fail(access.error());
  // A threshold of nothing makes every period a report.
  ports::Command command =
      script_command(program_, {"/dev/stdout", name, "0%", model::to_text(model::Value(period_)), "of=host",
                                "hysteresis=0%", "event=load"});
  command.timeout = Duration::zero();
  command.on_line = [measured = measured_, name](std::string_view line) {
    if (const auto cpu = percent_in(line)) measured(name, *cpu);
  };
  return KeptCommand::Round{access->target, std::move(command)};
}

}  // namespace attune::wrappers
