// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/service_notice.h"

#include <array>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "runtime/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

TEST(ServiceNotice, ReachesWhoeverWantsToKnow) {
  const test::TempDir folder;
  const std::string path = folder / "notify";
  sockaddr_un address{AF_UNIX, {}};
  path.copy(address.sun_path, path.size());
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM, 0));
  ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_service("READY=1");
  std::array<char, 100> heard{};
  EXPECT_EQ(recv(fd.get(), heard.data(), heard.size(), MSG_DONTWAIT), 7);
  EXPECT_STREQ(heard.data(), "READY=1");
  unsetenv("NOTIFY_SOCKET");
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
