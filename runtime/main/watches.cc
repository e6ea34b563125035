// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/watches.h"

#include <utility>
#include <vector>

#include "runtime/model/settings.h"

namespace attune::main {

namespace {

// How long changes are gathered after a look: each goes over all hosts.
constexpr Duration kGather = std::chrono::milliseconds(100);

}  // namespace

Watches::Watches(Parts parts)
    : parts_(parts),
      hosts_({parts.system, parts.engine, parts.driver, parts.intake, parts.world.shell, parts.world.log,
              parts.world.loop},
             model::setting_as<Duration>(parts.system.project(), "host.silence"),
             {[this](const system::Host& host) { came_up(host); },
              [this](const std::string& host) {
                if (load_) load_->unwatch(host);
              }}) {
  const auto period = model::setting_as<Duration>(parts.system.project(), "host.load_period");
  watch_sites();
  if (period > Duration::zero())
    load_.emplace(parts.world, period, [this](std::string_view host, model::Percent cpu) {
      const Instant now = parts_.world.clock.now();
      parts_.system.measured(host, now, cpu);
      if (sites_) sites_->measured(now);
    });
  hosts_.look();
}

Watches::~Watches() {
  *alive_ = false;
}

void Watches::watch_sites() {
  const model::Project& project = parts_.system.project();
  if (!project.diagrams.contains(workflow::kOverloadSite)) return;
  sites_.emplace(
      parts_.system, model::setting_as<model::Percent>(project, "site.overload"),
      [&intake = parts_.intake](const std::string& site, model::Percent load, bool is_cleared) {
        std::vector<std::pair<std::string, std::string>> values{{"load", model::to_text(model::Value(load))}};
        if (is_cleared) values.emplace_back("cleared", "true");
        intake.raise(workflow::kOverloadSite, site, std::move(values), "attune");
      });
}

void Watches::ask_components() {
  const auto period = model::setting_as<Duration>(parts_.system.project(), "status.period");
  status_.emplace(
      parts_.world, period,
      [&dispatcher = parts_.driver.dispatcher()](std::string_view key) { return dispatcher.find(key); },
      [&engine = parts_.engine](system::ComponentId id) { return engine.is_held(id); });
  for (const system::Host* host : parts_.system.hosts())
    if (host->state == system::HostState::kUp) look_over(*host);
}

void Watches::came_up(const system::Host& host) {
  const auto measured = load_ ? load_->watch(host) : Result<void>();
  if (!measured) parts_.world.log.warning("the hosts' load is not measured: " + measured.error().message);
  if (status_ && *alive_) look_over(host);
}

void Watches::look_over(const system::Host& host) {
  for (wrappers::Implementation* implementation : parts_.driver.dispatcher().implementations())
    start<int>(implementation->look_over(host.name), [](int) {});
}

void Watches::stop(std::function<void()> idle) {
  *alive_ = false;
  look_later_.reset();
  if (!status_) return idle();
  status_->stop(std::move(idle));
}

void Watches::look(const workflow::Record& record) {
  if (!HostWatch::concerns(record)) return;
  const auto* changed = std::get_if<workflow::SystemChanged>(&record.what);
  const bool is_of_host = changed != nullptr && std::holds_alternative<system::HostChanged>(changed->change);
  if (sites_ && is_of_host) sites_->look(parts_.world.clock.now());
  if (will_look_) return;
  will_look_ = true;
  const Instant due = last_look_ + kGather;
  const auto look_now = [this] {
    will_look_ = false;
    last_look_ = parts_.world.clock.now();
    hosts_.look();
  };
  if (const Instant now = parts_.world.clock.now(); now < due) {
    look_later_ = parts_.world.loop.after(due - now, look_now);
  } else {
    parts_.world.loop.post([look_now, alive = alive_] {
      if (*alive) look_now();
    });
  }
}

}  // namespace attune::main
