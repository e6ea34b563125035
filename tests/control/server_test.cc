// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/server.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "runtime/control/client.h"
#include "runtime/main/asio_loop.h"

namespace attune::control {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Says back what it was asked, on the loop's thread; /later is answered when told to.
class Echo final : public Answerer {
 public:
  void answer(Request request, Respond respond) override {
    EXPECT_EQ(std::this_thread::get_id(), loop_thread);
    if (request.path == "/later") return later.push_back(std::move(respond));
    if (request.path == "/feed") return respond({200, {}, feed});
    if (request.path == "/refused") return respond(error_response({ErrorCode::kDenied, "not for you"}));
    respond({200, request.method + " " + request.path + " " + request.body + " " + request.peer, nullptr});
  }
  std::thread::id loop_thread;
  std::vector<Respond> later;
  std::shared_ptr<Feed> feed;
};

// Lines given from another thread.
class LiveFeed final : public Feed {
 public:
  std::optional<std::string> next() override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    changed_.notify_all();
    if (lines_.empty() && over_) return std::nullopt;
    return std::exchange(lines_, {});
  }
  void give(std::string_view line, bool over = false) {
    const std::lock_guard lock(mutex_);
    lines_.append(line);
    over_ = over;
  }
  void wait_until_asked(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string lines_;
  bool over_ = false;
  int asked_ = 0;
};

// How many lines hold something, by whichever thread.
class CountedLog final : public Log {
 public:
  void write(LogLevel, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  size_t count(std::string_view part) {
    const std::lock_guard lock(mutex_);
    return static_cast<size_t>(std::count_if(
        lines_.begin(), lines_.end(), [&](const std::string& line) { return line.find(part) != line.npos; }));
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    std::string name = "/tmp/attune-control-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "control";
    thread_ = std::thread([this] {
      echo_.loop_thread = std::this_thread::get_id();
      loop_.run();
    });
  }
  ~ServerTest() override {
    on_loop([this] { server_.reset(); });
    loop_.stop();
    thread_.join();
    std::filesystem::remove_all(folder_);
  }

  void on_loop(const std::function<void()>& work) {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    loop_.post([&] {
      work();
      const std::lock_guard lock(mutex);
      done = true;
      changed.notify_all();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return done; });
  }
  Result<void> open(ServerOptions options = {}) {
    UniqueFd none;
    return open(std::move(options), none);
  }
  Result<void> open(ServerOptions options, UniqueFd& listening) {
    Result<void> result;
    on_loop([&] {
      auto opened = Server::open(path_, loop_, echo_, log_, std::move(options), listening);
      if (opened)
        server_ = std::move(*opened);
      else
        result = fail(opened.error());
    });
    return result;
  }
  Result<std::string> ask(std::string_view target, std::string_view body = {}) {
    auto client = Client::connect(path_);
    if (!client) return fail(client.error());
    return client->ask(body.empty() ? "GET" : "POST", target, body);
  }
  // A connection without our client; what the server answers to `bytes` until it closes.
  std::string say(std::string_view bytes) {
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{AF_UNIX, {}};
    std::strcpy(address.sun_path, path_.c_str());
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    shutdown(fd.get(), SHUT_WR);
    std::string answer;
    char piece[4096];
    for (ssize_t count = 0; (count = ::read(fd.get(), piece, sizeof piece)) > 0;) answer.append(piece, count);
    return answer;
  }

  static constexpr uid_t kNobody = 65534;
  // What the server begins to answer to the user nobody in the group. Its process makes system calls only,
  // since it has but one of this one's threads.
  std::string said_to_nobody_of(gid_t group) {
    sockaddr_un address{AF_UNIX, {}};
    std::strcpy(address.sun_path, path_.c_str());
    constexpr std::string_view kAsk = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const UniqueFd out(ends[0]);
    UniqueFd in(ends[1]);
    const pid_t child = fork();
    if (child == 0) {
      const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
      char answer[12];
      if (setgroups(0, nullptr) == 0 && setgid(group) == 0 && setuid(kNobody) == 0 &&
          connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        // Who is turned away may have been answered, and hung up on, before it asks.
        (void)!::send(fd, kAsk.data(), kAsk.size(), MSG_NOSIGNAL);
        (void)!::write(
            ends[1], answer,
            static_cast<size_t>(std::max<ssize_t>(::recv(fd, answer, sizeof answer, MSG_WAITALL), 0)));
      }
      _exit(0);
    }
    in.reset();
    waitpid(child, nullptr, 0);
    char said[64];
    const ssize_t size = ::read(out.get(), said, sizeof said);
    return {said, static_cast<size_t>(std::max<ssize_t>(size, 0))};
  }

  std::filesystem::path folder_, path_;
  main::AsioLoop loop_;
  CountedLog log_;
  Echo echo_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, CarriesARequestToTheLoopAndItsAnswerBack) {
  ASSERT_TRUE(open());
  EXPECT_EQ(*ask("/v1/status"), "GET /v1/status  attune (root)");
  EXPECT_EQ(*ask("/v1/calls", "{}"), "POST /v1/calls {} attune (root)");
}

TEST_F(ServerTest, AnswersSeveralRequestsOnOneConnection) {
  ASSERT_TRUE(open());
  auto client = Client::connect(path_);
  ASSERT_TRUE(client);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*client->ask("GET", "/x"), "GET /x  attune (root)");
}

TEST_F(ServerTest, KeepsNobodyWaitingForAnother) {
  ASSERT_TRUE(open());
  std::thread slow([this] { EXPECT_EQ(*ask("/later"), "at last"); });
  bool asked = false;
  while (!asked) on_loop([&] { asked = !echo_.later.empty(); });
  EXPECT_TRUE(ask("/now"));
  on_loop([&] { echo_.later[0]({200, "at last", nullptr}); });
  slow.join();
}

TEST_F(ServerTest, HandsErrorsToTheClient) {
  ASSERT_TRUE(open());
  const auto refused = ask("/refused");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorCode::kDenied, "not for you"}));
}

