// SPDX-License-Identifier: Apache-2.0
// The door to the network, with real sockets.
#include <fstream>
#include <future>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "runtime/base/unique_fd.h"
#include "runtime/control/client.h"
#include "runtime/control/router.h"
#include "runtime/control/server.h"
#include "runtime/control/tokens.h"
#include "runtime/main/asio_loop.h"
#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"

namespace attune::control {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// What is written to the log, by whichever thread.
class Lines final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    if (level != LogLevel::kDebug) lines_.emplace_back(line);
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class OneLine final : public Feed {
 public:
  std::optional<std::string> next() override { return std::exchange(line_, std::nullopt); }

 private:
  std::optional<std::string> line_ = "one\n";
};

// Has one line, and then nothing for a long time.
class Endless final : public Feed {
 public:
  std::optional<std::string> next() override { return std::exchange(line_, {}); }

 private:
  std::string line_ = "one\n";
};

class RemoteServerTest : public ::testing::Test {
 protected:
  RemoteServerTest() {
    const auto echo = [](const Request& request, const PathWords&, const Respond& respond) {
      respond({200, request.peer + " " + request.body, nullptr});
    };
    router_.add(Role::kLook, "GET", "/look", echo);
    router_.add(Role::kOperate, "POST", "/operate", echo);
    router_.add(Role::kLook, "GET", "/feed", [](const Request&, const PathWords&, const Respond& respond) {
      respond({200, {}, std::make_shared<OneLine>()});
    });
    router_.add(Role::kLook, "GET", "/endless", [](const Request&, const PathWords&, const Respond& respond) {
      respond({200, {}, std::make_shared<Endless>()});
    });
    folder_.write("tokens", look_.line + "\n" + operate_.line + "\n");
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~RemoteServerTest() override {
    on_loop([this] { server_.reset(); });
    loop_.stop();
    thread_.join();
  }

  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  RemoteDoor door() const {
    return {.listen = {"127.0.0.1", 0},
            .certificate = certificate_.certificate,
            .key = certificate_.key,
            .tokens = folder_ / "tokens"};
  }
  Result<void> open(const RemoteDoor& remote, ServerOptions options = {}) {
    Result<void> result;
    on_loop([&] {
      auto opened = Server::open_remote(remote, loop_, router_, log_, options);
      if (opened)
        server_ = std::move(*opened);
      else
        result = fail(opened.error());
    });
    return result;
  }
  std::string port() const { return server_->place().substr(server_->place().find(':') + 1); }
  Result<Client> client(const std::string& token) {
    return Client::connect({"127.0.0.1", port()}, token, certificate_.certificate);
  }
  Result<std::string> ask(const std::string& token, std::string_view method, std::string_view target,
                          std::string_view body = {}) {
    auto connected = client(token);
    if (!connected) return fail(connected.error());
    return connected->ask(method, target, body);
  }
  UniqueFd connect_plain() const {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(port())));
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  // All that comes until the other end closes.
  static std::string rest_of(int fd) {
    std::string all;
    char piece[4096];
    for (ssize_t count = 0; (count = ::read(fd, piece, sizeof piece)) > 0;)
      all.append(piece, static_cast<size_t>(count));
    return all;
  }
  // What a client of TLS up to that version is answered; empty where they do not agree.
  std::string said_by_tls(int newest, std::string_view text) const {
    const UniqueFd fd = connect_plain();
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    SSL_CTX_set_max_proto_version(context.get(), newest);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    SSL_set_fd(ssl.get(), fd.get());
    if (SSL_connect(ssl.get()) != 1) return {};
    SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
    std::string answer;
    char piece[4096];
    for (int count = 0; (count = SSL_read(ssl.get(), piece, sizeof piece)) > 0;)
      answer.append(piece, static_cast<size_t>(count));
    return answer;
  }

