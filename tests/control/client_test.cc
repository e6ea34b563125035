// SPDX-License-Identifier: Apache-2.0
// Whoever listens there need not be an attuned.
#include "runtime/control/client.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "runtime/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace attune::control {
namespace {

using ::testing::HasSubstr;

class ClientTest : public ::testing::Test {
 protected:
  // What the client makes of such an answer; what was said stays open, as if more came.
  Result<std::string> told(std::string_view said) {
    const std::string path = folder_ / "control";
    const UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{AF_UNIX, {}};
    path.copy(address.sun_path, path.size());
    EXPECT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening.get(), 1), 0);
    auto client = Client::connect(path);
    if (!client) return fail(client.error());
    const UniqueFd peer(::accept(listening.get(), nullptr, nullptr));
    EXPECT_EQ(::send(peer.get(), said.data(), said.size(), MSG_NOSIGNAL), static_cast<ssize_t>(said.size()));
    return client->ask("GET", "/x");
  }
  const test::TempDir folder_;
};

TEST_F(ClientTest, TakesAnAnswerOfTheLengthThatItSays) {
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").value_or("none"), "{}");
}

TEST_F(ClientTest, MakesNoRoomForALengthThatNoManagerGives) {
  const auto answer = told("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n{");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("the answer does not end"));
}

TEST_F(ClientTest, TakesNoAnswerOfTwoLengths) {
  EXPECT_FALSE(told("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"));
}

TEST_F(ClientTest, TakesNoAnswerOfALengthThatIsNoNumber) {
  EXPECT_FALSE(told("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}"));
}

}  // namespace
}  // namespace attune::control
