// SPDX-License-Identifier: Apache-2.0
#include "probes/library/probe.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <string>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "probes/library/channel.h"

namespace attune::probe {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration kPatience = std::chrono::seconds(1);  // until what could not be written is tried again

struct Unit {
  std::string_view name;
  double factor;
};
constexpr Unit kDurations[] = {{"ns", 1},     {"us", 1e3},   {"ms", 1e6},   {"s", 1e9},
                               {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
constexpr Unit kPlain[] = {{"", 1}};
constexpr Unit kPercent[] = {{"%", 1}};
constexpr Unit kSizes[] = {{"B", 1},         {"kB", 1e3},         {"MB", 1e6},
                           {"GB", 1e9},      {"TB", 1e12},        {"KiB", 1024},
                           {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1099511627776.0}};

template <std::size_t N>
double parse(std::string_view text, const Unit (&units)[N], const char* what) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto unit =
      std::find_if(std::begin(units), std::end(units), [&](const Unit& one) { return one.name == rest; });
  if (error != std::errc() || !std::isfinite(number) || unit == std::end(units))
    throw Failure("'" + std::string(text) + "' is no " + what, Failure::kWrongUse);
  return number * unit->factor;
}

// A whole number of the smallest unit, from nothing up to what 64 bits hold.
template <std::size_t N>
int64_t parse_quantity(std::string_view text, const Unit (&units)[N], const char* what) {
  const double number = parse(text, units, what);
  if (!(number >= 0 && number < 9.2e18))
    throw Failure("'" + std::string(text) + "' is no " + what, Failure::kWrongUse);
  return std::llround(number);
}

bool is_name(std::string_view text) {
  const auto is_sound = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_sound);
}

// Bytes of the character of UTF-8 (RFC 3629) at the front of a text that is not empty; 0 where there is none.
std::size_t length_of_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  const unsigned char least = first == 0xE0   ? 0xA0
                              : first == 0xF0 ? 0x90
                                              : 0x80;  // no longer than it has to be
  const unsigned char most = first == 0xED   ? 0x9F
                             : first == 0xF4 ? 0x8F
                                             : 0xBF;  // no surrogate, none above all
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return length;
}

std::string quoted(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const std::size_t length = length_of_character(value);
    const auto byte = static_cast<unsigned char>(value.front());
    const bool is_control = byte < 0x20 || byte == 0x7F;
    if (value.front() == '"' || value.front() == '\\') text += '\\';
    if (length == 0) text += '?';
    if (!is_control) text += value.substr(0, length);
    value.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text.empty() || text.find_first_of(" \"\\") != text.npos ? '"' + text + '"' : text;
}

// What the handler of Ends writes to: nothing else reaches it there.
volatile std::sig_atomic_t told_by = -1;

