// SPDX-License-Identifier: Apache-2.0
// The client of the stream: reads it over TCP, checks every byte, pings the server every 10 ms, and at its
// end
// (--seconds, SIGINT or SIGTERM) writes a report. Exit status: 0 the stream came whole over one connection, 1
// it did not, 2 wrong use or the stream never began. One thread, one poll loop.
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "examples/stream/ping.h"
#include "examples/stream/sequence.h"
#include "examples/stream/watch_report.h"

namespace attune::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kPingPeriod{10};
constexpr milliseconds kReconnectPeriod{100};
constexpr seconds kConnectTimeout{2};
constexpr char kUsage[] =
    "usage: stream_watch --address A [--port 5004] [--output FILE] [--seconds S] [--wait S] [--quiet]\n"
    "  --output   write the report (JSON) there at the end\n"
    "  --seconds  how long to watch from the first byte on; without it until SIGINT or SIGTERM\n"
    "  --wait     how long to wait for the first byte (default: 60)\n"
    "example:  stream_watch --address 10.213.0.150 --output report.json --seconds 20\n";

struct Options {
  std::string address;
  uint16_t port = kStreamPort;
  std::string output;
  std::optional<seconds> length;
  seconds wait{60};
  bool quiet = false;
};

Instant steady_now() {
  return SystemClock().now();
}

