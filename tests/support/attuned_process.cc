// SPDX-License-Identifier: Apache-2.0
#include "tests/support/attuned_process.h"

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/journal/reader.h"
#include "runtime/journal/record_json.h"

namespace attune::test {

namespace {

// Calls `late` unless it is destroyed in time.
class Watchdog {
 public:
  explicit Watchdog(std::function<void()> late)
      : thread_([this, late = std::move(late)] {
          std::unique_lock lock(mutex_);
          if (!changed_.wait_for(lock, AttunedProcess::patience(), [this] { return over_; })) late();
        }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

UniqueFd listen_for_notices(const std::string& path) {
  ::unlink(path.c_str());
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  return fd;
}

}  // namespace

AttunedProcess::AttunedProcess(std::string folder, std::string base)
    : folder_(std::move(folder)), base_(std::move(base)) {
  std::filesystem::create_directories(base_);
}

AttunedProcess::~AttunedProcess() {
  if (pid_ > 0) crash();
  if (testing::Test::HasFailure()) std::fputs(log().c_str(), stderr);
}

std::chrono::seconds AttunedProcess::patience() {
  return std::chrono::seconds(40 * ATTUNE_PATIENCE);
}

std::string AttunedProcess::control() const {
  return base_ + "/run/small/control";
}
std::string AttunedProcess::pipe() const {
  return base_ + "/run/small/events";
}
std::string AttunedProcess::journal() const {
  return base_ + "/state/small/journal.db";
}

void AttunedProcess::launch() {
  std::vector<std::string> argv = {ATTUNED,       folder_,        "-p",          "small",
                                   "--run-dir",   base_ + "/run", "--state-dir", base_ + "/state",
                                   "--log-level", "debug"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = {"NOTIFY_SOCKET=" + base_ + "/notices"};
  for (char** one = environ; *one != nullptr; ++one) environment.emplace_back(*one);
  notices_ = listen_for_notices(base_ + "/notices");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (base_ + "/log").c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int rc =
      posix_spawn(&pid_, ATTUNED, &actions, nullptr, pointers(argv).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ASSERT_EQ(rc, 0) << ATTUNED << ": " << std::strerror(rc);
  pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

void AttunedProcess::start() {
  launch();
  ASSERT_TRUE(wait_for_ready()) << "attuned did not become ready";
}

void AttunedProcess::await_ready() {
  ASSERT_TRUE(wait_for_ready()) << "attuned did not become ready again";
}

bool AttunedProcess::wait_for_ready() {
  const auto deadline = std::chrono::steady_clock::now() + patience();
  for (;;) {
    std::array<pollfd, 2> ends{{{notices_.get(), POLLIN, 0}, {pidfd_.get(), POLLIN, 0}}};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0 || ::poll(ends.data(), ends.size(), static_cast<int>(left)) <= 0) return false;
    std::array<char, 4096> text{};
    const ssize_t length = ::recv(notices_.get(), text.data(), text.size() - 1, MSG_DONTWAIT);
    if (length > 0 && std::strstr(text.data(), "READY=1") != nullptr) return true;
    if (length <= 0 && ends[1].revents != 0) return false;
  }
}

void AttunedProcess::kill(int signal) const {
  (void)::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
}

int AttunedProcess::await_end() {
  const Watchdog watchdog([this] {
    ADD_FAILURE() << "attuned does not end";
    kill(SIGKILL);
  });
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void AttunedProcess::crash() {
  kill(SIGKILL);
  (void)await_end();
}

void AttunedProcess::forget() {
  std::filesystem::remove_all(base_ + "/state");
  next_ = 1;
}

std::string AttunedProcess::log() const {
  std::ifstream file(base_ + "/log");
  return {std::istreambuf_iterator<char>(file), {}};
}

void AttunedProcess::await_log(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + patience();
  const UniqueFd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ::inotify_add_watch(watch.get(), (base_ + "/log").c_str(), IN_MODIFY);
  while (log().find(text) == std::string::npos) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd changed{watch.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&changed, 1, static_cast<int>(left)) <= 0) {
      ADD_FAILURE() << "attuned did not log: " << text;
      return;
    }
    std::array<char, 4096> events{};
    (void)!::read(watch.get(), events.data(), events.size());
  }
}

Result<std::string> AttunedProcess::try_ask(std::string_view method, std::string_view target,
                                            std::string_view body) const {
  const Watchdog watchdog([this] {
    ADD_FAILURE() << "attuned does not answer";
    kill(SIGKILL);
  });
  auto client = control::Client::connect(control());
  if (!client) return fail(client.error());
  return client->ask(method, target, body);
}

std::string AttunedProcess::ask(std::string_view method, std::string_view target,
                                std::string_view body) const {
  auto answer = try_ask(method, target, body);
  EXPECT_TRUE(answer) << method << " " << target << ": " << answer.error().message;
  return answer.value_or("");
}

void AttunedProcess::write(std::string_view line) const {
  const UniqueFd fd(::open(pipe().c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(fd) << pipe() << ": " << std::strerror(errno);
  ASSERT_EQ(::write(fd.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
}

void AttunedProcess::await_record(const std::function<bool(const workflow::Record&)>& is_it) {
  const Watchdog watchdog([this] {
    ADD_FAILURE() << "what was awaited did not come in time";
    kill(SIGKILL);
  });
  auto client = control::Client::connect(control());
  ASSERT_TRUE(client) << client.error().message;
  (void)client->read_lines(fmt::format("/v1/log?follow=true&from={}", next_), [&](std::string_view line) {
    const auto record = journal::record_from_json(line);
    if (!record) ADD_FAILURE() << line << ": " << record.error().message;
    if (!record) return false;
    next_ = record->sequence + 1;
    return !is_it(*record);
  });
}

std::vector<workflow::Record> AttunedProcess::records() const {
  if (!std::filesystem::exists(journal())) return {};
  auto reader = journal::Reader::open(journal());
  if (!reader) throw std::runtime_error(reader.error().message);
  auto records = reader->read(1, 1'000'000);
  const auto rest = records && !records->empty() ? reader->read(records->back().sequence + 1, 1) : records;
  if (!rest) throw std::runtime_error(rest.error().message);
  return *std::move(records);
}

}  // namespace attune::test
