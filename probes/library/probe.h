// SPDX-License-Identifier: Apache-2.0
// attune-probe: what a probe in C++ needs: its arguments, a period that does not drift, events as lines, and
// a clean end. `docs/probes.md` has an example. Installed as <attune/probe.h>; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attune::probe {

using Duration = std::chrono::nanoseconds;
// What comes with an event, in the order of the line: {{"free", "12MiB"}}.
using Values = std::vector<std::pair<std::string, std::string>>;

// Something that the probe cannot go on with. Thrown within run(), which says it and ends.
struct Failure : std::runtime_error {
  static constexpr int kWrongUse = 64, kFailed = 70;  // as in sysexits.h
  explicit Failure(const std::string& what, int exit_code = kFailed)
      : std::runtime_error(what), code(exit_code) {}
  int code;
};

// As the languages write them, and so as arguments come: "500ms", "1.5s", "2min"; "80%"; "512MiB", "1GB";
// "12", "-0.5". A Failure for anything else, and for a duration or a size below nothing.
Duration parse_duration(std::string_view text);
double parse_percent(std::string_view text);
uint64_t parse_size(std::string_view text);  // bytes
double parse_number(std::string_view text);

// The line that says so, with its end: `event subject key=value ...`. A value with blanks stands in quotes,
// what no line may hold is left out of it, and a byte that is no UTF-8 becomes a question mark. A Failure
// where a name is none or stands twice, or where it is longer than 4096 bytes.
std::string event_line(std::string_view event, std::string_view subject, const Values& values = {});

class Probe;

// A condition that lasts: told when it begins, again each time while it does, and once with cleared=true
// when it has ended.
class Level {
 public:
  // How it is now.
  void is(bool so, Values values);
  // Begins at `begin` or above, ends below `end`: a value between them changes nothing.
  void is_at(double value, double begin, double end, Values values);
  bool holds() const { return holds_; }

 private:
  friend class Probe;
  Level(Probe& probe, std::string event) : probe_(&probe), event_(std::move(event)) {}
  Probe* probe_;
  std::string event_;
  bool holds_ = false;
};

class Probe {
 public:
  // Of the manager's: PIPE SUBJECT ARGUMENT... A Failure where there are not even these two.
  explicit Probe(std::vector<std::string> arguments);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const std::string& subject() const { return subject_; }
  // Where the subject's process is kept: the first word of the file `pid` in it is its number. Empty where
  // the manager did not say.
  static std::string run_directory();

  // The next argument; a Failure that calls it so where there is none.
  std::string argument(std::string_view name);
  // The value of `name=value` among the arguments.
  std::string option(std::string_view name, std::string_view otherwise);

  // Tells an event about the subject. It never waits: while nobody reads, the newest kMostWaiting lines are
  // kept.
  static constexpr std::size_t kMostWaiting = 1000;
  void tell(std::string_view event, const Values& values = {});
  Level level(std::string event) { return {*this, std::move(event)}; }

  // Looks at once, and then every `period`, until SIGTERM or SIGINT, or until nobody will read any more.
  // A look that takes longer than that is followed by the next that is due; one that is under way comes to
  // its end, unless a second signal comes: system calls that wait are interrupted (EINTR). A Failure where an
  // argument has been left over.
  void every(Duration period, const std::function<void()>& look);

 private:
  struct Way;
  std::string subject_;
  std::vector<std::string> arguments_;  // not yet taken
  std::unique_ptr<Way> way_;
};

// A probe's whole main: makes the Probe, calls `body`, and says on standard error why it failed. Returns the
// exit code.
int run(int argc, char** argv, const std::function<void(Probe& probe)>& body);

}  // namespace attune::probe
