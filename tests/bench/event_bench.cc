// SPDX-License-Identifier: Apache-2.0
// What the event benchmark measures: how long an event takes from the pipe to the call that answers it, and
// how many events a second are taken.
//   event_bench PROJECT FOLDER SAMPLES FLOOD    pipe and journal are made in the folder
// Prints a line of JSON for each measurement: {"name": ..., "microseconds": [...]} or {"name": ...,
// "per_second": x}.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/diagnostic.h"
#include "tests/bench/bench_manager.h"
#include "wrappers/catalog.h"

namespace attune::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
using Series = std::vector<double>;  // microseconds

constexpr int kLoad = 10'000;  // events a second

double since(Steady::time_point begin) {
  return std::chrono::duration<double, std::micro>(Steady::now() - begin).count();
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stdout, "{{\"failed\": \"{}\"}}\n", why);
  std::_Exit(1);
}

void tell(std::string_view name, const Series& series) {
  fmt::print("{{\"name\": \"{}\", \"microseconds\": [{:.1f}]}}\n", name, fmt::join(series, ", "));
  std::fflush(stdout);
}
void tell_rate(std::string_view name, double rate) {
  fmt::print("{{\"name\": \"{}\", \"per_second\": {:.0f}}}\n", name, rate);
  std::fflush(stdout);
}

// A pipe that lines are written to, and the moment at which one of them has had its effect.
class Way {
 public:
  explicit Way(const std::string& path) : fd_(::open(path.c_str(), O_WRONLY | O_CLOEXEC)) {
    if (!fd_) give_up("cannot open " + path);
  }

  void write(std::string_view lines) const {
    if (::write(fd_.get(), lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()))
      give_up("cannot write to the pipe");
  }
  void arrived() {
    at_ = Steady::now();
    there_.release();
  }
  // Writes the line, and waits until it has arrived; the microseconds between.
  double send(std::string_view line) {
    const auto begin = Steady::now();
    write(line);
    await();
    return std::chrono::duration<double, std::micro>(at_ - begin).count();
  }
  void await() {
    if (!there_.try_acquire_for(std::chrono::seconds(60)))
      give_up("an event was not answered within a minute");
  }

 private:
  UniqueFd fd_;
  Steady::time_point at_;
  std::binary_semaphore there_{0};
};

// The peer: reads a pipe, and calls a function for each line that begins with "hot".
class BareReader {
 public:
  explicit BareReader(const std::string& path) : fd_(make(path)), way_(path), thread_([this] { run(); }) {}
  ~BareReader() {
    way_.write("end\n");
    thread_.join();
  }
  Way& way() { return way_; }

 private:
  static int make(const std::string& path) {
    if (::mkfifo(path.c_str(), 0600) != 0) give_up("cannot make " + path);
    return ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  }
  void run() {
    std::vector<char> buffer(64 * 1024);
    std::string line;
    for (bool goes_on = true; goes_on;) {
      const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
      for (ssize_t i = 0; i < count; ++i) {
        if (buffer[static_cast<size_t>(i)] != '\n') {
          line += buffer[static_cast<size_t>(i)];
          continue;
        }
        if (line.starts_with("hot ")) way_.arrived();
        goes_on = goes_on && line != "end";
        line.clear();
      }
    }
  }

  UniqueFd fd_;
  Way way_;
  std::thread thread_;
};

// A file beside the journal: what the disk takes for one fdatasync of a page.
class SyncedFile {
 public:
  explicit SyncedFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    for (size_t i = 0; i < kPages; ++i) (void)sync();
  }
  double sync() {
    const auto begin = Steady::now();
    if (::pwrite(fd_.get(), page_.data(), page_.size(), static_cast<off_t>(next_++ % kPages * page_.size())) <
            0 ||
        ::fdatasync(fd_.get()) != 0)
      give_up("cannot write beside the journal");
    return since(begin);
  }

 private:
  static constexpr size_t kPages = 16;
  UniqueFd fd_;
  std::string page_ = std::string(4096, 'x');
  size_t next_ = 0;
};

// Writes kLoad `busy` events a second, until its end.
class Load {
 public:
  Load(const Way& way, size_t components) : way_(way), thread_([this, components] { run(components); }) {}
  ~Load() {
    is_ending_ = true;
    thread_.join();
  }