UniqueFd ticking_fd() {
  UniqueFd fd(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  const timespec tick{0, std::chrono::nanoseconds(kPingPeriod).count()};
  const itimerspec timer{tick, tick};
  timerfd_settime(fd.get(), 0, &timer, nullptr);
  return fd;
}

UniqueFd ending_fd() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return UniqueFd(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

class Watch {
 public:
  Watch(Options options, Ping ping) : options_(std::move(options)), ping_(std::move(ping)) {}

  // Watches until the end that the options or a signal set. False: the stream never began.
  bool run() {
    while (!is_over(steady_now())) {
      if (!connection_) connect_when_due(steady_now());
      // A negative descriptor is one that poll passes over.
      std::array<pollfd, 4> polled = {{{ends_.get(), POLLIN, 0},
                                       {ticks_.get(), POLLIN, 0},
                                       {ping_.fd(), POLLIN, 0},
                                       {connection_.get(), short(connected_ ? POLLIN : POLLOUT), 0}}};
      if (poll(polled.data(), polled.size(), -1) < 0) continue;
      const auto now = steady_now();
      if (polled[0].revents != 0) break;
      if (polled[3].revents != 0) connected_ ? read_stream(now) : finish_connect(now);
      if (polled[2].revents != 0) read_pings(now);
      if (polled[1].revents != 0) tick(now);
    }
    finish(steady_now());
    return report_.stream.begun();
  }

  const WatchReport& report() const { return report_; }

 private:
  bool is_over(Instant now) const {
    if (!report_.stream.begun()) return now - started_ > options_.wait;
    return options_.length && now - report_.begun >= *options_.length;
  }

  void connect_when_due(Instant now) {
    if (now < next_connect_) return;
    next_connect_ = now + kReconnectPeriod;
    connect_began_ = now;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.port);
    inet_pton(AF_INET, options_.address.c_str(), &to.sin_addr);
    connection_.reset(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    connected_ = connect(connection_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    if (!connected_ && errno != EINPROGRESS) connection_.reset();
  }

  void finish_connect(Instant now) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(connection_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    connected_ = error == 0;
    if (connected_) return;
    connection_.reset();
    next_connect_ = now + kReconnectPeriod;
  }

  void read_stream(Instant now) {
    std::array<unsigned char, 65536> bytes;
    ssize_t got = 0;
    while ((got = recv(connection_.get(), bytes.data(), bytes.size(), 0)) > 0) {
      if (!report_.stream.begun()) begin(now);
      report_.stream.note(now);
      const uint64_t before = check_.tally().bytes_total;
      check_.receive(std::span(bytes).first(static_cast<size_t>(got)));
      report_.sample_at(now).bytes += check_.tally().bytes_total - before;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    say("the connection broke: %s", got == 0 ? "closed by the server" : std::strerror(errno));
    check_.break_off();
    connection_.reset();
    connected_ = false;
  }

  void begin(Instant now) {
    report_.begun = now;
    report_.started = std::chrono::system_clock::now();
    next_line_ = now + seconds(1);
    say("the stream plays from %s", options_.address.c_str());
  }

  void read_pings(Instant now) {
    while (auto took = ping_.receive(now)) {
      if (!report_.stream.begun()) continue;
      report_.pings.note(now);
      ++report_.pings_answered;
      Sample& sample = report_.sample_at(now);
      ++sample.pings_answered;
      sample.slowest_ping = std::max(sample.slowest_ping, *took);
      last_ping_ = *took;
    }
  }

  void tick(Instant now) {
    uint64_t ticks = 0;
    (void)!read(ticks_.get(), &ticks, sizeof ticks);
    if (connection_ && !connected_ && now - connect_began_ > kConnectTimeout) connection_.reset();
    if (!report_.stream.begun()) return;
    ping_.send(now);
    ++report_.pings_sent;
    if (now < next_line_) return;
    next_line_ += seconds(1);
    const uint64_t total = check_.tally().bytes_total;
    say("%.2f MB/s, ping %.1f ms, longest gap so far %.0f ms", double(total - told_) / 1e6,
        std::chrono::duration<double, std::milli>(last_ping_).count(),
        std::chrono::duration<double, std::milli>(report_.stream.longest()).count());
    told_ = total;
  }

  void finish(Instant now) {
    if (report_.stream.begun()) {
      report_.stream.finish(now);
      report_.pings.finish(now);
      report_.length = now - report_.begun;
      if (!connected_) check_.miss(now - report_.stream.last());
    }
    report_.tally = check_.tally();
  }

  template <class... Args>
  void say(const char* format, Args... args) const {
    if (options_.quiet) return;
    const auto since = report_.stream.begun() ? steady_now() - report_.begun : Duration::zero();
    std::printf("watch %6.1f s  ", std::chrono::duration<double>(since).count());
    std::printf(format, args...);
    std::printf("\n");
    std::fflush(stdout);
  }

  Options options_;
  Ping ping_;
  UniqueFd ends_ = ending_fd();
  UniqueFd ticks_ = ticking_fd();
  UniqueFd connection_;
  bool connected_ = false;
  Instant started_ = steady_now();
  Instant next_connect_ = started_;
  Instant connect_began_{};
  Instant next_line_{};
  Duration last_ping_{};
  uint64_t told_ = 0;
  StreamCheck check_;
  WatchReport report_;
};

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "stream_watch: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

int whole_number(std::string_view option, std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > most)
    refuse(std::string(option) + " '" + std::string(text) + "': a whole number from 1 to " +
           std::to_string(most));
  return number;
}

Options parse(int argc, char** argv) {
  static constexpr option kOptions[] = {
      {"address", required_argument, nullptr, 'a'}, {"port", required_argument, nullptr, 'p'},
      {"output", required_argument, nullptr, 'o'},  {"seconds", required_argument, nullptr, 's'},
      {"wait", required_argument, nullptr, 'w'},    {"quiet", no_argument, nullptr, 'q'},
      {"help", no_argument, nullptr, 'h'},          {}};
  Options options;
  for (int c = 0; (c = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (c) {
      case 'a':
        options.address = optarg;
        break;
      case 'p':
        options.port = static_cast<uint16_t>(whole_number("--port", optarg, 65535));
        break;
      case 'o':
        options.output = optarg;
        break;
      case 's':
        options.length = seconds(whole_number("--seconds", optarg, 1'000'000));
        break;
      case 'w':
        options.wait = seconds(whole_number("--wait", optarg, 1'000'000));
        break;
      case 'q':
        options.quiet = true;
        break;
      case 'h':
        std::fputs(kUsage, stdout);
        std::exit(0);
      default:
        std::exit(2);
    }
  }
  if (optind < argc) refuse(std::string("what is '") + argv[optind] + "'?");
  if (options.address.empty()) refuse("--address is missing");
  return options;
}

int watch(const Options& options) {
  auto ping = Ping::open(options.address);
  if (!ping) refuse(ping.error().message);
  Watch watch(options, std::move(*ping));
  if (!watch.run()) {
    std::fprintf(stderr, "stream_watch: no stream came from %s:%u\n", options.address.c_str(), options.port);
    return 2;
  }
  if (!options.output.empty()) {
    if (auto written = write_report(watch.report(), options.output); !written)
      refuse(written.error().message);
  }
  return watch.report().is_clean() ? 0 : 1;
}

}  // namespace
}  // namespace attune::stream

int main(int argc, char** argv) {
  return attune::stream::watch(attune::stream::parse(argc, argv));
}
