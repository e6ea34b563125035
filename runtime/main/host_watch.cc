// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/host_watch.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "wrappers/host_access.h"

namespace attune::main {

namespace {

constexpr char kAskCapacity[] = "nproc && sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo";
constexpr std::string_view kSource = "attune";

// The number at the front of `text`, taken off it with the end of its line.
bool take_number(std::string_view& text, uint64_t& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr == text.data() + text.size() || *end.ptr != '\n') return false;
  text.remove_prefix(static_cast<size_t>(end.ptr - text.data()) + 1);
  return true;
}

}  // namespace

Result<Capacity> parse_capacity(std::string_view text) {
  uint64_t cpus = 0, kibibytes = 0;
  if (!take_number(text, cpus) || !take_number(text, kibibytes) || cpus == 0 || cpus > 100'000 ||
      kibibytes > (uint64_t{1} << 50))
    return fail(ErrorCode::kInvalid, "it does not say its processors and memory");
  return Capacity{static_cast<unsigned>(cpus), model::Size{static_cast<int64_t>(kibibytes * 1024)}};
}

HostWatch::HostWatch(Parts parts, Duration silence, Onlooker onlooker)
    : parts_(parts), silence_(silence), onlooker_(std::move(onlooker)) {}

HostWatch::~HostWatch() {
  *alive_ = false;
  for (const auto& [name, address] : watched_) parts_.shell.unwatch(name);
}

bool HostWatch::concerns(const workflow::Record& record) {
  const auto* changed = std::get_if<workflow::SystemChanged>(&record.what);
  return changed != nullptr && (std::holds_alternative<system::HostChanged>(changed->change) ||
                                std::holds_alternative<system::ComponentRemoved>(changed->change) ||
                                std::holds_alternative<system::AttributeSet>(changed->change) ||
                                std::holds_alternative<system::AttributeUnset>(changed->change) ||
                                std::holds_alternative<system::LifecycleChanged>(changed->change));
}

void HostWatch::look() {
  std::set<std::string> present;
  for (const system::Host* host : parts_.system.hosts()) {
    const auto access = wrappers::access_to(parts_.system, *host);
    const system::Component* vm = parts_.system.find(host->vm);
    const bool is_off = vm != nullptr && vm->lifecycle != system::Lifecycle::kStarted;
    if (!access || is_off) continue;
    present.insert(host->name);
    const auto [entry, is_new] = watched_.try_emplace(host->name);
    if (!is_new && entry->second.address == access->target.address) continue;
    entry->second.address = access->target.address;
    parts_.shell.watch(access->target, silence_,
                       [this, alive = alive_, name = host->name](ports::HostHealth health) {
                         if (*alive) changed(name, health);
                       });
  }
  std::erase_if(watched_, [&](const auto& watched) {
    if (present.contains(watched.first)) return false;
    parts_.shell.unwatch(watched.first);
    if (onlooker_.let_go) onlooker_.let_go(watched.first);
    return true;
  });
  ask_those_off();
}

// A host that is off, and was last heard to answer: it may be back before its silence was noticed, or was
// never off. It is asked until it answers, or is silent.
void HostWatch::ask_those_off() {
  const bool is_any = std::any_of(watched_.begin(), watched_.end(),
                                  [this](const auto& each) { return may_be_on(each.first); });
  if (!is_any || asks_) return;
  asks_ = parts_.loop.after(silence_, [this] {
    asks_.reset();
    std::vector<std::string> names;
    for (const auto& [name, watched] : watched_)
      if (may_be_on(name)) names.push_back(name);
    for (const std::string& name : names) ask(name);
    ask_those_off();
  });
}

bool HostWatch::may_be_on(const std::string& name) const {
  const system::Host* host = parts_.system.find_host(name);
  const bool is_off =
      host != nullptr && host->vm == system::kNoComponent && host->state == system::HostState::kOff;
  return is_off && watched_.at(name).health == ports::HostHealth::kUp;
}

void HostWatch::ask(const std::string& name) {
  const auto access = wrappers::access_to(parts_.system, *parts_.system.find_host(name));
  if (!access) return;
  ports::Command command;
  command.argv = {"sh", "-c", kAskCapacity};  // whatever it says
  command.timeout = silence_;
  start<Result<ports::CommandEnd>>(
      parts_.shell.run(access->target, std::move(command), {}),
      [this, alive = alive_, name](const Result<ports::CommandEnd>& end) {
        const bool is_answered = end && std::holds_alternative<ports::Exited>(*end);
        if (!*alive || !is_answered || !watched_.contains(name) || !may_be_on(name)) return;
        changed(name, ports::HostHealth::kUp);
      });
}

void HostWatch::changed(const std::string& name, ports::HostHealth health) {
  const system::Host* host = parts_.system.find_host(name);
  if (host == nullptr) return;
  const bool is_up = health == ports::HostHealth::kUp;
  const system::HostState before = host->state;
  const auto watched = watched_.find(name);
  const bool is_told = watched == watched_.end() || std::exchange(watched->second.is_told, true);
  if (watched != watched_.end()) watched->second.health = health;
  if (!is_up && before == system::HostState::kOff) {  // that is known better
    if (!is_told && parts_.system.count_on(*host) > 0) raise(workflow::kHostDown, name);
    return;
  }
  const system::HostState now = is_up ? system::HostState::kUp : system::HostState::kDown;
  observe(*host, now, {});
  host = parts_.system.find_host(name);
  const bool is_back = host != nullptr && is_up && system::is_usable(host->state);  // not on its way down
  if (is_up && !is_back) ask_those_off();
  if (is_back && !system::is_usable(before)) raise(workflow::kHostUp, name);
  if (!is_up && (before != system::HostState::kDown || !is_told)) raise(workflow::kHostDown, name);
  host = parts_.system.find_host(name);
  if (!is_back || host == nullptr) return;
  if (host->cpus == 0 || host->memory.bytes == 0) discover(*host);
  if (onlooker_.came_up) onlooker_.came_up(*host);
}

void HostWatch::raise(std::string_view event, const std::string& host) {
  parts_.intake.raise(event, host, {}, std::string(kSource));
}

void HostWatch::observe(const system::Host& host, system::HostState state, Capacity found) {
  parts_.driver.carry_out(
      parts_.engine.observed(system::HostChanged{host.name, state, found.cpus, found.memory, {}},
                             std::string(kSource), parts_.driver.now()));
}

// What the node file says of the host is not looked for.
void HostWatch::discover(const system::Host& host) {
  const auto access = wrappers::access_to(parts_.system, host);
  if (!access) return;
  ports::Command command;
  command.argv = {"sh", "-c", kAskCapacity};
  start<Result<ports::CommandEnd>>(
      parts_.shell.run(access->target, std::move(command), {}),
      [this, alive = alive_, name = host.name](const Result<ports::CommandEnd>& end) {
        if (!*alive) return;
        const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
        const auto capacity = parse_capacity(exited == nullptr ? std::string_view() : exited->output);
        if (!capacity)
          return parts_.log.warning(fmt::format("host {}: {}: say cpus=... memory=... in the node file", name,
                                                end ? capacity.error().message : end.error().message));
        const system::Host* known = parts_.system.find_host(name);
        if (known == nullptr) return;
        Capacity found;
        if (known->cpus == 0) found.cpus = capacity->cpus;
        if (known->memory.bytes == 0) found.memory = capacity->memory;
        observe(*known, known->state, found);
      });
}

}  // namespace attune::main