// While it lives, SIGTERM and SIGINT are told by a descriptor. By handlers and not by blocking them: a
// program that a look runs begins with the signals as they usually are. A second one ends the probe in the
// middle of whatever it does.
class Ends {
 public:
  Ends() {
    descriptor_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor_ < 0) throw Failure("cannot wait for signals");
    told_by = descriptor_;
    struct sigaction action {};
    action.sa_handler = [](int) {
      const int error = errno;
      const uint64_t one = 1;
      [[maybe_unused]] const ssize_t done = ::write(told_by, &one, sizeof one);
      errno = error;
    };
    action.sa_flags = SA_RESETHAND;
    for (std::size_t i = 0; i < std::size(kSignals); ++i) ::sigaction(kSignals[i], &action, &before_[i]);
  }
  ~Ends() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    ::close(descriptor_);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  // Whether one has come, or does within that time.
  bool come_within(Duration time) const {
    const timespec until{static_cast<time_t>(time.count() / 1'000'000'000),
                         static_cast<long>(time.count() % 1'000'000'000)};
    pollfd waits{descriptor_, POLLIN, 0};
    if (::ppoll(&waits, 1, &until, nullptr) >= 0) return waits.revents != 0;
    return ::poll(&waits, 1, 0) == 1;  // a signal has interrupted it
  }

 private:
  static constexpr int kSignals[] = {SIGTERM, SIGINT};
  int descriptor_ = -1;
  struct sigaction before_[std::size(kSignals)]{};
};

}  // namespace

Duration parse_duration(std::string_view text) {
  return Duration(parse_quantity(text, kDurations, "duration, such as 500ms or 2s"));
}
double parse_percent(std::string_view text) {
  return parse(text, kPercent, "percentage, such as 80%");
}
double parse_number(std::string_view text) {
  return parse(text, kPlain, "number");
}
uint64_t parse_size(std::string_view text) {
  return static_cast<uint64_t>(parse_quantity(text, kSizes, "size, such as 512MiB"));
}

std::string event_line(std::string_view event, std::string_view subject, const Values& values) {
  if (!is_name(event)) throw Failure("'" + std::string(event) + "' cannot be an event's name");
  if (!is_name(subject)) throw Failure("'" + std::string(subject) + "' cannot be a component's name");
  std::string line = std::string(event) + ' ' + std::string(subject);
  for (const auto& [key, value] : values) {
    if (!is_name(key)) throw Failure("'" + key + "' cannot be a value's name");
    const auto is_same = [&key = key](const auto& other) { return other.first == key; };
    if (std::count_if(values.begin(), values.end(), is_same) > 1)
      throw Failure(std::string(event) + ": '" + key + "' stands twice");
    line += ' ' + key + '=' + quoted(value);
  }
  line += '\n';
  if (line.size() > PIPE_BUF)
    throw Failure(std::string(event) + ": a line of " + std::to_string(line.size()) + " bytes, and " +
                  std::to_string(PIPE_BUF) + " may be at most");
  return line;
}

// --- a level ---

void Level::is(bool so, Values values) {
  if (!so && !holds_) return;
  holds_ = so;
  if (!so) values.emplace_back("cleared", "true");
  probe_->tell(event_, values);
}

void Level::is_at(double value, double begin, double end, Values values) {
  is(holds_ ? value >= end : value >= begin, std::move(values));
}

// --- a probe ---

// How its lines get to the manager.
struct Probe::Way {
  Channel channel;
  std::deque<std::string> waiting;
  std::size_t offset = 0;  // bytes of the first that are written
  bool is_closed = false;

  // All that can be written without waiting.
  void flush() {
    while (!waiting.empty() && !is_closed) {
      if (!channel.opens()) {
        is_closed = channel.is_standard_output();
        return;
      }
      const Channel::Step step = channel.write(waiting.front(), offset);
      if (step == Channel::Step::kLater) return;
      if (step == Channel::Step::kBroken) {
        channel.close();
        offset = 0;
        is_closed = channel.is_standard_output();
        if (!is_closed) return;
        continue;
      }
      waiting.pop_front();
    }
  }
};

Probe::Probe(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  if (arguments_.size() < 2) throw Failure("usage: PIPE SUBJECT ARGUMENT...", Failure::kWrongUse);
  way_ = std::make_unique<Way>();
  way_->channel = Channel::to(arguments_[0]);
  if (!way_->channel.opens() && errno != ENXIO)
    throw Failure("cannot write to " + arguments_[0] + ": " + std::generic_category().message(errno));
  subject_ = arguments_[1];
  arguments_.erase(arguments_.begin(), arguments_.begin() + 2);
}

Probe::~Probe() = default;

std::string Probe::run_directory() {
  const char* directory = std::getenv("ATTUNE_RUN_DIRECTORY");
  return directory == nullptr ? "" : directory;
}

std::string Probe::argument(std::string_view name) {
  if (arguments_.empty()) throw Failure("an argument is missing: " + std::string(name), Failure::kWrongUse);
  std::string value = std::move(arguments_.front());
  arguments_.erase(arguments_.begin());
  return value;
}

std::string Probe::option(std::string_view name, std::string_view otherwise) {
  const std::string begin = std::string(name) + '=';
  const auto found = std::find_if(arguments_.begin(), arguments_.end(),
                                  [&](const std::string& one) { return one.starts_with(begin); });
  if (found == arguments_.end()) return std::string(otherwise);
  std::string value = found->substr(begin.size());
  arguments_.erase(found);
  return value;
}

void Probe::tell(std::string_view event, const Values& values) {
  way_->waiting.push_back(event_line(event, subject_, values));
  // One that is half written stays: what follows it would be taken for its end.
  if (way_->waiting.size() > kMostWaiting)
    way_->waiting.erase(way_->waiting.begin() + (way_->offset > 0 ? 1 : 0));
  way_->flush();
}

void Probe::every(Duration period, const std::function<void()>& look) {
  if (!arguments_.empty()) throw Failure("unknown argument '" + arguments_.front() + "'", Failure::kWrongUse);
  if (period <= Duration::zero()) throw Failure("a period must be more than nothing", Failure::kWrongUse);
  const Ends ends;
  Clock::time_point due = Clock::now();
  while (!way_->is_closed) {
    if (Clock::now() >= due) {
      look();
      due = std::max(due + std::chrono::duration_cast<Clock::duration>(period), Clock::now());
    }
    const Duration left = std::max<Duration>(due - Clock::now(), Duration::zero());
    if (ends.come_within(way_->waiting.empty() ? left : std::min(left, kPatience))) break;
    way_->flush();
  }
}

int run(int argc, char** argv, const std::function<void(Probe& probe)>& body) {
  std::signal(SIGPIPE, SIG_IGN);  // a manager that has gone is an end in order
  const std::string name = argc > 0 ? argv[0] : "probe";
  try {
    Probe probe(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    body(probe);
    return 0;
  } catch (const Failure& failure) {
    std::fprintf(stderr, "%s: %s\n", name.substr(name.rfind('/') + 1).c_str(), failure.what());
    return failure.code;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", name.substr(name.rfind('/') + 1).c_str(), failure.what());
    return Failure::kFailed;
  }
}

}  // namespace attune::probe
