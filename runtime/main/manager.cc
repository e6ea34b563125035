// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/manager.h"

#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "runtime/control/api.h"
#include "runtime/main/limited_wait.h"
#include "runtime/main/recovery.h"
#include "runtime/main/service_notice.h"
#include "runtime/main/version.h"
#include "runtime/model/settings.h"

namespace attune::main {

namespace {

constexpr std::string_view kSelf = "attune";

// How long an end may take: the calls under way to end, the journal to be written, the rest to fall silent.
constexpr Duration kCallsPatience = std::chrono::seconds(20);
constexpr Duration kDiskPatience = std::chrono::seconds(5);
constexpr Duration kShellPatience = std::chrono::seconds(5);

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

}  // namespace

// --- made ---

Result<std::unique_ptr<Manager>> Manager::open(dsl::LoadedProject loaded, Surroundings around) {
  if (auto made = make_run_folder(around.places, text_setting(loaded.project, "pipe.group")); !made)
    return fail(std::move(made.error()));
  const auto self = std::make_shared<Manager*>(nullptr);
  journal::StoreOptions options;
  options.reserve = journal::kUsualReserve;
  options.on_full = [self](std::optional<Error> full) { (*self)->disk_is_full(std::move(full)); };
  auto store = journal::SqliteStore::open(around.places.journal(), around.loop, std::move(options));
  if (!store) return fail(std::move(store.error()));
  auto manager =
      std::unique_ptr<Manager>(new Manager(std::move(loaded), std::move(around), std::move(*store)));
  *self = manager.get();
  if (auto taken = manager->take_over(); !taken) return fail(std::move(taken.error()));
  return manager;
}

Manager::Manager(dsl::LoadedProject loaded, Surroundings around, std::unique_ptr<journal::SqliteStore> store)
    : around_(std::move(around)),
      loaded_(std::move(loaded)),
      ports_(around_.loop, around_.clock, around_.log, around_.places.run_folder),
      system_(loaded_.project),
      engine_(loaded_.project, system_, {around_.places.pipe(), utc_offset}),
      store_(std::move(store)),
      driver_(engine_, *store_, around_.loop, around_.clock),
      intake_(loaded_.project, engine_, driver_, around_.loop, around_.log),
      world_(make_world()),
      deployment_line_([&log = around_.log](std::string_view text) { log.draw(text); }, around_.loop,
                       around_.clock),
      implementations_(
          std::in_place, world_, driver_.dispatcher(),
          ConsoleLog::is_terminal() ? deployment_line_.onlooker() : wrappers::Software::Onlooker{}),
      alerts_(text_setting(loaded_.project, "alert.program"), ports_.shell, around_.log),
      daemon_({system_, engine_, driver_, intake_, figures_, run_ends_, last_failure_, around_.clock,
               around_.places.journal()},
              [this](const control::EndedRun& stop) { stop_ended(stop); }),
      api_(control::make_api(daemon_)) {
  connect();
}

Manager::~Manager() = default;

wrappers::World Manager::make_world() {
  return {
      .system = system_,
      .shell = ports_.shell,
      .hypervisor = ports_.hypervisor,
      .deployer = ports_.deployer,
      .loop = around_.loop,
      .clock = around_.clock,
      .log = around_.log,
      .stock = around_.stock,
      .pipe = around_.places.pipe(),
      .event_line = [this](std::string_view line,
                           std::string_view source) { intake_.channel_line(line, source); },
      .raise =
          [this](std::string_view event, std::string_view component,
                 std::vector<std::pair<std::string, std::string>> values) {
            intake_.raise(event, component, std::move(values), std::string(kSelf));
          },
      .alert =
          [this](std::string text, std::string component) {
            driver_.carry_out(engine_.alert(std::move(text), std::move(component), driver_.now()));
          },
      .observed =
          [this](system::Change change, std::string source) {
            driver_.carry_out(engine_.observed(std::move(change), std::move(source), driver_.now()));
          },
      .progress = [this](workflow::CallId call,
                         std::string progress) { driver_.dispatcher().progress(call, std::move(progress)); }};
}

// Who looks at what the driver does. Until it has begun, no event is taken.
void Manager::connect() {
  intake_.hold(true);
  driver_.on_decided([this](const workflow::Record& record) {
    tell(record);
    figures_.look(record);
    last_failure_.look(record);
    if (watches_) watches_->look(record);
  });
  driver_.on_durable([this](const workflow::Record& record) {
    run_ends_.look(record);
    alerts_.look(record);
  });
  driver_.on_written([this](uint64_t) {
    if (server_) server_->wake();
  });
  driver_.on_broken([this](const Error& error) { fail_with(error); });
}

void Manager::tell(const workflow::Record& record) {
  const LogLevel level = level_of(record);
  if (around_.log.shows(level)) return around_.log.write(level, story_.tell(record));
  if (!std::holds_alternative<workflow::EventSuppressed>(record.what)) (void)story_.tell(record);
}

Result<void> Manager::take_over() {
  workflow::History history(system_);
  if (auto read = read_journal(around_.places.journal(), history); !read) return read;
  for (const system::Component* component : system_.components()) story_.know(component->id, component->name);
  if (auto opened = open_doors(); !opened) return opened;
  driver_.carry_out(engine_.started(std::string(kVersion), history, driver_.now()));
  return {};
}

Result<void> Manager::open_doors() {
  auto server = control::Server::open(around_.places.control(), around_.loop, api_, around_.log);
  if (!server) return fail(std::move(server.error()));
  server_ = std::move(*server);
  auto pipe =
      events::EventPipe::open(around_.places.pipe(), text_setting(loaded_.project, "pipe.group"),
                              around_.loop, [this](std::string_view line) { intake_.pipe_line(line); });
  if (!pipe) return fail(std::move(pipe.error()));
  pipe_ = std::move(*pipe);
  intake_.on_pause(
      [this] {
        if (pipe_) pipe_->pause();
      },
      [this] {
        if (pipe_) pipe_->resume();
      });
  return {};
}

// --- lives ---

void Manager::live(std::function<void(End)> ended) {
  around_.loop.post([this, ended = std::move(ended)] { start<End>(life(), ended); });
}

Task<Manager::End> Manager::life() {
  co_await begin();
  if (!is_ending_)
    co_await Awaitable<int>([this](std::function<void(int)> done) { wake_ = [done] { done(0); }; });
  co_return co_await finish();
}

Task<int> Manager::begin() {
  watches_.emplace(Watches::Parts{system_, engine_, driver_, intake_, world_});
  const std::vector<FoundDead> dead = co_await adopt_all(system_, engine_, driver_, around_.log);
  if (is_ending_) co_return 0;
  const system::ComponentId next = system_.next_id();
  auto effects = engine_.begin(loaded_.instances, driver_.now());
  if (!effects) {
    fail_with(std::move(effects.error()));
    co_return 0;
  }
  daemon_.set_state("running");
  const bool starts = effects->run != 0;
  driver_.carry_out(std::move(*effects));
  if (next != 0) tell_of_changes(system_, next, starts, around_.log);
  for (const FoundDead& one : dead)
    intake_.raise(workflow::kComponentFailed, one.component, {{"why", one.why}}, std::string(kSelf));
  watches_->ask_components();
  is_serving_ = true;
  intake_.hold(disk_is_full_);
  around_.log.info(fmt::format("project {} runs: events at {}, control at {}", loaded_.project.name,
                               around_.places.pipe(), around_.places.control()));
  notify_service(fmt::format("READY=1\nSTATUS=project {} runs", loaded_.project.name));
  co_return 0;
}

void Manager::disk_is_full(std::optional<Error> full) {
  disk_is_full_ = full.has_value();
  if (full)
    around_.log.error(full->message + "; nothing is begun until there is");
  else
    around_.log.info("the journal can be written again");
  notify_service(full ? "STATUS=the journal's disk is full" : "STATUS=running");
  daemon_.set_problem(std::move(full));
  intake_.hold(disk_is_full_ || !is_serving_);
}

// --- ends ---

void Manager::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  driver_.close();
  end(failure_->message);
}