 private:
  void run(size_t components) {
    const auto begin = Steady::now();
    for (uint64_t written = 0; !is_ending_;) {
      const auto due = static_cast<uint64_t>(since(begin) * kLoad / 1e6);
      std::string lines;
      for (; written < due; ++written) {
        if (lines.size() > 4000) way_.write(std::exchange(lines, {}));
        lines += fmt::format("busy app{} cpu=97%\n", written % components + 1);
      }
      if (!lines.empty()) way_.write(lines);
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  const Way& way_;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

class Bench {
 public:
  Bench(const std::string& folder, size_t components, size_t samples, Way& way)
      : components_(components),
        samples_(samples),
        way_(way),
        bare_(folder + "/bare"),
        synced_(folder + "/synced") {}

  // Events and syncs by turns, and a pause before each: a disk that has just been busy is quicker.
  void answer(const std::string& name) {
    Series events, syncs;
    for (size_t i = 0; i < samples_; ++i) {
      pause(milliseconds(20));
      events.push_back(way_.send(hot()));
      pause(milliseconds(20));
      syncs.push_back(synced_.sync());
    }
    tell(name + ": event", events);
    tell(name + ": fdatasync", syncs);
  }
  void read_bare(const std::string& name) {
    Series bare;
    for (size_t i = 0; i < samples_; ++i) {
      pause(milliseconds(4));
      bare.push_back(bare_.way().send(hot()));
    }
    tell(name + ": bare reader", bare);
  }

  void idle() {
    answer("idle");
    read_bare("idle");
  }
  void loaded() {
    {
      const Load load(way_, components_);
      answer("loaded");
    }
    const Load load(bare_.way(), components_);
    read_bare("loaded");
  }

  // As many as the pipe takes; the last one is answered by a call.
  void flood(Way& way, std::string_view name, size_t count) {
    const auto begin = Steady::now();
    std::string lines;
    for (size_t i = 0; i < count; ++i) {
      if (lines.size() > 4000) way.write(std::exchange(lines, {}));
      lines += fmt::format("busy app{} cpu=97%\n", i % components_ + 1);
    }
    lines += hot();
    way.write(lines);
    way.await();
    tell_rate(name, static_cast<double>(count) * 1e6 / since(begin));
  }

  void run(size_t count) {
    flood(way_, "the first of each", components_);
    pause(milliseconds(2000));
    idle();
    loaded();
    for (int round = 0; round < 5; ++round) {
      flood(way_, "flood", count);
      flood(bare_.way(), "flood: bare reader", count);
    }
  }

 private:
  std::string hot() { return fmt::format("hot app{} cpu=97%\n", random_() % components_ + 1); }
  // Of random length, so that nothing falls into step with anything.
  void pause(microseconds longest) {
    std::this_thread::sleep_for(longest / 2 +
                                microseconds(random_() % static_cast<uint64_t>(longest.count() / 2)));
  }

  size_t components_, samples_;
  Way& way_;
  BareReader bare_;
  SyncedFile synced_;
  std::mt19937_64 random_{7};  // NOLINT(bugprone-random-generator-seed): each run the same
};

int run(const std::string& project, const std::string& folder, size_t samples, size_t flood) {
  Diagnostics found;
  const dsl::LoadedProject loaded = dsl::load_project(project, wrappers::catalog(), "", found);
  if (found.has_errors()) give_up(found.all().front().message);
  main::AsioLoop loop;
  auto store = journal::SqliteStore::open(folder + "/journal.db", loop, {.reserve = journal::kUsualReserve});
  if (!store) give_up(store.error().message);
  std::unique_ptr<Way> way;
  BenchManager manager(loaded, folder, std::move(*store), loop, [&](const workflow::Call& call) {
    if (call.stub == "cool") way->arrived();
  });
  if (auto begun = manager.begin(loaded, folder, loop); !begun) give_up(begun.error().message);
  way = std::make_unique<Way>(folder + "/events");
  std::thread bench;
  std::unique_ptr<ports::Loop::Timer> timer;
  std::function<void()> look = [&] {  // once all has started
    if (!manager.is_quiet()) {
      timer = loop.after(milliseconds(20), look);
      return;
    }
    bench = std::thread([&] {
      Bench(folder, loaded.instances.components.size(), samples, *way).run(flood);
      loop.stop();
    });
  };
  loop.post(look);
  loop.run();
  bench.join();
  if (manager.rejected() != 0) give_up("events were rejected");
  return 0;
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: event_bench PROJECT FOLDER SAMPLES FLOOD\n", stderr);
    return 2;
  }
  return attune::bench::run(argv[1], argv[2], std::strtoul(argv[3], nullptr, 10),
                            std::strtoul(argv[4], nullptr, 10));
}
