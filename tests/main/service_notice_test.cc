// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/service_notice.h"

#include <array>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "runtime/main/service_watchdog.h"
#include "tests/support/hand_loop.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

// Whoever wants to know: a socket as systemd's.
class Listener {
 public:
  Listener() {
    const std::string path = folder_ / "notify";
    sockaddr_un address{AF_UNIX, {}};
    path.copy(address.sun_path, path.size());
    EXPECT_EQ(bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Listener() { unsetenv("NOTIFY_SOCKET"); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string hear() {  // empty: nothing was said
    std::array<char, 100> heard{};
    const ssize_t size = recv(fd_.get(), heard.data(), heard.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(heard.data(), static_cast<size_t>(size));
  }

 private:
  const test::TempDir folder_;
  const UniqueFd fd_{socket(AF_UNIX, SOCK_DGRAM, 0)};
};

TEST(ServiceNotice, ReachesWhoeverWantsToKnow) {
  Listener listener;
  notify_service("READY=1");
  EXPECT_EQ(listener.hear(), "READY=1");
}

TEST(ServiceWatchdog, BeatsTwiceAsOftenAsIsAskedFor) {
  Listener listener;
  test::HandLoop loop;
  setenv("WATCHDOG_USEC", "60000000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  {
    const ServiceWatchdog watchdog(loop);
    EXPECT_EQ(listener.hear(), "WATCHDOG=1");
    EXPECT_EQ(listener.hear(), "");
    loop.pass(std::chrono::seconds(30));
    EXPECT_EQ(listener.hear(), "WATCHDOG=1");
  }
  loop.pass(std::chrono::seconds(60));
  EXPECT_EQ(listener.hear(), "") << "it has ended";
  setenv("WATCHDOG_PID", "1", 1);
  const ServiceWatchdog watchdog(loop);
  EXPECT_EQ(listener.hear(), "") << "another process is watched";
  unsetenv("WATCHDOG_USEC");
  unsetenv("WATCHDOG_PID");
}

TEST(ServiceNotice, IsNothingWhereNobodyDoes) {
  unsetenv("NOTIFY_SOCKET");
  notify_service("READY=1");
  setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
  notify_service("READY=1");
  unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace attune::main