void Manager::end(std::string why) {
  if (is_ending_) return;
  is_ending_ = true;
  why_ = std::move(why);
  around_.log.info("ending: " + why_);
  notify_service("STOPPING=1\nSTATUS=ending: " + why_);
  daemon_.set_state("stopping");
  is_serving_ = false;
  intake_.hold(true);
  if (wake_) return around_.loop.post(std::exchange(wake_, nullptr));
  ports_.shell.close();  // what is being adopted is not waited for
}

// What was not stopped is not left alone: it goes on, and can be asked again.
void Manager::stop_ended(const control::EndedRun& stop) {
  if (stop.end == workflow::RunEnd::kDone) return end("the project is stopped");
  if (is_ending_) return;
  daemon_.set_state("running");
  around_.log.error(
      fmt::format("the project is not stopped: run {} {}{}{}; see what still runs with `attune status`, mend "
                  "what failed, then `attune stop` again (SIGTERM ends attuned alone)",
                  stop.run, workflow::name_of(stop.end), stop.why.empty() ? "" : ": ", stop.why));
}

Task<Manager::End> Manager::finish() {
  ports::Loop& loop = around_.loop;
  Dispatcher& dispatcher = driver_.dispatcher();
  if (failure_) {
    dispatcher.cancel_all();
  } else {
    co_await durable(engine_.wind_up(why_, driver_.now()));
  }
  bool is_clean = co_await wait_within(loop, kCallsPatience,
                                       [&](std::function<void()> idle) { dispatcher.when_idle(idle); });
  if (!is_clean)
    around_.log.warning("calls under way did not end: the next start finds out what became of them");
  if (!failure_) co_await durable(engine_.stopped(driver_.now()));
  driver_.close();
  server_.reset();
  pipe_.reset();
  is_clean =
      co_await wait_within(loop, kShellPatience, [&](std::function<void()> idle) { watches_->stop(idle); }) &&
      is_clean;
  watches_.reset();
  if (is_clean) implementations_.reset();
  ports_.shell.close();
  is_clean = co_await wait_within(loop, kShellPatience,
                                  [&](std::function<void()> idle) { ports_.shell.when_idle(idle); }) &&
             is_clean;
  if (is_clean) ports_.hypervisor.close();  // while those who wait for it still have their world
  co_return End{failure_, is_clean};
}

// Carries out what the engine decided, and waits until it is on disk; not for ever.
Task<bool> Manager::durable(workflow::Effects effects) {
  const bool written = co_await wait_within(around_.loop, kDiskPatience, [&](std::function<void()> done) {
    driver_.carry_out(std::move(effects), [done](const Result<void>&) { done(); });
  });
  if (!written) around_.log.warning("the journal could not be written in time");
  co_return written;
}

}  // namespace attune::main