  const test::TempDir folder_;
  const test::Certificate certificate_ = test::make_certificate(folder_.path(), "manager");
  const NewToken look_ = *make_token(Role::kLook, "prometheus"),
                 operate_ = *make_token(Role::kOperate, "bob");
  main::AsioLoop loop_;
  Lines log_;
  Router router_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(RemoteServerTest, KnowsWhoAsksByTheirTokenAndFromWhere) {
  ASSERT_TRUE(open(door()));
  EXPECT_EQ(*ask(look_.token, "GET", "/look"), "attune (prometheus@127.0.0.1) ");
  EXPECT_EQ(*ask(operate_.token, "POST", "/operate", "{}"), "attune (bob@127.0.0.1) {}");
}

TEST_F(RemoteServerTest, AnswersSeveralRequestsAndStreams) {
  ASSERT_TRUE(open(door()));
  auto one = client(look_.token);
  ASSERT_TRUE(one) << one.error().message;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(one->ask("GET", "/look"));
  std::vector<std::string> lines;
  EXPECT_TRUE(*one->read_lines("/feed", [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  }));
  EXPECT_THAT(lines, ElementsAre("one"));
}

TEST_F(RemoteServerTest, GivesATokenItsRoleAndNoMore) {
  ASSERT_TRUE(open(door()));
  const auto refused = ask(look_.token, "POST", "/operate", "{}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("may look, and this needs to operate: see control.tokens"));
  EXPECT_THAT(log_.all(), Contains("attune (prometheus@127.0.0.1) may not POST /operate"));
}

TEST_F(RemoteServerTest, TurnsAwayAWrongTokenAndNoneAndTellsTheLog) {
  ASSERT_TRUE(open(door()));
  for (const std::string& token : {std::string(), std::string("attune_guess"), look_.line}) {
    const auto refused = ask(token, "GET", "/look");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("attune token"));
  }
  EXPECT_THAT(log_.all(), Contains("127.0.0.1 asked without a token, and was turned away"));
  EXPECT_THAT(log_.all(), Contains("127.0.0.1 asked with a token that is nobody's, and was turned away"));
  EXPECT_THAT(log_.all(), Not(Contains(HasSubstr("guess"))));
  EXPECT_THAT(said_by_tls(TLS1_3_VERSION, "GET /look HTTP/1.1\r\nHost: x\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("WWW-Authenticate: Bearer")));
}

TEST_F(RemoteServerTest, TellsWhoComesWhileTheTokensFileIsWrong) {
  ASSERT_TRUE(open(door()));
  folder_.write("tokens.new", "nonsense\n");
  std::filesystem::rename(folder_ / "tokens.new", folder_ / "tokens");
  const auto refused = ask(look_.token, "GET", "/look");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("what is wrong with the manager's control.tokens"));
}

TEST_F(RemoteServerTest, HearsNobodyWithATokenThatWasTakenAway) {
  ASSERT_TRUE(open(door()));
  auto one = client(look_.token);
  EXPECT_TRUE(one->ask("GET", "/look"));
  folder_.write("tokens.new", operate_.line);
  std::filesystem::rename(folder_ / "tokens.new", folder_ / "tokens");
  const auto refused = one->ask("GET", "/look");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
}

TEST_F(RemoteServerTest, EndsTheStreamsOfATokenThatIsTakenAway) {
  ASSERT_TRUE(open(door()));
  auto one = client(look_.token);
  ASSERT_TRUE(one);
  const auto ended = one->read_lines("/endless", [&](std::string_view) {
    folder_.write("tokens", operate_.line + "\n");
    return true;
  });
  EXPECT_FALSE(ended) << "broken off, not ended";
}

// Sessions of who may only look leave some for who acts.
TEST_F(RemoteServerTest, KeepsSessionsForWhoActs) {
  ASSERT_TRUE(open(door(), {.max_sessions = 8}));
  std::vector<Client> looking;
  for (int i = 0; i < 6; ++i) {
    auto one = client(look_.token);
    ASSERT_TRUE(one && one->ask("GET", "/look")) << i;
    looking.push_back(std::move(*one));
  }
  const auto refused = ask(look_.token, "GET", "/look");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("too many at once"));
  EXPECT_TRUE(ask(operate_.token, "POST", "/operate", "{}"));
  EXPECT_TRUE(looking.front().ask("GET", "/look"));
}

TEST_F(RemoteServerTest, KeepsSessionsForOthersThanOneUser) {
  ASSERT_TRUE(open(door(), {.max_per_user = 2}));
  auto one = client(look_.token), other = client(look_.token);
  ASSERT_TRUE(one->ask("GET", "/look") && other->ask("GET", "/look"));
  const auto refused = ask(look_.token, "GET", "/look");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("too many at once"));
  EXPECT_TRUE(ask(operate_.token, "GET", "/look"));
  EXPECT_TRUE(one->ask("GET", "/look"));
}

TEST_F(RemoteServerTest, SpeaksNoPlainHttp) {
  ASSERT_TRUE(open(door()));
  const UniqueFd fd = connect_plain();
  constexpr std::string_view kAsk = "GET /look HTTP/1.1\r\nHost: x\r\n\r\n";
  ASSERT_EQ(::send(fd.get(), kAsk.data(), kAsk.size(), MSG_NOSIGNAL), static_cast<ssize_t>(kAsk.size()));
  EXPECT_THAT(rest_of(fd.get()), Not(HasSubstr("HTTP/1.1")));
  EXPECT_TRUE(ask(look_.token, "GET", "/look"));
}

TEST_F(RemoteServerTest, SpeaksNothingOlderThanTls13) {
  ASSERT_TRUE(open(door()));
  const std::string text = "GET /look HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " +
                           look_.token + "\r\n\r\n";
  EXPECT_EQ(said_by_tls(TLS1_2_VERSION, text), "");
  EXPECT_THAT(said_by_tls(TLS1_3_VERSION, text), StartsWith("HTTP/1.1 200"));
}

TEST_F(RemoteServerTest, WaitsForNobodyWhoDoesNotComeToTheHandshake) {
  RemoteDoor remote = door();
  remote.greeting = std::chrono::milliseconds(50);
  ASSERT_TRUE(open(remote));
  const UniqueFd slow = connect_plain();
  EXPECT_EQ(rest_of(slow.get()), "");
  // Nor for who comes to TLS and then says nothing.
  EXPECT_EQ(said_by_tls(TLS1_3_VERSION, "GET /lo"), "");
}

TEST_F(RemoteServerTest, BoundsTheConnectionsOfOneAddress) {
  RemoteDoor remote = door();
  remote.max_per_address = 2;
  ASSERT_TRUE(open(remote));
  auto one = client(look_.token), two = client(look_.token);
  ASSERT_TRUE(one->ask("GET", "/look"));
  ASSERT_TRUE(two->ask("GET", "/look"));
  EXPECT_FALSE(client(look_.token));
  EXPECT_TRUE(one->ask("GET", "/look"));
  EXPECT_THAT(log_.all(), Contains(HasSubstr("127.0.0.1 has too many connections")));
}

TEST_F(RemoteServerTest, RefusesWhatIsTooLong) {
  ASSERT_TRUE(open(door(), {.max_body = 100}));
  EXPECT_THAT(ask(operate_.token, "POST", "/operate", std::string(101, 'x')).error().message,
              HasSubstr("too long"));
}

TEST_F(RemoteServerTest, IsBelievedOnlyWithACertificateOfItsOwn) {
  ASSERT_TRUE(open(door()));
  const auto other = test::make_certificate(folder_.path(), "other");
  const auto unbelieved = Client::connect({"127.0.0.1", port()}, look_.token, other.certificate);
  ASSERT_FALSE(unbelieved);
  EXPECT_EQ(unbelieved.error().code, ErrorCode::kDenied);
  EXPECT_THAT(unbelieved.error().message, HasSubstr("--ca"));
  EXPECT_FALSE(Client::connect({"127.0.0.1", port()}, look_.token, ""));
  EXPECT_TRUE(Client::connect({"localhost", port()}, look_.token, certificate_.certificate));
}

TEST_F(RemoteServerTest, IsNotBelievedUnderAnotherName) {
  const auto elsewhere = test::make_certificate(folder_.path(), "elsewhere", "DNS:elsewhere.example");
  RemoteDoor remote = door();
  remote.certificate = elsewhere.certificate;
  remote.key = elsewhere.key;
  ASSERT_TRUE(open(remote));
  EXPECT_FALSE(Client::connect({"127.0.0.1", port()}, look_.token, elsewhere.certificate));
}

TEST_F(RemoteServerTest, ShowsARenewedCertificate) {
  ASSERT_TRUE(open(door()));
  EXPECT_TRUE(ask(look_.token, "GET", "/look"));
  const auto renewed = test::make_certificate(folder_.path(), "renewed");
  std::filesystem::rename(renewed.key, certificate_.key);
  std::filesystem::copy_file(renewed.certificate, folder_ / "next");
  std::filesystem::rename(folder_ / "next", certificate_.certificate);
  EXPECT_TRUE(Client::connect({"127.0.0.1", port()}, look_.token, renewed.certificate));
}

TEST_F(RemoteServerTest, SaysWhatIsWrongWithItsFiles) {
  RemoteDoor no_key = door(), wrong_pair = door(), no_tokens = door();
  no_key.key = folder_ / "none";
  wrong_pair.key = test::make_certificate(folder_.path(), "other").key;
  no_tokens.tokens = folder_.write("broken", "nonsense");
  EXPECT_THAT(open(no_key).error().message, HasSubstr("control.key: cannot read " + no_key.key));
  EXPECT_THAT(open(wrong_pair).error().message, HasSubstr("control.key: " + wrong_pair.key));
  EXPECT_THAT(open(no_tokens).error().message, HasSubstr("control.tokens"));
  std::filesystem::permissions(certificate_.key, std::filesystem::perms(0644));
  EXPECT_THAT(open(door()).error().message, HasSubstr("chmod 0600 " + certificate_.key));
}

TEST_F(RemoteServerTest, SaysThatTheAddressIsTaken) {
  ASSERT_TRUE(open(door()));
  RemoteDoor same = door();
  same.listen.port = static_cast<uint16_t>(std::stoi(port()));
  const auto first = std::move(server_);
  const auto second = open(same);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kExists);
  EXPECT_THAT(second.error().message, HasSubstr("control.listen"));
}

}  // namespace
}  // namespace attune::control
