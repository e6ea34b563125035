// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sshd.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"

namespace attune::test {

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "tests/support/sshd: %s\n", why.c_str());
  std::abort();
}

pid_t spawn(std::vector<std::string> argv, int error_output) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (std::string& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (error_output >= 0) posix_spawn_file_actions_adddup2(&actions, error_output, STDERR_FILENO);
  pid_t pid = -1;
  const int rc = posix_spawn(&pid, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (rc != 0) give_up(fmt::format("cannot start {}: is the package openssh-server installed?", argv[0]));
  return pid;
}

bool is_free(uint16_t port) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

// Below the ports that the kernel gives to those who connect, and apart from those of the tests that run
// beside this one: what is free now is still so when sshd takes it, also after a pause.
uint16_t free_port() {
  constexpr int kFirst = 10'000, kCount = 20'000, kEach = 8;
  for (int i = 0; i < kCount; ++i) {
    const auto port = static_cast<uint16_t>(kFirst + (::getpid() * kEach + i) % kCount);
    if (is_free(port)) return port;
  }
  give_up("no port is free");
}

// Readable when the process has ended; empty when it is gone already.
UniqueFd end_of(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// Waits for the next write to a file that is watched; false when `end` came first, or nothing for half a
// minute.
bool await_write(const UniqueFd& watch, const UniqueFd& end) {
  constexpr int kPatienceMs = 30'000;
  std::array<pollfd, 2> either{{{watch.get(), POLLIN, 0}, {end.get(), POLLIN, 0}}};
  if (::poll(either.data(), either.size(), kPatienceMs) <= 0 || either[0].revents == 0) return false;
  std::array<char, 4096> events;
  return ::read(watch.get(), events.data(), events.size()) > 0;
}

void await_end(const UniqueFd& end) {
  pollfd one{end.get(), POLLIN, 0};
  while (end && ::poll(&one, 1, -1) < 0 && errno == EINTR) continue;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string text;
    std::getline(file, text);
    const size_t end = text.rfind(") ");
    if (end == std::string::npos || text[end + 2] == 'Z') continue;
    if (std::stoi(text.substr(end + 4)) == parent) children.push_back(std::stoi(name));
  }
  return children;
}

}  // namespace

std::string current_user() {
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? "" : user->pw_name;
}

void run_program(const std::vector<std::string>& argv) {
  const pid_t pid = spawn(argv, -1);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) give_up(fmt::format("{} failed", argv[0]));
}

Sshd::Sshd(std::string_view config) {
  run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "id_ed25519"});
  dir_.write("authorized_keys", dir_.read("id_ed25519.pub"));
  change_host_key();
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);  // where sshd locks itself in
  port_ = free_port();
  dir_.write("sshd_config",
             fmt::format("{}\n"
                         "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\n"
                         "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                         "KbdInteractiveAuthentication no\nPermitRootLogin yes\nLogLevel VERBOSE\n"
                         "MaxStartups 1000\nSetEnv HOME={}\n",
                         config, port_, dir_ / "host_key", dir_ / "authorized_keys", dir_.path().string()));
  start();
  dir_.write("known_hosts", host_key_line());
}

Sshd::~Sshd() {
  stop();
}

void Sshd::change_host_key() {
  std::filesystem::remove(dir_ / "host_key");
  run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "host_key"});
}

std::string Sshd::host_key_line() const {
  const std::string line = dir_.read("host_key.pub");
  const size_t comment = line.find(' ', line.find(' ') + 1);
  return fmt::format("[127.0.0.1]:{} {}\n", port_, line.substr(0, comment));
}

void Sshd::start() {
  const UniqueFd output(::open((dir_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const size_t said_before = log().size();
  const UniqueFd watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), (dir_ / "log").c_str(), IN_MODIFY);
  pid_ = spawn({"/usr/sbin/sshd", "-D", "-e", "-f", dir_ / "sshd_config"}, output.get());
  const UniqueFd end = end_of(pid_);
  while (log().find("Server listening on", said_before) == std::string::npos)
    if (!await_write(watch, end)) give_up("sshd does not start:\n" + log());
}

void Sshd::stop() {
  if (pid_ < 0) return;
  // Halted, it begins no connection that we do not see. One that has just begun holds the port as well until
  // it is gone: each is waited for.
  int status = 0;
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, &status, WUNTRACED);
  if (WIFSTOPPED(status)) {
    std::vector<pid_t> all = connection_pids();
    all.push_back(pid_);
    std::vector<UniqueFd> ends;
    for (const pid_t pid : all) ends.push_back(end_of(pid));
    for (const pid_t pid : all) ::kill(pid, SIGKILL);
    for (const UniqueFd& end : ends) await_end(end);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
}

// A connection's own process, and for users other than root one more below it.
std::vector<pid_t> Sshd::connection_pids() const {
  std::vector<pid_t> all = children_of(pid_);
  const size_t direct = all.size();
  for (size_t i = 0; i < direct; ++i) {
    for (const pid_t child : children_of(all[i])) {
      std::ifstream file(fmt::format("/proc/{}/comm", child));
      std::string name;
      std::getline(file, name);
      if (name == "sshd") all.push_back(child);
    }
  }
  return all;
}

size_t Sshd::connections() const {
  return children_of(pid_).size();
}

void Sshd::kill_connections() {
  for (const pid_t pid : connection_pids()) ::kill(pid, SIGKILL);
}

void Sshd::freeze_connections() {
  for (const pid_t pid : connection_pids()) ::kill(pid, SIGSTOP);
}

ports::HostTarget Sshd::target(const std::string& name) const {
  return {.name = name,
          .address = "127.0.0.1",
          .port = port_,
          .user = current_user(),
          .identity_file = user_key(),
          .known_hosts = known_hosts()};
}

}  // namespace attune::test
