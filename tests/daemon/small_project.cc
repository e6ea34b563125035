// SPDX-License-Identifier: Apache-2.0
#include "tests/daemon/small_project.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "runtime/base/unique_fd.h"

namespace attune::main {

namespace {

constexpr char kService[] =
    "#!/bin/sh\n"
    "# NAME FOLDER: notes its process in FOLDER/NAME, and runs until it is told to end\n"
    "echo $$ >> \"$2/$1\"\n"
    "while :; do sleep 0.1; done\n";

constexpr char kWrapper[] =
    "<wrapper name='app'>\n"
    "  <method name='start' key='Process' method='start'>\n"
    "    <param value='./service.sh'/><param value='$this.srname'/><param value='$this.notes'/>\n"
    "  </method>\n"
    "  <method name='stop' key='Process' method='stop'/>\n"
    "  <method name='status' key='Process' method='status'/>\n"
    "  <method name='ask' key='Script' method='ask.sh'><param value='$1'/></method>\n"
    "  <event name='alarm'><value name='level' type='Integer'/></event>\n"
    "</wrapper>\n";

// Says that it is there, and waits until somebody lets it go on: both by the folder's pipes.
constexpr char kAsk[] =
    "#!/bin/sh\n"
    "[ \"$2\" = quick ] && exit 0\n"
    "read -r answer < \"$2\"\n"
    "exit \"$answer\"\n";

// Who has ended and is not buried yet does not.
bool runs(pid_t pid) {
  std::string stat;
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), stat);
  const size_t state = stat.rfind(") ");
  return state != stat.npos && stat[state + 2] != 'Z';
}

}  // namespace

DaemonTest::DaemonTest() {
  write("machine.nodes", "here\n");
  write("attune.info", "status { period 200ms }\nhost { load_period 0s }\n");
  write("wrappers/app.xml", kWrapper);
  write("service.sh", kService);
  std::filesystem::permissions(dir_ / "project/service.sh", std::filesystem::perms(0755));
  write("ask.sh", kAsk);
  std::filesystem::create_directories(dir_ / "notes");
  write("deployment.mmd", deployment());
}

DaemonTest::~DaemonTest() {
  if (daemon_.pid() > 0) daemon_.crash();
  for (const auto& entry : std::filesystem::directory_iterator(dir_ / "notes")) {
    std::istringstream pids(dir_.read("notes/" + entry.path().filename().string()));
    for (pid_t pid = 0; pids >> pid;) ::kill(-pid, SIGKILL);
  }
}

std::string DaemonTest::family() const {
  return fmt::format(
      "  class machine {{\n"
      "    <<host-family>>\n"
      "    +nodefile: String = \"machine.nodes\"\n"
      "    +protocol: String = \"local\"\n"
      "    +dirlocal: String = \"{}\"\n"
      "  }}\n",
      dir_ / "host");
}

std::string DaemonTest::deployment(int count, std::string_view attributes, std::string_view classes) const {
  return fmt::format(
      "classDiagram\n"
      "{}"
      "  class app {{\n"
      "    +host-family: String = \"machine\"\n"
      "    +wrapper: String = \"app.xml\"\n"
      "    +legacyFile: String = \"service.sh\"\n"
      "    +initial: Integer = {}\n"
      "    +notes: String = \"{}\"\n"
      "{}"
      "  }}\n"
      "{}",
      family(), count, dir_ / "notes", attributes, classes);
}

// A service that has been started notes it a moment later, on a busy machine a long one.
std::string DaemonTest::notes_of(const std::string& service) const {
  constexpr int kPatience = 10'000;  // ms
  const UniqueFd watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), (dir_ / "notes").c_str(), IN_MODIFY);
  pollfd noted{watch.get(), POLLIN, 0};
  std::string notes = dir_.read("notes/" + service);
  while (notes.empty() && ::poll(&noted, 1, kPatience) > 0) {
    std::array<char, 4096> events{};
    if (::read(watch.get(), events.data(), events.size()) < 0) break;
    notes = dir_.read("notes/" + service);
  }
  return notes;
}

size_t DaemonTest::starts_of(const std::string& service) const {
  const std::string notes = notes_of(service);
  return static_cast<size_t>(std::count(notes.begin(), notes.end(), '\n'));
}

pid_t DaemonTest::process_of(const std::string& service) const {
  std::istringstream pids(notes_of(service));
  for (pid_t pid = 0; pids >> pid;)
    if (runs(pid)) return pid;
  return 0;
}

std::string DaemonTest::states() const {
  const auto answer = nlohmann::json::parse(daemon_.ask("GET", "/v1/components"), nullptr, false);
  std::string all;
  for (const auto& component : answer.value("components", nlohmann::json::array()))
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", component["name"].get<std::string>(),
                       component["state"].get<std::string>());
  return all;
}

}  // namespace attune::main
