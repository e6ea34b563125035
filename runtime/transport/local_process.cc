// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/local_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/user.h"
#include "runtime/transport/command_input.h"

namespace attune::transport {

namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::kFailed, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Memory becomes a nameless file, so that nobody has to write while the program reads.
Result<UniqueFd> open_input(const ports::Command& command) {
  if (!command.input_file.empty()) return open_input_file(command.input_file, command.input_offset);
  if (command.input.empty()) return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  UniqueFd file(::memfd_create("attune-input", MFD_CLOEXEC));
  size_t written = 0;
  while (file && written < command.input.size()) {
    const ssize_t count = ::write(file.get(), command.input.data() + written, command.input.size() - written);
    if (count <= 0) break;
    written += static_cast<size_t>(count);
  }
  if (written < command.input.size()) return fail(ErrorCode::kNoSpace, "no memory for the command's input");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string home_directory() {
  if (auto home = home_folder()) return *std::move(home);
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "/" : user->pw_dir;
}

Result<UniqueFd> open_directory(const ports::Command& command) {
  const std::string home = home_directory();
  std::string path = command.directory;
  if (path.empty()) path = home;
  if (path[0] != '/') path = home + "/" + path;
  UniqueFd directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory) return directory;
  return fail(ErrorCode::kNotFound, fmt::format("cannot run '{}' in directory '{}': {}", command.argv[0],
                                                path, std::strerror(errno)));
}

std::vector<std::string> environment_of(const ports::Command& command) {
  std::vector<std::string> variables;
  variables.reserve(command.environment.size());
  for (const auto& [name, value] : command.environment)
    variables.push_back(fmt::format("{}={}", name, value));
  for (char** inherited = environ; *inherited != nullptr; ++inherited) {
    const std::string_view variable = *inherited;
    const std::string_view name = variable.substr(0, variable.find('='));
    bool is_replaced = false;
    for (const auto& [ours, value] : command.environment) is_replaced = is_replaced || ours == name;
    if (!is_replaced) variables.emplace_back(variable);
  }
  return variables;
}

// Where the program is, as a shell would look it up with the command's own PATH; empty: nowhere.
std::string find_program(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  std::string path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& variable : environment) {
    if (variable.starts_with("PATH=")) path = variable.substr(5);
  }
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find(':', begin), path.size());
    const std::string file = path.substr(begin, end - begin) + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
    begin = end + 1;
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

struct Streams {
  int directory;
  int input;
  int output;
  int error_output;
};

// Gives 0, or the reason as an errno.
int spawn(pid_t& pid, const std::string& program, std::vector<std::string> argv,
          std::vector<std::string> environment, const Streams& streams) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addfchdir_np(&actions, streams.directory);
  posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, streams.output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, streams.error_output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int rc = posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers(argv).data(),
                             pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return rc;
}

int spawn_command(pid_t& pid, const ports::Command& command, const Streams& streams) {
  const std::vector<std::string> environment = environment_of(command);
  const std::string program = find_program(command.argv[0], environment);
  if (program.empty()) return ENOENT;
  const int rc = spawn(pid, program, command.argv, environment, streams);
  if (rc != ENOEXEC) return rc;
  std::vector<std::string> argv = {"/bin/sh", program};  // a script that names no interpreter
  argv.insert(argv.end(), command.argv.begin() + 1, command.argv.end());
  return spawn(pid, "/bin/sh", argv, environment, streams);
}

ports::Exited not_executed(const std::string& program, int error) {
  const bool is_missing = error == ENOENT || error == ENOTDIR;
  const bool is_there = ::access(program.c_str(), F_OK) == 0;
  const char* why = is_missing && is_there ? "its interpreter is missing" : std::strerror(error);
  return {is_missing ? 127 : 126, "", fmt::format("{}: {}\n", program, why)};
}

// A process as /proc shows it: "31 (a name) S 30 31 ...".
struct GroupMember {
  char state = '?';
  pid_t group = 0;
};

std::optional<GroupMember> read_member(const std::filesystem::path& folder) {
  if (folder.filename().string().find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  std::string line;
  std::getline(std::ifstream(folder / "stat"), line);
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;  // it has gone meanwhile
  GroupMember member;
  pid_t parent = 0;
  std::istringstream(line.substr(name_end + 1)) >> member.state >> parent >> member.group;
  return member;
}

}  // namespace

Result<LocalProcess::Started> LocalProcess::start(const ports::Command& command) {
  Result<UniqueFd> directory = open_directory(command);
  if (!directory) return fail(std::move(directory).error());
  Result<UniqueFd> input = open_input(command);
  if (!input) return fail(std::move(input).error());
  Result<Pipe> output = make_pipe();
  if (!output) return fail(std::move(output).error());
  Result<Pipe> error_output = make_pipe();
  if (!error_output) return fail(std::move(error_output).error());

  LocalProcess process;
  const int rc =
      spawn_command(process.pid_, command,
                    {directory->get(), input->get(), output->write.get(), error_output->write.get()});
  if (rc != 0) return Started{std::nullopt, not_executed(command.argv[0], rc)};
  process.pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid_, 0)));
  process.output_ = std::move(output->read);
  process.error_output_ = std::move(error_output->read);
  process.input_ = std::move(*input);
  process.input_offset_ = command.input_offset;
  return Started{std::move(process), {}};
}

uint64_t LocalProcess::input_taken() const {
  const off_t position = ::lseek(input_.get(), 0, SEEK_CUR);  // shared with the program
  return position < 0 ? 0 : static_cast<uint64_t>(position) - input_offset_;
}

std::optional<int> LocalProcess::reap() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void LocalProcess::signal_group(int signal) const {
  (void)::kill(-pid_, signal);
}

bool LocalProcess::group_runs() const {
  if (::kill(-pid_, 0) != 0) return false;
  bool is_proc_there = false;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::optional<GroupMember> member = read_member(entry.path());
    if (!member) continue;
    is_proc_there = true;
    if (member->group == pid_ && member->state != 'Z' && member->state != 'X') return true;
  }
  return !is_proc_there;
}

}  // namespace attune::transport
