// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/sensor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "probes/traffic/kernel_counter.h"
#include "probes/traffic/ring_counter.h"

namespace attune::probes {

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMillisecond;
// How often the border is told anew, since the wall clock drifts against the monotonic one (by at most 0.5 ms
// a second).
constexpr std::int64_t kAlign = 10 * kSecond;
constexpr int kRetry = 1000;      // milliseconds until a pipe that nobody reads is tried again
constexpr int kLastWords = 1000;  // and until the end does not wait any more for a reader

std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

Moment now() {
  return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)};
}

void say(const std::string& text) {
  std::fputs(("traffic-probe: " + text + "\n").c_str(), stderr);
}

// Of this sensor on this host, whichever life of it: FNV-1a over what tells it from others.
std::uint32_t identity_of(const std::string& sensor) {
  const char* folder = std::getenv("ATTUNE_RUN_DIRECTORY");
  std::uint32_t hash = 2166136261u;
  for (const char letter : sensor + "\n" + (folder == nullptr ? "" : folder))
    hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619u;
  return hash | 1u;
}

UniqueFd open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// A timer far away, which ends at once when somebody sets the clock.
void watch_clock(const UniqueFd& timer) {
  itimerspec far{};
  far.it_value.tv_sec = read_clock(CLOCK_REALTIME) / kSecond + 365LL * 86'400;
  (void)::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, nullptr);
}

Result<std::unique_ptr<Counter>> open_counter(const Options& options) {
  if (options.via == Options::Via::kRing) return open_ring_counter(options.bounds, options.servers);
  auto kernel = open_kernel_counter(identity_of(options.sensor), options.bounds, options.servers);
  if (kernel || options.via == Options::Via::kEbpf) return kernel;
  auto ring = open_ring_counter(options.bounds, options.servers);
  if (!ring)
    return fail(ring.error().code,
                fmt::format("{}; {}: it needs root, or CAP_NET_ADMIN and CAP_BPF, or CAP_NET_RAW",
                            kernel.error().message, ring.error().message));
  say(kernel.error().message + "; counting by packet ring");
  return ring;
}

void add(Counted& to, Counted more) {
  for (auto& [interface, count] : more) to.insert_or_assign(interface, std::move(count));
}

}  // namespace

Result<std::unique_ptr<Sensor>> Sensor::open(Options options) {
  auto counter = open_counter(options);
  if (!counter) return fail(counter.error());
  auto links = Links::open();
  if (!links) return fail(links.error());
  auto outlet = Outlet::open(options.pipe, {});
  if (!outlet) return fail(outlet.error());
  return std::unique_ptr<Sensor>(
      new Sensor(std::move(options), *std::move(links), *std::move(outlet), *std::move(counter)));
}

Sensor::Sensor(Options options, Links links, Outlet outlet, std::unique_ptr<Counter> counter)
    : options_(std::move(options)),
      links_(std::move(links)),
      outlet_(std::move(outlet)),
      inventory_(options_.bounds.peers),
      schedule_(options_.period, now()),
      signals_(open_signals()),
      clock_sets_(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  counters_.push_back(std::move(counter));
  watch_clock(clock_sets_);
}

Result<void> Sensor::run() {
  arm();
  for (;;) {
    if (auto followed = follow_links(); !followed) return followed;
    is_first_ = false;
    const Moment at = now();
    if (at.monotonic >= armed_.monotonic)
      finish_period(at);
    else
      arm();
    if (outlet_.flush() == Outlet::State::kClosed) return {};
    auto goes_on = wait();
    if (!goes_on) return fail(goes_on.error());
    if (!*goes_on) break;
    for (const auto& counter : counters_) counter->serve();
  }
  end();
  return {};
}

Result<void> Sensor::follow_links() {
  auto news = links_.news();
  if (!news) return fail(news.error());
  for (const Link& link : *news) {
    if (link.is_gone || !options_.wants(link.name))
      tap_is_gone(link.index);
    else
      tap_is_there(link);
  }
  return {};
}

void Sensor::tap_is_there(const Link& tap) {
  if (inventory_.has(tap.index)) return inventory_.changed(tap);
  if (auto attached = attach(tap); !attached)
    return say(fmt::format("{} is not counted: {}", tap.name, attached.error().message));
  const auto named = options_.interfaces.find(tap.name);
  inventory_.arrived(tap, named == options_.interfaces.end() ? std::nullopt : std::optional(named->second),
                     !is_first_);
}

