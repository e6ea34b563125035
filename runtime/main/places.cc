// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/places.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/base/group.h"
#include "runtime/base/unique_fd.h"
#include "runtime/base/user.h"

namespace attune::main {

namespace fs = std::filesystem;

namespace {

bool is_folder_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

constexpr char kSystemRunBase[] = "/run/attune";

Result<std::string> run_base_of_user() {
  if (::geteuid() == 0) return std::string(kSystemRunBase);
  if (const auto folder = environment("XDG_RUNTIME_DIR")) return *folder + "/attune";
  return fail(ErrorCode::kNotFound, "XDG_RUNTIME_DIR is not set: set it, or name a folder with --run-dir");
}

Result<std::string> state_base_of_user() {
  if (::geteuid() == 0) return std::string("/var/lib/attune");
  if (const auto folder = environment("XDG_STATE_HOME")) return *folder + "/attune";
  if (const auto home = home_folder()) return *home + "/.local/state/attune";
  return fail(ErrorCode::kNotFound,
              "neither XDG_STATE_HOME nor HOME is set: set one, or name a folder with --state-dir");
}

// Whether somebody listens there. What a killed daemon left does not count.
bool is_listening(const std::string& path) {
  sockaddr_un address{AF_UNIX, {}};
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  return errno != ECONNREFUSED && errno != ENOENT;  // it is busy, or not for this user
}

// The folders below, sorted, that are what is wanted.
std::vector<std::string> names_in(const fs::path& base,
                                  const std::function<bool(const fs::path&)>& is_wanted) {
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(base, failure))
    if (is_wanted(entry.path())) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> only_one(const std::vector<std::string>& names, std::string_view what, std::string none) {
  if (names.size() == 1) return names[0];
  if (names.empty()) return fail(ErrorCode::kNotFound, std::move(none));
  return fail(ErrorCode::kInvalid,
              fmt::format("several projects {}: name one with -p ({})", what, fmt::join(names, ", ")));
}

// Whether a daemon listens there, or one may that is not for this user.
bool may_run(const fs::path& folder) {
  std::error_code failure;
  if (fs::is_socket(folder / "control", failure)) return is_listening(folder / "control");
  return failure == std::errc::permission_denied;
}

std::string control_of(const std::string& base, const std::string& project) {
  return Places{base + "/" + project, {}}.control();
}

// The user's own comes first.
std::vector<std::string> bases_to_search(const std::string& given) {
  if (!given.empty()) return {given};
  const auto own = run_base_of_user();
  if (!own || *own == kSystemRunBase) return {kSystemRunBase};
  return {*own, kSystemRunBase};
}

bool is_stock(const fs::path& folder) {
  return fs::is_regular_file(folder / "probes" / "cpu");
}

}  // namespace

Result<Places> places_of(const std::string& project, const std::string& run_base,
                         const std::string& state_base) {
  if (!is_folder_name(project))
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' cannot name a project: at most 64 characters, no '/', no dot in front", project));
  const auto run = run_base.empty() ? run_base_of_user() : Result<std::string>(run_base);
  if (!run) return fail(run.error());
  const auto state = state_base.empty() ? state_base_of_user() : Result<std::string>(state_base);
  if (!state) return fail(state.error());
  return Places{*run + "/" + project, *state + "/" + project};
}

Result<void> make_run_folder(const Places& places, const std::string& group, bool passable) {
  const auto failed = [&](int error) {
    return fail(error == EACCES || error == EPERM ? ErrorCode::kDenied : ErrorCode::kFailed,
                fmt::format("cannot make {}: {}; run as root, or name another folder with --run-dir",
                            places.run_folder, std::strerror(error)));
  };
  std::error_code failure;
  fs::create_directories(fs::path(places.run_folder).parent_path(), failure);
  if (failure) return failed(failure.value());
  if (::mkdir(places.run_folder.c_str(), 0750) != 0 && errno != EEXIST) return failed(errno);
  auto id = find_group(group);
  if (!id) return fail(std::move(id.error()).within("pipe.group in attune.info"));
  // By its descriptor: whoever could put it there could also put another in its place.
  const UniqueFd folder(::open(places.run_folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat is {};
  if (folder.get() < 0 || ::fstat(folder.get(), &is) != 0) return failed(errno);
  if (is.st_uid != ::geteuid())
    return fail(
        ErrorCode::kDenied,
        fmt::format("{} belongs to {}, who could listen there in this manager's place: remove it, or name "
                    "another folder with --run-dir",
                    places.run_folder, name_of_user(is.st_uid)));
  if (::fchown(folder.get(), static_cast<uid_t>(-1), *id) != 0 ||
      ::fchmod(folder.get(), passable ? 0751 : 0750) != 0)
    return failed(errno);
  return {};
}

Result<std::string> stock_folder() {
  if (const auto named = environment("ATTUNE_STOCK")) return *named;
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  for (fs::path above = program.parent_path(); above.has_relative_path(); above = above.parent_path()) {
    if (is_stock(above / "share" / "attune")) return (above / "share" / "attune").string();
    if (is_stock(above)) return above.string();
  }
  return fail(
      ErrorCode::kNotFound,
      fmt::format("the stock probes, wrappers and diagrams are not above {}: set ATTUNE_STOCK to their "
                  "folder",
                  program.parent_path().string()));
}

Result<RunningProject> find_running(const std::string& project, const std::string& run_base) {
  const std::vector<std::string> bases = bases_to_search(run_base);
  if (!project.empty()) {
    for (const std::string& base : bases)
      if (may_run(fs::path(base) / project)) return RunningProject{project, control_of(base, project)};
    const auto places = places_of(project, bases.front(), bases.front());
    if (!places) return fail(places.error());
    return RunningProject{project, places->control()};
  }
  std::vector<RunningProject> found;
  std::vector<std::string> names;
  for (const std::string& base : bases)
    for (const std::string& name : names_in(base, may_run)) {
      found.push_back({name, control_of(base, name)});
      names.push_back(name);
    }
  const auto only = only_one(
      names, "run",
      fmt::format("no attuned runs below {}: start one with `attuned DIR`", fmt::join(bases, " or ")));
  if (!only) return fail(only.error());
  return found.front();
}

Result<std::string> journal_of(const std::string& project, const std::string& state_base) {
  const auto places = places_of(project, kSystemRunBase, state_base);
  if (!places) return fail(places.error());
  return places->journal();
}

Result<std::string> only_project_with_journal(const std::string& state_base) {
  const auto base = state_base.empty() ? state_base_of_user() : Result<std::string>(state_base);
  if (!base) return fail(base.error());
  const auto has_journal = [](const fs::path& folder) {
    std::error_code failure;
    return fs::is_regular_file(folder / "journal.db", failure) || failure == std::errc::permission_denied;
  };
  return only_one(names_in(*base, has_journal), "have a journal",
                  fmt::format("there is no journal below {}", *base));
}

}  // namespace attune::main
