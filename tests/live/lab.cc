// SPDX-License-Identifier: Apache-2.0
#include "tests/live/lab.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace attune::test {

namespace {

const std::string kRoot = ATTUNE_SOURCE_ROOT;
const std::string kLab = kRoot + "/lab/lab";
const std::string kGuest = kRoot + "/build/guest";

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "tests/live/lab: %s\n", why.c_str());
  std::abort();
}

struct Ended {
  int status = 0;
  std::string output;  // and what it said on its standard error
};

pid_t spawn(std::vector<std::string> argv, int input, int output) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (std::string& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  pid_t pid = -1;
  if (posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environ) != 0)
    give_up("cannot start " + argv[0]);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) give_up("no pipe");
    reader = UniqueFd(ends[0]);
    writer = UniqueFd(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

UniqueFd nothing() {
  return UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
}

// The output goes to a file, since a daemon that the command leaves behind would keep a pipe open.
Ended run(const std::vector<std::string>& argv) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  const pid_t pid = spawn(argv, nothing().get(), fileno(file.get()));
  Ended ended;
  ::waitpid(pid, &ended.status, 0);
  std::array<char, 4096> buffer{};
  std::fseek(file.get(), 0, SEEK_SET);
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
    ended.output.append(buffer.data(), got);
  return ended;
}

std::string must_run(const std::vector<std::string>& argv) {
  Ended ended = run(argv);
  if (ended.status != 0) give_up(fmt::format("{} failed: {}", fmt::join(argv, " "), ended.output));
  return std::move(ended.output);
}

// Takes the lab down when we die. A child of init's, so that who kills this program and its children spares
// it.
UniqueFd set_guard(const std::string& name) {
  Pipe pipe;
  const pid_t pid =
      spawn({"setsid", "--fork", "bash", "-c", "read -r word || exec \"$0\" down --name \"$1\"", kLab, name},
            pipe.reader.get(), nothing().get());
  ::waitpid(pid, nullptr, 0);
  return std::move(pipe.writer);
}

}  // namespace

Lab::Lab(unsigned hosts) : name_(fmt::format("t{}", ::getpid())), guard_(set_guard(name_)) {
  for (unsigned number = 1; number <= hosts; ++number) hosts_.push_back(fmt::format("lab{}", number));
  must_run({kRoot + "/lab/guest/build", kGuest});
  must_run({kLab, "up", std::to_string(hosts), "--name", name_, "--guest", kGuest});
  home_ = must_run({kLab, "dir", "--name", name_});
  home_.pop_back();  // the end of the line
  const std::string nodes = must_run({"cat", path("lab.nodes")});
  const size_t start = nodes.find("address=") + std::string_view("address=").size();
  const std::string first = nodes.substr(start, nodes.find(' ', start) - start);
  net_ = first.substr(0, first.rfind('.'));
}

Lab::~Lab() {
  run({kLab, "down", "--name", name_});
  (void)!::write(guard_.get(), "done\n", 5);
}

std::string Lab::address(const std::string& host) const {
  return net_ + "." + host.substr(std::string_view("lab").size());
}

std::string Lab::guest_address(unsigned guest) const {
  return fmt::format("{}.{}", net_, 128 + guest);
}

std::string Lab::exec(const std::string& host, const std::vector<std::string>& argv) const {
  std::vector<std::string> words = {kLab, "exec", "--name", name_, host};
  words.insert(words.end(), argv.begin(), argv.end());
  Ended ended = run(words);
  EXPECT_EQ(ended.status, 0) << fmt::format("on {}: {}\n", host, fmt::join(argv, " ")) << ended.output;
  return std::move(ended.output);
}

std::string Lab::shell(const std::string& host, const std::string& line) const {
  return exec(host, {"bash", "-c", line});
}

std::string Lab::root_of(const std::string& host) const {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cgroup");
    const std::string groups(std::istreambuf_iterator<char>(file), {});
    if (groups.find(fmt::format("/attune-lab/{}/{}\n", name_, host)) != std::string::npos)
      return (entry.path() / "root").string();
  }
  give_up(host + " has no process");
}

void Lab::call(std::vector<std::string> words) const {
  words.insert(words.begin(), kLab);
  words.insert(words.end(), {"--name", name_});
  must_run(words);
}

void Lab::cut(const std::string& host) const {
  call({"cut", host});
}

void Lab::join(const std::string& host) const {
  call({"join", host});
}

void Lab::kill(const std::string& host) const {
  call({"kill", host});
}

bool Lab::is_dead(const std::string& host) const {
  const std::string status = must_run({kLab, "status", "--name", name_});
  return status.find(fmt::format("{} {} dead ", host, address(host))) != std::string::npos;
}

void Lab::up() const {
  call({"up", std::to_string(hosts_.size())});
}

void Lab::kill_libvirtd(const std::string& host) const {
  shell(host, "kill -KILL $(cat /run/libvirtd.pid)");
}

void Lab::start_libvirtd(const std::string& host) const {
  shell(host, "virsh -q connect 2>/dev/null || libvirtd --daemon --pid-file /run/libvirtd.pid");
}

bool Lab::is_stuck(const std::string& host, const std::string& guest) const {
  return shell(host, "virsh domjobinfo " + guest + " 2>&1 || true").find("state change lock") !=
         std::string::npos;
}

void Lab::mend() const {
  up();
  for (const std::string& host : hosts_) {
    join(host);
    start_libvirtd(host);
  }
}

void Lab::remove_guests() const {
  for (const std::string& host : hosts_)
    shell(host,
          "for vm in $(virsh list --name); do virsh destroy $vm; done;"
          "for vm in $(virsh list --all --name); do virsh undefine $vm; done");
}

namespace {

std::unique_ptr<Lab>& kept() {
  static std::unique_ptr<Lab> lab;
  return lab;
}

class TakenDown : public ::testing::Environment {
 public:
  void TearDown() override { kept().reset(); }
};

}  // namespace

Lab& the_lab() {
  if (!kept()) kept() = std::make_unique<Lab>(2);
  return *kept();
}

const ::testing::Environment* const kEnvironment = ::testing::AddGlobalTestEnvironment(new TakenDown);

}  // namespace attune::test
