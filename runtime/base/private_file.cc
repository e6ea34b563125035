// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/private_file.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/base/unique_fd.h"
#include "runtime/base/user.h"

namespace attune {

namespace {

constexpr size_t kMost = size_t{1} << 20;  // bytes
constexpr std::string_view kHome = "~/", kCredential = "credential:";

// `folder` is what `variable` holds.
Result<std::string> below(const std::optional<std::string>& folder, std::string_view variable,
                          std::string_view name) {
  if (folder) return fmt::format("{}/{}", *folder, name);
  return fail(ErrorCode::kNotFound,
              fmt::format("{} is not set, so there is no '{}'", variable, printable(name)));
}

std::optional<std::string> credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): as HOME
  return folder == nullptr || *folder == '\0' ? std::nullopt : std::optional<std::string>(folder);
}

Result<void> check_guard(const std::string& path, const struct stat& status, Guard guard) {
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::kInvalid, fmt::format("{} is not a file", printable(path)));
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return fail(ErrorCode::kDenied,
                fmt::format("{} belongs to another user, who could change it: chown it", printable(path)));
  const mode_t wrong = guard == Guard::kSecret ? S_IROTH | S_IWOTH | S_IWGRP : S_IWOTH | S_IWGRP;
  if ((status.st_mode & wrong) == 0) return {};
  return fail(ErrorCode::kDenied,
              fmt::format("{} has mode {:04o}, so that others may {} it: chmod {} {}", printable(path),
                          status.st_mode & 07777, guard == Guard::kSecret ? "read or write" : "write",
                          guard == Guard::kSecret ? "0600" : "go-w", printable(path)));
}

}  // namespace

std::optional<std::string_view> credential_in(std::string_view said) {
  if (!said.starts_with(kCredential)) return std::nullopt;
  const std::string_view name = said.substr(kCredential.size());
  const bool is_file = !name.empty() && name.find('/') == name.npos && name != "." && name != "..";
  return is_file ? std::optional(name) : std::nullopt;
}

bool is_private_place(std::string_view said) {
  return said.find('\0') == said.npos &&
         (credential_in(said).has_value() || (said.starts_with('/') && said.size() > 1) ||
          (said.starts_with(kHome) && said.size() > kHome.size()));
}

Result<std::string> find_private_file(std::string_view said) {
  if (said.starts_with('/')) return std::string(said);
  if (said.starts_with(kHome)) return below(home_folder(), "HOME", said.substr(kHome.size()));
  if (const auto name = credential_in(said))
    return below(credentials_folder(), "CREDENTIALS_DIRECTORY", *name);
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no place of a file of the user's own: write /path, "
                                               "~/path or credential:NAME",
                                               printable(said)));
}

Result<std::string> read_private_file(const std::string& path, Guard guard) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kDenied,
                fmt::format("cannot read {}: {}", printable(path), std::strerror(errno)));
  if (auto guarded = check_guard(path, status, guard); !guarded) return fail(std::move(guarded.error()));
  std::string text;
  std::array<char, size_t{16} * 1024> piece{};
  ssize_t count = 0;
  while (text.size() <= kMost && (count = ::read(file.get(), piece.data(), piece.size())) > 0)
    text.append(piece.data(), static_cast<size_t>(count));
  if (count < 0)
    return fail(ErrorCode::kFailed, fmt::format("cannot read {}: {}", printable(path), std::strerror(errno)));
  if (text.size() > kMost)
    return fail(ErrorCode::kInvalid, fmt::format("{} is longer than 1 MiB", printable(path)));
  return text;
}

std::string_view trimmed_secret(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace attune