void Sensor::tap_is_gone(unsigned interface) {
  if (!inventory_.has(interface)) return;
  for (const auto& counter : counters_) counter->detach(interface);
  inventory_.left(interface);
}

// A tap whose queue is taken (libvirt's own limits of bandwidth have one) is counted by a ring.
Result<void> Sensor::attach(const Link& tap) {
  auto attached = counters_.front()->attach(tap.index);
  if (attached || options_.via != Options::Via::kAuto) return attached;
  if (counters_.size() == 1) {
    auto ring = open_ring_counter(options_.bounds, options_.servers);
    if (!ring) return attached;
    counters_.push_back(*std::move(ring));
    counters_.back()->set_border(armed_, side_);
  }
  auto by_ring = counters_.back()->attach(tap.index);
  if (by_ring) say(fmt::format("{}: {}; it is counted by packet ring", tap.name, attached.error().message));
  return by_ring;
}

void Sensor::arm() {
  schedule_.look(now());
  const Period& period = schedule_.current();
  armed_ = {(period.start + period.seconds) * kSecond, schedule_.border()};
  for (const auto& counter : counters_) counter->set_border(armed_, side_);
}

void Sensor::finish_period(Moment at) {
  finish(schedule_.next(at));
  side_ = 1 - side_;
  arm();
}

void Sensor::finish(Period period) {
  Counted counted;
  std::string_view via = counters_.front()->via();
  for (const auto& counter : counters_) {
    Counted more = counter->take(1 - side_);
    if (!more.empty()) via = counter->via();
    add(counted, std::move(more));
    if (const std::uint64_t missed = counter->take_missed(); missed > 0) {
      period.is_part = true;
      say(fmt::format("{} packets of the period {} passed uncounted: the ring was full", missed,
                      period.start));
    }
  }
  outlet_.add(lines_of(options_.sensor, Report{period, via, inventory_.report(std::move(counted))}));
}

int Sensor::patience() const {
  const std::int64_t left = std::clamp<std::int64_t>(armed_.monotonic - now().monotonic, 0, kAlign);
  const int milliseconds = static_cast<int>((left + kMillisecond - 1) / kMillisecond);
  return outlet_.waiting() > 0 && outlet_.descriptor() < 0 ? std::min(milliseconds, kRetry) : milliseconds;
}

Result<bool> Sensor::wait() {
  const bool is_waiting = outlet_.waiting() > 0;
  // Standard output says when its other end is closed; a pipe without a reader would say so for ever.
  const int channel = is_waiting || outlet_.is_standard_output() ? outlet_.descriptor() : -1;
  std::vector<pollfd> waits = {{signals_.get(), POLLIN, 0},
                               {links_.descriptor(), POLLIN, 0},
                               {clock_sets_.get(), POLLIN, 0},
                               {channel, static_cast<short>(is_waiting ? POLLOUT : 0), 0}};
  for (const auto& counter : counters_)
    for (const int descriptor : counter->descriptors()) waits.push_back({descriptor, POLLIN, 0});
  if (::poll(waits.data(), waits.size(), patience()) < 0 && errno != EINTR)
    return fail(ErrorCode::kFailed, std::string("cannot wait: ") + std::strerror(errno));
  if (waits[2].revents != 0) {
    std::uint64_t ignored = 0;
    (void)!::read(clock_sets_.get(), &ignored, sizeof(ignored));  // ECANCELED: it was set
    watch_clock(clock_sets_);
  }
  const bool is_closed = outlet_.is_standard_output() && (waits[3].revents & POLLERR) != 0;
  return waits[0].revents == 0 && !is_closed;
}

void Sensor::end() {
  armed_ = now();
  for (const auto& counter : counters_) counter->set_border(armed_, side_);
  finish(schedule_.broken_off());
  if (outlet_.flush() != Outlet::State::kWaits || outlet_.descriptor() < 0) return;
  pollfd waits{outlet_.descriptor(), POLLOUT, 0};
  (void)::poll(&waits, 1, kLastWords);
  (void)outlet_.flush();
}

}  // namespace attune::probes
