// SPDX-License-Identifier: Apache-2.0
// Writes the journal that the recovery benchmark has attuned recover: the engine runs on a project whose
// calls all work at once, and is sent events until the journal has its records.
//   recovery_bench PROJECT JOURNAL RECORDS TAIL    with a checkpoint before the last TAIL records; 0: with
//   none
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "runtime/journal/sqlite_store.h"
#include "runtime/main/asio_loop.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"
#include "wrappers/catalog.h"

namespace attune::bench {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "recovery_bench: {}\n", why);
  std::_Exit(1);
}

class Writing {
 public:
  Writing(const dsl::LoadedProject& loaded, std::string path) : loaded_(loaded), path_(std::move(path)) {
    open();
  }

  void begin() {
    carry_out(engine_.started("bench", workflow::History(system_), now()));
    auto effects = engine_.begin(loaded_.instances, now());
    if (!effects) give_up(effects.error().message);
    carry_out(std::move(*effects));
  }
  // Until there are so many.
  void send_events(uint64_t records) {
    const size_t components = system_.components().size();
    for (size_t i = 0; sequence_ < records; ++i) {
      workflow::Event event;
      event.name = "hot";
      event.component = fmt::format("app{}", i * 7919 % components + 1);
      event.values = {{"cpu", "97%"}};
      event.source = "pipe";
      auto effects = engine_.accept(event, now());
      if (!effects) give_up(effects.error().message);
      carry_out(std::move(*effects));
    }
    write();
  }
  void make_checkpoint() {
    store_->compact({.project = &loaded_.project, .keep = UINT32_MAX});
    open();
  }

 private:
  void open() {
    store_.reset();
    auto store = journal::SqliteStore::open(path_, loop_);
    if (!store) give_up(store.error().message);
    store_ = std::move(*store);
  }
  workflow::Now now() {
    time_ += std::chrono::milliseconds(1);
    return {Instant(time_), WallTime(std::chrono::duration_cast<std::chrono::microseconds>(time_))};
  }
  void carry_out(workflow::Effects effects) {
    std::deque<workflow::Call> calls;
    for (;;) {
      for (workflow::Record& record : effects.records) waiting_.push_back(std::move(record));
      for (workflow::Call& call : effects.calls) calls.push_back(std::move(call));
      if (calls.empty()) break;
      effects = engine_.ended(calls.front().id, workflow::CallExited{}, now());
      calls.pop_front();
    }
    sequence_ = waiting_.empty() ? sequence_ : waiting_.back().sequence;
    if (waiting_.size() > 20'000) write();
  }
  void write() {
    store_->append(std::exchange(waiting_, {}), [this](const Result<void>& durable) {
      if (!durable) give_up(durable.error().message);
      loop_.stop();
    });
    loop_.run();
  }

  const dsl::LoadedProject& loaded_;
  const std::string path_;
  main::AsioLoop loop_;
  system::System system_{loaded_.project};
  workflow::Engine engine_{loaded_.project, system_};
  std::unique_ptr<journal::SqliteStore> store_;
  std::vector<workflow::Record> waiting_;
  uint64_t sequence_ = 0;
  Duration time_ = std::chrono::hours(24 * 365 * 50);
};

int run(const std::string& project, const std::string& path, uint64_t records, uint64_t tail) {
  Diagnostics found;
  const dsl::LoadedProject loaded = dsl::load_project(project, wrappers::catalog(), "", found);
  if (found.has_errors()) give_up(found.all().front().message);
  Writing writing(loaded, path);
  writing.begin();
  writing.send_events(records - tail);
  if (tail == 0) return 0;
  writing.make_checkpoint();
  writing.send_events(records);
  return 0;
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  return attune::bench::run(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10),
                            std::strtoull(argv[4], nullptr, 10));
}