TEST_F(ServerTest, StreamsWhatComesLater) {
  ASSERT_TRUE(open());
  auto feed = std::make_shared<LiveFeed>();
  echo_.feed = feed;
  feed->give("one\ntwo\n");
  std::vector<std::string> lines;
  std::thread client([&] {
    auto connected = Client::connect(path_);
    ASSERT_TRUE(connected);
    EXPECT_TRUE(connected->read_lines("/feed", [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    }));
  });
  feed->wait_until_asked(2);
  feed->give("three\n", true);
  server_->wake();
  client.join();
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST_F(ServerTest, StreamsTheLastWordsBeforeItEnds) {
  ASSERT_TRUE(open());
  auto feed = std::make_shared<LiveFeed>();
  echo_.feed = feed;
  feed->give("one\n");
  std::vector<std::string> lines;
  std::thread client([&] {
    auto connected = Client::connect(path_);
    ASSERT_TRUE(connected);
    EXPECT_TRUE(connected->read_lines("/feed", [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    }));
  });
  feed->wait_until_asked(2);
  on_loop([&] {
    feed->give("the last\n");
    server_.reset();
  });
  client.join();
  EXPECT_THAT(lines, ElementsAre("one", "the last"));
}

TEST_F(ServerTest, StreamsMoreThanABufferHolds) {
  ASSERT_TRUE(open());
  auto feed = std::make_shared<LiveFeed>();
  echo_.feed = feed;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "line " + std::to_string(i) + "\n";
  feed->give(text, true);
  int count = 0;
  auto client = Client::connect(path_);
  ASSERT_TRUE(client->read_lines("/feed", [&](std::string_view line) {
    EXPECT_EQ(line, "line " + std::to_string(count++));
    return true;
  }));
  EXPECT_EQ(count, 100'000);
}

TEST_F(ServerTest, MayEndWhileSomeoneWaits) {
  ASSERT_TRUE(open());
  std::thread waits([this] {
    const auto end = ask("/later");
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::kUnreachable);
  });
  bool asked = false;
  while (!asked) on_loop([&] { asked = !echo_.later.empty(); });
  on_loop([this] { server_.reset(); });
  waits.join();
  on_loop([&] { echo_.later[0]({200, "too late", nullptr}); });
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ServerTest, WritesWhatItOwesBeforeItEnds) {
  ASSERT_TRUE(open());
  const std::string text(1 << 20, 'x');
  std::thread waits([&] { EXPECT_EQ(ask("/later").value_or("nothing"), text); });
  bool asked = false;
  while (!asked) on_loop([&] { asked = !echo_.later.empty(); });
  on_loop([&] {
    echo_.later[0]({200, text, nullptr});
    server_.reset();
  });
  waits.join();
}

TEST_F(ServerTest, RefusesWhatIsNotHttp) {
  ASSERT_TRUE(open());
  EXPECT_THAT(say("hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(say(std::string(40, '\xff')), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(say("GET /%zz HTTP/1.1\r\n\r\n"), HasSubstr("400"));
  EXPECT_EQ(say("GET / HT"), "");
  EXPECT_TRUE(ask("/still-there"));
}

TEST_F(ServerTest, RefusesWhatIsTooLong) {
  ASSERT_TRUE(open({.max_body = 100}));
  EXPECT_THAT(say("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x')),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(say("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
}

// What would let two readers of the same bytes see other requests in them.
TEST_F(ServerTest, BelievesOneLengthOfABodyAlone) {
  ASSERT_TRUE(open());
  const auto post = [this](const std::string& headers, const std::string& body) {
    return say("POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n" + body);
  };
  EXPECT_THAT(post("Content-Length: 2\r\n", "{}"), HasSubstr("POST /x {}"));
  for (const char* wrong :
       {"-1", "+2", "2x", "0x2", "2,3", "18446744073709551616", "99999999999999999999999999999"})
    EXPECT_THAT(post("Content-Length: " + std::string(wrong) + "\r\n", "{}"), StartsWith("HTTP/1.1 400"))
        << wrong;
  EXPECT_THAT(post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_TRUE(ask("/still-there"));
}

TEST_F(ServerTest, RefusesABodyThatIsAnnouncedTooLongBeforeItComes) {
  ASSERT_TRUE(open());
  for (const char* length : {"1048577", "18446744073709551615"})
    EXPECT_THAT(say("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::string(length) + "\r\n\r\n"),
                StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, BoundsItsSessions) {
  ASSERT_TRUE(open({.max_sessions = 2}));
  auto first = Client::connect(path_), second = Client::connect(path_);
  ASSERT_TRUE(first->ask("GET", "/x"));
  ASSERT_TRUE(second->ask("GET", "/x"));
  const auto third = ask("/x");
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("too many at once"));
  EXPECT_TRUE(first->ask("GET", "/x"));
}

TEST_F(ServerTest, TellsTheLogOfRefusalsTenTimesAMinute) {
  ASSERT_TRUE(open());
  auto client = Client::connect(path_);
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(client->ask("GET", "/refused"));
  EXPECT_EQ(log_.count("may not GET /refused"), 10u);
}

TEST_F(ServerTest, AnswersAHeadAsAGetWithoutItsBody) {
  ASSERT_TRUE(open());
  const std::string whole = say("GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = say("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head, whole.substr(0, whole.find("\r\n\r\n") + 4));
  EXPECT_THAT(say("HEAD /refused HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), EndsWith("\r\n\r\n"));
}

// As when the manager behind it makes room for the next.
TEST_F(ServerTest, LeavesItsSocketToTheNextWhereWhoHasComeWaits) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(ask("/x"));
  UniqueFd listening;
  on_loop([&] {
    listening = server_->leave_open();
    server_.reset();
  });
  ASSERT_TRUE(listening);
  auto waits = Client::connect(path_);
  ASSERT_TRUE(waits);
  ASSERT_TRUE(open({}, listening));
  EXPECT_FALSE(listening) << "it was taken";
  EXPECT_TRUE(waits->ask("GET", "/x"));
  on_loop([this] { server_.reset(); });
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ServerTest, ClosesAnIdleSession) {
  ASSERT_TRUE(open({.idle = std::chrono::milliseconds(20)}));
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{AF_UNIX, {}};
  std::strcpy(address.sun_path, path_.c_str());
  ASSERT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  char byte = 0;
  EXPECT_EQ(::read(fd.get(), &byte, 1), 0);
}

TEST_F(ServerTest, IsForOwnerAndGroupAlone) {
  ASSERT_TRUE(open());
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
}

TEST_F(ServerTest, LetsOthersInWhereSomeHaveARole) {
  ServerOptions options;
  options.access = *Access::of("users", "", "");
  ASSERT_TRUE(open(options));
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0666u);
}

// Another user, in another process: who has no role is told so, and is not heard.
TEST_F(ServerTest, TurnsAwayWhoHasNoRole) {
  ServerOptions options;
  options.access = *Access::of("users", "", "");
  ASSERT_TRUE(open(options));
  std::filesystem::permissions(folder_, std::filesystem::perms(0711));
  EXPECT_THAT(said_to_nobody_of(kNobody), StartsWith("HTTP/1.1 403"));
  const group* users = getgrnam("users");  // NOLINT(concurrency-mt-unsafe): nothing else asks
  EXPECT_THAT(said_to_nobody_of(users->gr_gid), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, RefusesToListenWhereAnotherDoes) {
  ASSERT_TRUE(open());
  auto first = std::move(server_);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kExists);
  server_ = std::move(first);
  EXPECT_TRUE(ask("/still-there"));
}

TEST_F(ServerTest, TakesTheSocketThatAKilledOneLeft) {
  {
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{AF_UNIX, {}};
    std::strcpy(address.sun_path, path_.c_str());
    ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ASSERT_TRUE(std::filesystem::exists(path_));
  ASSERT_TRUE(open());
  EXPECT_TRUE(ask("/x"));
}

TEST_F(ServerTest, SaysThatNobodyListens) {
  const auto client = Client::connect(path_);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(client.error().message, HasSubstr("start one with `attuned DIR`"));
}

TEST_F(ServerTest, SaysThatAPathIsTooLong) {
  path_ = folder_ / std::string(200, 'x');
  EXPECT_THAT(open().error().message, HasSubstr("too long"));
}

}  // namespace
}  // namespace attune::control
