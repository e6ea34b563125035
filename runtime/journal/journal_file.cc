// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/journal_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runtime/base/user.h"

namespace attune::journal {

namespace {

namespace fs = std::filesystem;

Error system_error(std::string_view what, const std::string& path) {
  const ErrorCode code = errno == EACCES || errno == EPERM || errno == EROFS ? ErrorCode::kDenied
                         : errno == ENOSPC || errno == EDQUOT                ? ErrorCode::kNoSpace
                                                                             : ErrorCode::kFailed;
  return Error{code, fmt::format("{} {}: {}", what, path, std::strerror(errno))};
}

Result<void> make_folder(const fs::path& folder) {
  if (folder.empty() || fs::is_directory(folder)) return {};
  std::error_code failure;
  fs::create_directories(folder.parent_path(), failure);
  if (failure || ::mkdir(folder.c_str(), 0700) != 0) {
    if (failure) errno = failure.value();
    if (errno != EEXIST) return fail(system_error("cannot make the folder", folder.string()));
  }
  return {};
}

// The process that holds the lock wrote its number there.
std::string holder_of(int fd) {
  char text[32] = {};
  const ssize_t length = ::pread(fd, text, sizeof text - 1, 0);
  return length > 0 ? std::string(text, static_cast<size_t>(length)) : "unknown";
}

Result<UniqueFd> lock(const std::string& path) {
  const std::string name = path + ".lock";
  UniqueFd file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail(system_error("cannot open", name));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(
        ErrorCode::kExists,
        fmt::format("another attuned (process {}) has the journal {}: stop it first, or give this one "
                    "another project name with -p",
                    holder_of(file.get()), path));
  const std::string process = std::to_string(::getpid());
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), process.data(), process.size(), 0) != static_cast<ssize_t>(process.size()))
    return fail(system_error("cannot write", name));
  return file;
}

// SQLite gives its own files beside this one the same mode.
Result<void> make_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail(system_error("cannot open the journal", path));
  if (::fchmod(file.get(), 0600) != 0) return fail(system_error("cannot set the mode of", path));
  return {};
}

constexpr std::string_view kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA journal_size_limit=67108864";

constexpr std::string_view kEmpty = "it is empty: attuned has written nothing yet, or what it wrote is lost";

Result<bool> is_new(Database& database) {
  const auto tables = database.number_of("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  const auto application = database.number_of("PRAGMA application_id");
  if (!application) return fail(application.error());
  return *tables == 0 && *application == 0;
}

// Gives back the format that the file had.
Result<int> prepare_to_write(Database& database, const std::string& writer) {
  if (auto set = database.run(kSettings); !set) return fail(set.error());
  const auto fresh = is_new(database);
  if (!fresh) return fail(fresh.error());
  if (*fresh) {
    if (auto made = make_format(database); !made) return fail(made.error());
  }
  const auto format = format_of(database);
  if (!format) return format;
  if (*format != kFormatVersion) {
    if (auto upgraded = upgrade_format(database); !upgraded) return fail(upgraded.error());
  }
  auto note = database.prepare("UPDATE head SET writer = ?1 WHERE writer <> ?1");
  if (!note) return fail(note.error());
  note->bind(1, writer);
  if (auto noted = note->step(); !noted) return fail(noted.error());
  return format;
}

Result<int> prepare_to_read(Database& database) {
  if (auto set = database.run("PRAGMA query_only=1"); !set) return fail(set.error());
  const auto fresh = is_new(database);
  if (!fresh) return fail(fresh.error());
  if (*fresh) return fail(ErrorCode::kNotFound, std::string(kEmpty));
  return format_of(database);
}

Error in_journal(Error error, const std::string& path) {
  if (error.code == ErrorCode::kCorrupt && error.message.find("move it away") == std::string::npos)
    error.message += " (the file is damaged: restore it from a copy, or move it away to begin anew)";
  return std::move(error).within("journal " + path);
}

}  // namespace

Result<JournalFile> open_to_write(const std::string& path, const std::string& writer) {
  if (auto made = make_folder(fs::path(path).parent_path()); !made) return fail(made.error());
  auto locked = lock(path);
  if (!locked) return fail(std::move(locked.error()));
  if (auto made = make_file(path); !made) return fail(made.error());
  auto database = Database::open(path);
  if (!database) return fail(in_journal(std::move(database.error()), path));
  const auto format = prepare_to_write(*database, writer);
  if (!format) return fail(in_journal(format.error(), path));
  return JournalFile{std::move(*locked), std::move(*database), *format};
}

// With zeros, which are no frames of the log: SQLite takes them for its end. Blocks that are merely set aside
// would still have to be marked as written.
void reserve_log(const std::string& path, uint64_t bytes) {
  constexpr uint64_t kPlenty = 50;  // times what is taken
  const UniqueFd log(::open((path + "-wal").c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  struct statvfs disk {};
  if (!log || ::fstat(log.get(), &status) != 0 || ::fstatvfs(log.get(), &disk) != 0) return;
  if (uint64_t{disk.f_bavail} * disk.f_frsize < kPlenty * bytes) return;
  const std::vector<char> zeros(size_t{1} << 16);
  for (auto at = static_cast<uint64_t>(status.st_size); at < bytes;) {
    const ssize_t count = ::pwrite(log.get(), zeros.data(), std::min<uint64_t>(zeros.size(), bytes - at),
                                   static_cast<off_t>(at));
    if (count <= 0) break;
    at += static_cast<uint64_t>(count);
  }
  ::fdatasync(log.get());
}

Result<JournalView> open_to_read(const std::string& path) {
  std::error_code failure;
  const bool is_there = fs::exists(path, failure);
  if (failure == std::errc::permission_denied)
    return fail(ErrorCode::kDenied,
                fmt::format("the journal {} is not for {}: only root and who runs attuned may read it", path,
                            name_of_user(::geteuid())));
  if (failure) return fail(ErrorCode::kFailed, fmt::format("the journal {}: {}", path, failure.message()));
  if (!is_there)
    return fail(ErrorCode::kNotFound, fmt::format("there is no journal {}: has attuned run here yet?", path));
  auto database = Database::open(path);
  if (!database) return fail(in_journal(std::move(database.error()), path));
  const auto format = prepare_to_read(*database);
  if (!format) return fail(in_journal(format.error(), path));
  return JournalView{std::move(*database), *format};
}

}  // namespace attune::journal
