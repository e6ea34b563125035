// SPDX-License-Identifier: Apache-2.0
// BenchManager: the daemon's parts on an event's way from the pipe to the call, put together as Manager does,
// on a journal on disk; with an implementation that carries nothing out and says that it was called. Loop
// thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dsl/project_loader.h"
#include "runtime/events/event_pipe.h"
#include "runtime/journal/sqlite_store.h"
#include "runtime/main/asio_loop.h"
#include "runtime/main/console_log.h"
#include "runtime/main/driver.h"
#include "runtime/main/event_figure_keeper.h"
#include "runtime/main/intake.h"
#include "runtime/main/story.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"

namespace attune::bench {

class Noter final : public wrappers::Implementation {
 public:
  using Called = std::function<void(const workflow::Call&)>;
  Noter(std::string key, Called called) : key_(std::move(key)), called_(std::move(called)) {}

  std::string_view key() const override { return key_; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token) override {
    called_(call);
    co_return workflow::CallExited{};
  }
  Task<Result<system::Lifecycle>> adopt(system::ComponentId) override {
    co_return system::Lifecycle::kStarted;
  }

 private:
  std::string key_;
  Called called_;
};

class BenchManager {
 public:
  // `folder` is where pipe and journal are to be.
  BenchManager(const dsl::LoadedProject& loaded, const std::string& folder,
               std::unique_ptr<journal::SqliteStore> store, main::AsioLoop& loop, Noter::Called called)
      : system_(loaded.project),
        engine_(loaded.project, system_,
                {folder + "/events", [](WallTime) { return std::chrono::seconds(0); }}),
        store_(std::move(store)),
        driver_(engine_, *store_, loop, clock_),
        intake_(loaded.project, engine_, driver_, loop, log_),
        process_("Process", std::move(called)),
        component_("Component", [](const workflow::Call&) {}) {
    driver_.dispatcher().add(process_);
    driver_.dispatcher().add(component_);
    driver_.on_decided([this](const workflow::Record& record) {
      const LogLevel level = main::level_of(record);
      if (log_.shows(level)) log_.write(level, story_.tell(record));
      figures_.look(record);
    });
    driver_.carry_out(engine_.started("bench", workflow::History(system_), driver_.now()));
  }

  Result<void> begin(const dsl::LoadedProject& loaded, const std::string& folder, main::AsioLoop& loop) {
    auto pipe = events::EventPipe::open(folder + "/events", "", loop,
                                        [this](std::string_view line) { intake_.pipe_line(line); });
    if (!pipe) return fail(std::move(pipe.error()));
    pipe_ = std::move(*pipe);
    intake_.on_pause([this] { pipe_->pause(); }, [this] { pipe_->resume(); });
    auto effects = engine_.begin(loaded.instances, driver_.now());
    if (!effects) return fail(std::move(effects.error()));
    driver_.carry_out(std::move(*effects));
    return {};
  }

  uint64_t rejected() const { return intake_.rejections().total(); }
  bool is_quiet() const { return engine_.runs().empty(); }

 private:
  const SystemClock clock_;
  main::ConsoleLog log_{LogLevel::kInfo};
  system::System system_;
  workflow::Engine engine_;
  std::unique_ptr<journal::SqliteStore> store_;
  main::Driver driver_;
  main::Intake intake_;
  Noter process_, component_;
  main::Story story_;
  main::EventFigureKeeper figures_;
  std::unique_ptr<events::EventPipe> pipe_;
};

}  // namespace attune::bench
