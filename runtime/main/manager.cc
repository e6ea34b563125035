// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/manager.h"

#include <ctime>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "runtime/base/private_file.h"
#include "runtime/control/api.h"
#include "runtime/main/deploy_limits.h"
#include "runtime/main/record_log_fields.h"
#include "runtime/main/recovery.h"
#include "runtime/main/service_notice.h"
#include "runtime/main/version.h"
#include "runtime/model/settings.h"

namespace attune::main {

namespace {

std::chrono::seconds utc_offset(WallTime time) {
  const std::time_t whole =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm local{};
  ::localtime_r(&whole, &local);
  return std::chrono::seconds(local.tm_gmtoff);
}

std::string text_setting(const model::Project& project, std::string_view name) {
  return model::setting_as<std::string>(project, name);
}

// A door to the network, as the settings have it.
Result<control::RemoteDoor> remote_door_of(const model::Project& project) {
  auto listen = parse_endpoint(text_setting(project, "control.listen"));
  if (!listen) return fail(std::move(listen.error()));
  control::RemoteDoor door{.listen = std::move(*listen)};
  const std::pair<std::string&, const char*> files[] = {
      {door.certificate, "control.certificate"}, {door.key, "control.key"}, {door.tokens, "control.tokens"}};
  for (const auto& [path, name] : files) {
    auto found = find_private_file(text_setting(project, name));
    if (!found) return fail(std::move(found.error()).within(name));
    path = std::move(*found);
  }
  return door;
}

Result<control::Access> access_of(const model::Project& project) {
  return control::Access::of(text_setting(project, "control.look"), text_setting(project, "control.operate"),
                             text_setting(project, "control.administer"));
}

}  // namespace

// --- made ---

Result<std::unique_ptr<Manager>> Manager::open(dsl::LoadedProject loaded, Surroundings around,
                                               LeftOpen& left) {
  auto access = access_of(loaded.project);
  if (!access) return fail(std::move(access.error()));
  const auto self = std::make_shared<Manager*>(nullptr);
  journal::StoreOptions options;
  options.reserve = journal::kUsualReserve;
  options.writer = kVersion;
  options.log = &around.log;
  options.on_full = [self](std::optional<Error> full) { (*self)->disk_is_full(std::move(full)); };
  auto store = journal::SqliteStore::open(around.places.journal(), around.loop, std::move(options));
  if (!store) return fail(std::move(store.error()));
  // Only now: who has not the journal touches nothing of the manager that has it.
  const std::string pipe_group = text_setting(loaded.project, "pipe.group");
  const bool passable = access->is_for_others() || !pipe_group.empty();
  if (auto made = make_run_folder(around.places, pipe_group, passable); !made)
    return fail(std::move(made.error()));
  auto manager = std::unique_ptr<Manager>(
      new Manager(std::move(loaded), std::move(around), std::move(*access), std::move(*store)));
  *self = manager.get();
  manager->reloading_.follow(left.not_run);
  const bool goes_on = static_cast<bool>(left.control);
  if (auto taken = manager->take_over(left.control); !taken) {
    if (goes_on && manager->server_) left.control = manager->server_->leave_open();
    return fail(std::move(taken.error()));
  }
  return manager;
}

Manager::Manager(dsl::LoadedProject loaded, Surroundings around, control::Access access,
                 std::unique_ptr<journal::SqliteStore> store)
    : around_(std::move(around)),
      loaded_(std::move(loaded)),
      access_(std::move(access)),
      watchdog_(around_.loop),
      ports_(around_.loop, around_.clock, around_.log, around_.places.run_folder,
             deploy_limits_of(loaded_.project)),
      store_(std::move(store)),
      deployment_line_([&log = around_.log](std::string_view text) { log.draw(text); }, around_.loop,
                       around_.clock),
      kernel_(loaded_, surroundings_of_kernel(), onlooker()),
      alerts_(text_setting(loaded_.project, "alert.program"), ports_.shell, around_.log),
      reloading_(
          {kernel_, around_.loop, around_.load, [this](const std::string& why) { end_for_another(why); }}),
      api_(control::make_api(kernel_.daemon())) {
  control::add_reload(api_, reloading_);
  connect();
}

Manager::~Manager() {
  if (left_.control) ::unlink(around_.places.control().c_str());  // for nobody, after all
}

Kernel::Surroundings Manager::surroundings_of_kernel() {
  return {.loop = around_.loop,
          .clock = around_.clock,
          .log = around_.log,
          .shell = ports_.shell,
          .hypervisor = ports_.hypervisor,
          .deployer = ports_.deployer,
          .store = *store_,
          .stock = around_.stock,
          .pipe = around_.places.pipe(),
          .journal = around_.places.journal(),
          .utc_offset = utc_offset,
          .deployments =
              ConsoleLog::is_terminal() ? deployment_line_.onlooker() : wrappers::Software::Onlooker{}};
}

Kernel::Onlooker Manager::onlooker() {
  return {.serves = [this] { serves(); },
          .ends = [this](const std::string& why) { ends(why); },
          .closes = [this] { close_doors(); },
          .rests = [this] { ports_.hypervisor.close(); }};
}

void Manager::connect() {
  kernel_.driver().on_decided([this](const workflow::Record& record) { tell(record); });
  kernel_.driver().on_durable([this](const workflow::Record& record) { alerts_.look(record); });
  kernel_.driver().on_written([this](uint64_t written) {
    tell_until(written);
    for (const auto* server : {&server_, &remote_server_})
      if (*server) (*server)->wake();
  });
  kernel_.driver().on_decided([this](const workflow::Record&) { reloading_.look(); });
  kernel_.intake().on_idle([this] { reloading_.look(); });
}

void Manager::tell(const workflow::Record& record) {
  const LogLevel level = level_of(record);
  if (around_.log.shows(level)) {
    untold_.push_back({record.sequence, level, story_.tell(record), log_fields_of(record, kernel_.system())});
    return;
  }
  if (!std::holds_alternative<workflow::EventSuppressed>(record.what)) (void)story_.tell(record);
}

void Manager::tell_until(uint64_t written) {
  for (; !untold_.empty() && untold_.front().sequence <= written; untold_.pop_front()) {
    const Told& told = untold_.front();
    around_.log.write(told.level, told.text, told.fields);
  }
}

Result<void> Manager::take_over(UniqueFd& control) {
  workflow::History history = kernel_.new_history();
  if (auto read = read_journal(around_.places.journal(), history, around_.log); !read) return read;
  for (const system::Component* component : kernel_.system().components())
    story_.know(component->id, component->name);
  if (auto opened = open_traffic_desk(); !opened) return opened;
  if (auto opened = open_doors(control); !opened) return opened;
  kernel_.take_over(history);
  store_->compact(
      {.project = &loaded_.project,
       .keep = static_cast<uint64_t>(model::setting_as<int64_t>(loaded_.project, "journal.records"))});
  return {};
}

Result<void> Manager::open_doors(UniqueFd& control) {
  auto server = control::Server::open(around_.places.control(), around_.loop, api_, around_.log,
                                      {.access = access_}, control);
  if (!server) return fail(std::move(server.error()));
  server_ = std::move(*server);
  if (auto opened = open_remote_door(); !opened) return opened;
  auto pipe = events::EventPipe::open(around_.places.pipe(), text_setting(loaded_.project, "pipe.group"),
                                      around_.loop,
                                      [this](std::string_view line) { kernel_.intake().pipe_line(line); });
  if (!pipe) return fail(std::move(pipe.error()));
  pipe_ = std::move(*pipe);
  kernel_.intake().on_pause(
      [this] {
        if (pipe_) pipe_->pause();
      },
      [this] {
        if (pipe_) pipe_->resume();
      });
  return {};
}

Result<void> Manager::open_traffic_desk() {
  if (has_sensors(loaded_.project)) {
    auto desk = TrafficDesk::open({.loop = around_.loop,
                                   .clock = around_.clock,
                                   .log = around_.log,
                                   .world = kernel_.world(),
                                   .path = around_.places.traffic()});
    if (!desk) return fail(std::move(desk.error()));
    traffic_ = std::move(*desk);
    kernel_.intake().divert([this](const workflow::Event& event) { return traffic_->take(event); });
    kernel_.driver().on_decided([this](const workflow::Record&) { traffic_->look(); });
    kernel_.planner().ask_traffic_of(
        [this](Duration window, auto done) { traffic_->recent(window, std::move(done)); });
  }
  control::add_traffic(api_, traffic_.get(), group_settings_of(loaded_.project));
  return {};
}

// --- ends, for good or for another ---

void Manager::end(std::string why) {
  reloading_.give_up(why);
  reloading_.take_next();  // whoever wants the end wants no other to follow
  kernel_.end(std::move(why));
}

void Manager::reload(const std::string& by) {
  reloading_.reload({.by = by}, [this](const Result<control::ReloadAnswer>& answer) {
    if (!answer) return around_.log.error(answer.error().message);
    if (!answer->reloads) around_.log.info("not reloaded: nothing has changed in the project");
  });
}

// The next manager reads the checkpoint that the journal ends with: records before it may be of what the
// project has no more.
void Manager::end_for_another(const std::string& why) {
  pipe_->pause();
  left_.pipe.reset(::open(around_.places.pipe().c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  store_->compact(
      {.project = &loaded_.project,
       .keep = static_cast<uint64_t>(model::setting_as<int64_t>(loaded_.project, "journal.records")),
       .at_end = 1});
  kernel_.end(why);
}

std::optional<Manager::Next> Manager::take_next() {
  auto loaded = reloading_.take_next();
  if (!loaded) return std::nullopt;
  return Next{std::move(*loaded), std::move(left_)};
}

void Manager::close_doors() {
  remote_server_.reset();
  if (server_ && reloading_.is_going()) left_.control = server_->leave_open();
  server_.reset();
  pipe_.reset();
}

void Manager::ends(const std::string& why) {
  if (!reloading_.is_going()) return notify_service("STOPPING=1\nSTATUS=ending: " + printable(why));
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  notify_service(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reads the project anew",
                             int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000));
}

Result<void> Manager::open_remote_door() {
  if (text_setting(loaded_.project, "control.listen").empty()) return {};
  const auto door = remote_door_of(loaded_.project);
  if (!door) return fail(door.error());
  auto server = control::Server::open_remote(*door, around_.loop, api_, around_.log);
  if (!server) return fail(std::move(server.error()));
  remote_server_ = std::move(*server);
  return {};
}

// --- tells ---

void Manager::serves() {
  around_.log.info(fmt::format("project {} runs: events at {}, control at {}", loaded_.project.name,
                               around_.places.pipe(), around_.places.control()));
  if (remote_server_) around_.log.info("control over TCP at " + remote_server_->place());
  notify_service(fmt::format("READY=1\nSTATUS=project {} runs", loaded_.project.name));
}

void Manager::disk_is_full(std::optional<Error> full) {
  notify_service(full ? "STATUS=the journal's disk is full" : "STATUS=running");
  kernel_.disk_is_full(std::move(full));
}

}  // namespace attune::main
