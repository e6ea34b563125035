// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/user.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <pwd.h>

namespace attune {

std::string name_of_user(uid_t user) {
  std::array<char, 16 * 1024> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? std::string(found->pw_name) : fmt::format("user {}", user);
}

std::optional<std::string> home_folder() {
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nothing here sets any
  return home == nullptr || *home == '\0' ? std::nullopt : std::optional<std::string>(home);
}

}  // namespace attune
