// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/kernel.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/main/limited_wait.h"
#include "runtime/main/recovery.h"
#include "runtime/main/version.h"

namespace attune::main {

namespace {

constexpr std::string_view kSelf = "attune";

// How long an end may take: the calls under way to end, the journal to be written, the rest to fall silent.
constexpr Duration kCallsPatience = std::chrono::seconds(20);
constexpr Duration kDiskPatience = std::chrono::seconds(5);
constexpr Duration kShellPatience = std::chrono::seconds(5);

}  // namespace

// --- made ---

Kernel::Kernel(const dsl::LoadedProject& loaded, Surroundings around, Onlooker onlooker)
    : around_(std::move(around)),
      onlooker_(std::move(onlooker)),
      loaded_(loaded),
      system_(loaded_.project),
      engine_(loaded_.project, system_, {around_.pipe, around_.utc_offset}),
      driver_(engine_, around_.store, around_.loop, around_.clock),
      intake_(loaded_.project, engine_, driver_, around_.loop, around_.log),
      world_(make_world()),
      implementations_(std::in_place, world_, driver_.dispatcher(), around_.deployments),
      daemon_({system_, engine_, driver_, intake_, figures_, run_ends_, last_failure_, metrics_,
               around_.clock, around_.loop, around_.journal},
              [this](const control::EndedRun& stop) { stop_ended(stop); }) {
  connect();
}

Kernel::~Kernel() = default;

wrappers::World Kernel::make_world() {
  return {
      .system = system_,
      .shell = around_.shell,
      .hypervisor = around_.hypervisor,
      .deployer = around_.deployer,
      .loop = around_.loop,
      .clock = around_.clock,
      .log = around_.log,
      .stock = around_.stock,
      .pipe = around_.pipe,
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
                         std::string progress) { driver_.dispatcher().progress(call, std::move(progress)); },
      .is_switched_off =
          [this](const std::string& host) {
            const workflow::OffHosts::Off* off = engine_.off_hosts().find(host);
            return off != nullptr && workflow::is_switched_off_by(off->by) &&
                   !workflow::has_broken_off(off->by);
          }};
}

// Who looks at what the driver does. Until it has begun, no event is taken.
void Kernel::connect() {
  intake_.hold(true);
  driver_.on_decided([this](const workflow::Record& record) {
    figures_.look(record);
    last_failure_.look(record);
    metrics_.look(record);
    if (watches_) watches_->look(record);
    if (implementations_) implementations_->planner().look(record);
  });
  driver_.on_durable([this](const workflow::Record& record) { run_ends_.look(record); });
  driver_.on_broken([this](const Error& error) { fail_with(error); });
}

void Kernel::take_over(const workflow::History& history) {
  driver_.go_on_from(history.next().record - 1);
  driver_.carry_out(engine_.started(std::string(kVersion), history, driver_.now()));
  implementations_->planner().know_places();
}

// --- lives ---

void Kernel::live(std::function<void(End)> ended) {
  around_.loop.post([this, ended = std::move(ended)] { start<End>(life(), ended); });
}

Task<Kernel::End> Kernel::life() {
  co_await begin();
  if (!is_ending_)
    co_await Awaitable<int>([this](std::function<void(int)> done) { wake_ = [done] { done(0); }; });
  co_return co_await finish();
}

Task<int> Kernel::begin() {
  watches_.emplace(Watches::Parts{system_, engine_, driver_, intake_, world_});
  std::vector<FoundDead> dead = failed_before(system_);
  const std::vector<FoundDead> found = co_await adopt_all(system_, engine_, driver_, around_.log);
  dead.insert(dead.end(), found.begin(), found.end());
  if (is_ending_) co_return 0;
  const system::ComponentId next = system_.next_id();
  auto effects = engine_.begin(loaded_.instances, driver_.now());
  if (!effects) {
    fail_with(std::move(effects.error()));
    co_return 0;
  }
  has_begun_ = true;
  daemon_.set_state("running");
  const bool starts = effects->run != 0;
  driver_.carry_out(std::move(*effects));
  if (next != 0) tell_of_changes(system_, next, starts, around_.log);
  for (const FoundDead& one : dead) {
    workflow::Event event = event_of(system_, one);
    if (!event.name.empty())
      intake_.raise(event.name, event.component, std::move(event.values), std::string(kSelf));
  }
  watches_->ask_components();
  is_serving_ = true;
  intake_.hold(disk_is_full_);
  onlooker_.serves();
  co_return 0;
}

void Kernel::disk_is_full(std::optional<Error> full) {
  disk_is_full_ = full.has_value();
  if (full)
    around_.log.error(full->message + "; nothing is begun until there is space again");
  else
    around_.log.info("the journal can be written again");
  daemon_.set_problem(std::move(full));
  intake_.hold(disk_is_full_ || !is_serving_);
  driver_.hold(disk_is_full_);
}

// --- ends ---

void Kernel::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  driver_.close();
  end(failure_->message);
}

void Kernel::end(std::string why) {
  if (is_ending_) return;
  is_ending_ = true;
  why_ = std::move(why);
  around_.log.info("ending: " + why_);
  onlooker_.ends(why_);
  daemon_.set_state("stopping");
  is_serving_ = false;
  intake_.hold(true);
  if (wake_) return around_.loop.post(std::exchange(wake_, nullptr));
  around_.shell.close();  // what is being adopted is not waited for
}

// What was not stopped is not left alone: it goes on, and can be asked again.
void Kernel::stop_ended(const control::EndedRun& stop) {
  if (stop.end == workflow::RunEnd::kDone) return end("the project is stopped");
  if (is_ending_) return;
  daemon_.set_state("running");
  around_.log.error(
      fmt::format("the project is not stopped: run {} {}{}{}; see what still runs with `attune status`, mend "
                  "what failed, then `attune stop` again (SIGTERM ends attuned alone)",
                  stop.run, workflow::name_of(stop.end), stop.why.empty() ? "" : ": ", stop.why));
}

Task<Kernel::End> Kernel::finish() {
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
  if (!failure_) co_await durable(engine_.stopped(why_, driver_.now()));
  driver_.close();
  onlooker_.closes();
  // Calls that a slow disk has let through only now: they are cancelled already, and awaited like the others.
  is_clean = co_await wait_within(loop, kShellPatience,
                                  [&](std::function<void()> idle) { dispatcher.when_idle(idle); }) &&
             is_clean;
  is_clean =
      co_await wait_within(loop, kShellPatience, [&](std::function<void()> idle) { watches_->stop(idle); }) &&
      is_clean;
  watches_.reset();
  if (is_clean) implementations_.reset();
  around_.shell.close();
  is_clean = co_await wait_within(loop, kShellPatience,
                                  [&](std::function<void()> idle) { around_.shell.when_idle(idle); }) &&
             is_clean;
  if (is_clean && onlooker_.rests) onlooker_.rests();
  co_return End{failure_, has_begun_, is_clean};
}

// Carries out what the engine decided, and waits until it is on disk; not for ever.
Task<bool> Kernel::durable(workflow::Effects effects) {
  const bool written = co_await wait_within(around_.loop, kDiskPatience, [&](std::function<void()> done) {
    driver_.carry_out(std::move(effects), [done](const Result<void>&) { done(); });
  });
  if (!written) around_.log.warning("the journal could not be written in time");
  co_return written;
}

}  // namespace attune::main
