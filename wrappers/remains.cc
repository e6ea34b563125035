// SPDX-License-Identifier: Apache-2.0
#include "wrappers/remains.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "runtime/model/instances.h"
#include "runtime/ports/pause.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/undo.h"
#include "wrappers/left_behind.h"
#include "wrappers/process.h"
#include "wrappers/software.h"
#include "wrappers/stray.h"

namespace attune::wrappers {

namespace {

// At first something is about to answer again, then a person has to do something.
constexpr unsigned kSoonLooks = 24;
constexpr Duration kSoon = std::chrono::seconds(5), kLater = std::chrono::minutes(1);

bool is_up(const system::System& system, const std::string& name) {
  const system::Host* host = system.find_host(name);
  return host != nullptr && host->state == system::HostState::kUp;
}

bool has_software(const model::Project& project) {
  return std::any_of(project.classes.begin(), project.classes.end(),
                     [&](const model::Class& of) { return !of.is_abstract && needs_directory(project, of); });
}

bool was_given(const system::System& system, const model::Class* of, uint32_t number,
               const std::string& name) {
  return of != nullptr && number < system.next_number(of->name) && model::instance_name(*of, number) == name;
}

// A number is never used again: below the next one they have all been given.
bool was_removed(const system::System& system, const std::string& name) {
  const model::Project& project = system.project();
  const size_t digits = name.find_last_not_of("0123456789") + 1;
  uint32_t number = 0;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  return was_given(system, project.find_class(name), 1, name) ||
         (number > 0 && was_given(system, project.find_class(name.substr(0, digits)), number, name));
}

}  // namespace

// --- when ---

Task<int> Remains::look_over(std::string host) {
  if (!has_software(world_.system.project())) co_return 0;
  visits_[host].looks = 0;
  co_return co_await look(std::move(host));
}

void Remains::look_over_later(const std::string& host) {
  if (!is_up(world_.system, host)) return;
  Visit& visit = visits_[host];
  if (!std::exchange(visit.is_due, true)) start<int>(look_in_a_while(host), [](int) {});
}

Task<int> Remains::look_in_a_while(std::string host) {
  const bool is_soon = visits_[host].looks++ < kSoonLooks;
  const bool is_time = co_await pause_for(world_.loop, is_soon ? kSoon : kLater, over_.get_token());
  if (!is_time) co_return 0;
  visits_[host].is_due = false;
  co_return co_await look(std::move(host));
}

Task<int> Remains::look(std::string host) {
  const std::stop_token over = over_.get_token();
  if (std::exchange(visits_[host].is_on, true)) {
    look_over_later(host);
    co_return 0;
  }
  const bool is_clean = co_await clear(host);
  if (over.stop_requested()) co_return 0;
  visits_[host].is_on = false;
  if (is_clean || !is_up(world_.system, host)) {
    visits_.erase(host);
  } else {
    look_over_later(host);
  }
  co_return 0;
}

// --- what ---

// Whether nothing is left.
Task<bool> Remains::clear(std::string host_name) {
  const std::stop_token over = over_.get_token();
  const system::Host* host = world_.system.find_host(host_name);
  if (host == nullptr) co_return true;
  const auto access = access_to(world_.system, *host);
  if (!access) co_return false;
  const auto all = co_await world_.deployer.list(access->target, access->folder, over);
  if (!all) co_return false;
  bool is_clean = true;
  for (size_t i = 0; i < all->size() && !over.stop_requested(); ++i) {
    const bool is_gone = co_await clear(*access, (*all)[i]);
    is_clean = is_clean && is_gone;
  }
  co_return is_clean;
}

Task<bool> Remains::clear(HostAccess access, deploy::Lying lying) {
  const std::stop_token over = over_.get_token();
  if (!is_left(lying.component, access.target.name)) co_return true;
  const std::pair key(access.target.name, lying.component);
  under_way_[key];
  bool is_clean = !lying.runs;
  if (lying.runs) is_clean = co_await end_process(access, lying.component);
  if (over.stop_requested()) co_return false;
  if (is_clean) is_clean = co_await take_away(std::move(access), std::move(lying.component));
  if (over.stop_requested()) co_return false;
  auto waiting = std::move(under_way_[key]);
  under_way_.erase(key);
  waiting.end_all(0);
  co_return is_clean;
}

Task<bool> Remains::end_process(HostAccess access, std::string name) {
  const std::stop_token over = over_.get_token();
  const std::string& host = access.target.name;
  const system::Component* component = world_.system.find(name);
  // At first that is the look of who knows how it was left.
  if (component != nullptr && is_left_behind(world_.system, component->id, host) && visits_[host].looks == 0)
    co_return false;
  if (component != nullptr && !runs_at_home(world_.system, *component)) {
    tell(host, name,
         fmt::format("still runs on {}, which it has left; it is {}: end it by hand, or give it that host "
                     "again",
                     host, state_at_home(world_.system, *component)));
    co_return false;
  }
  const bool is_ended = co_await end_stray(world_, access, name, "which it had left", over);
  if (!is_ended && !over.stop_requested())
    tell(host, name,
         fmt::format("still runs on {}, which it has left, and could not be stopped there", host));
  co_return is_ended;
}

Task<bool> Remains::take_away(HostAccess access, std::string name) {
  const std::stop_token over = over_.get_token();
  const std::string host = access.target.name;
  if (!is_left(name, host)) co_return true;
  const auto gone = co_await world_.deployer.undeploy(access.target, name, access.folder, over);
  if (over.stop_requested()) co_return false;
  if (!gone) {
    tell(host, name,
         fmt::format("has left {}, and its software is still there: {}", host, gone.error().message));
    co_return false;
  }
  world_.log.warning(
      gone->files_left == 0
          ? fmt::format("{} still had the software of {}, which has left it: it is removed", host, name)
          : fmt::format("{} still had the software of {}, which has left it: it is removed, but for files of "
                        "others: {}",
                        host, name, gone->files_left));
  co_return true;
}

Task<int> Remains::settled(std::string host, std::string component, std::stop_token stop) {
  const auto found = under_way_.find({std::move(host), std::move(component)});
  if (found == under_way_.end()) co_return 0;
  co_return co_await found->second.wait(world_.loop, std::move(stop), 0);
}

// Machines move with their software where it is. What scripts started on a host that was silent may still run
// there, and nobody can tell.
bool Remains::is_left(const std::string& name, const std::string& host) const {
  const system::System& system = world_.system;
  const system::Component* component = system.find(name);
  if (component == nullptr) return was_removed(system, name);
  const system::Component& holder = *system.find(workflow::placed_as(system, *component));
  if (system::start_key_of(system, holder) == system::kVmKey) return false;
  if (is_ended_by_stubs_only(system::start_key_of(system, *component)) &&
      is_left_behind(system, component->id, host))
    return false;
  const system::Host* own = system.host_of(*component);
  return own == nullptr ? component->lifecycle == system::Lifecycle::kDeclared : own->name != host;
}

void Remains::tell(const std::string& host, const std::string& component, std::string_view what) {
  if (visits_[host].told.insert(component).second) world_.log.warning(fmt::format("{} {}", component, what));
}

}  // namespace attune::wrappers
