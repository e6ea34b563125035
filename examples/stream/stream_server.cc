// SPDX-License-Identifier: Apache-2.0
// The service of the lab's guest: plays the stream on TCP port 5004 and, on port 5005, takes `load on`, `load
// off` and `status`, one command a line. One thread, one poll loop; the load is a child that spins. Needs
// nothing but libc, so that it can be linked statically into a tiny guest.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "examples/stream/sequence.h"

namespace attune::stream {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kTick = std::chrono::milliseconds(10);
constexpr size_t kMaxCommand = 256;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "stream_server: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int listen_on(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) give_up("socket");
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 64) != 0)
    give_up(("port " + std::to_string(port)).c_str());
  return fd;
}

int ticking_fd() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  timespec tick{0, std::chrono::nanoseconds(kTick).count()};
  const itimerspec timer{tick, tick};
  if (fd < 0 || timerfd_settime(fd, 0, &timer, nullptr) != 0) give_up("timer");
  return fd;
}

// A processor's worth of work, while it is on.
class Load {
 public:
  bool is_on() const { return child_ > 0; }

  void turn_on() {
    if (is_on()) return;
    child_ = fork();
    if (child_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    for (volatile unsigned spin = 0;;) spin = spin + 1;
  }

  void turn_off() {
    if (!is_on()) return;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  pid_t child_ = 0;
};

struct Viewer {
  int fd = -1;
  uint64_t position = 0;
  std::string unsent;  // of what has been made already
};

struct Caller {
  int fd = -1;
  std::string line;
};

class Server {
 public:
  Server() : streams_(listen_on(kStreamPort)), commands_(listen_on(kLoadPort)), ticks_(ticking_fd()) {
    if (getrandom(&showing_, sizeof showing_, GRND_NONBLOCK) != sizeof showing_)
      showing_ =
          static_cast<uint64_t>(Clock::now().time_since_epoch().count()) ^ static_cast<uint64_t>(getpid());
  }

  void run() {
    std::vector<pollfd> polled;
    while (true) {
      polled = {{streams_, POLLIN, 0}, {commands_, POLLIN, 0}, {ticks_, POLLIN, 0}};
      for (const Caller& caller : callers_) polled.push_back({caller.fd, POLLIN, 0});
      if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) give_up("poll");
      if (polled[2].revents != 0) play();
      for (size_t i = 3; i < polled.size(); ++i)
        if (polled[i].revents != 0) hear(callers_[i - 3]);
      std::erase_if(callers_, [](const Caller& caller) { return caller.fd < 0; });
      if (polled[0].revents != 0) admit_viewers();
      if (polled[1].revents != 0) admit_callers();
    }
  }

 private:
  uint64_t position() const { return position_after(Clock::now() - started_); }

  void admit_viewers() {
    for (int fd = -1; (fd = accept4(streams_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const uint64_t from = position();
      const OpeningBytes opening = encode({showing_, from});
      viewers_.push_back({fd, from, std::string(opening.begin(), opening.end())});
    }
  }

  void admit_callers() {
    for (int fd = -1; (fd = accept4(commands_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;)
      callers_.push_back({fd, {}});
  }

  void play() {
    uint64_t ticks = 0;
    if (read(ticks_, &ticks, sizeof ticks) < 0 && errno != EAGAIN) give_up("timer");
    const uint64_t until = position();
    for (Viewer& viewer : viewers_) show(viewer, until);
    std::erase_if(viewers_, [](const Viewer& viewer) { return viewer.fd < 0; });
  }

  // Sends as much as is due and the viewer takes. Nothing is ever left out: a slow viewer is behind.
  static void show(Viewer& viewer, uint64_t until) {
    while (true) {
      if (viewer.unsent.empty()) {
        std::array<unsigned char, 16384> block;
        const auto due = std::span(block).first(std::min<uint64_t>(until - viewer.position, block.size()));
        if (due.empty()) return;
        fill(viewer.position, due);
        viewer.unsent.assign(due.begin(), due.end());
        viewer.position += due.size();
      }
      const ssize_t sent = send(viewer.fd, viewer.unsent.data(), viewer.unsent.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno != EAGAIN) {
          close(viewer.fd);
          viewer.fd = -1;
        }
        return;
      }
      viewer.unsent.erase(0, static_cast<size_t>(sent));
    }
  }

  void hear(Caller& caller) {
    std::array<char, kMaxCommand> buffer;
    const ssize_t got = read(caller.fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EAGAIN) return;
    if (got > 0) caller.line.append(buffer.data(), static_cast<size_t>(got));
    for (size_t end = 0; (end = caller.line.find('\n')) != std::string::npos; caller.line.erase(0, end + 1)) {
      const std::string reply = answer(std::string_view(caller.line).substr(0, end)) + '\n';
      if (send(caller.fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) caller.line.clear();
    }
    if (got > 0 && caller.line.size() <= kMaxCommand) return;
    close(caller.fd);
    caller.fd = -1;
  }

  std::string answer(std::string_view command) {
    if (command.ends_with('\r')) command.remove_suffix(1);
    if (command == "load on") {
      load_.turn_on();
    } else if (command == "load off") {
      load_.turn_off();
    } else if (command != "status") {
      return "error: not a command: say 'load on', 'load off' or 'status'";
    }
    return std::string("ok load=") + (load_.is_on() ? "on" : "off") +
           " viewers=" + std::to_string(viewers_.size()) + " position=" + std::to_string(position());
  }

  int streams_;
  int commands_;
  int ticks_;
  uint64_t showing_ = 0;
  Clock::time_point started_ = Clock::now();
  std::vector<Viewer> viewers_;
  std::vector<Caller> callers_;
  Load load_;
};

}  // namespace
}  // namespace attune::stream

int main() {
  attune::stream::Server server;
  server.run();
}
