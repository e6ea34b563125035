// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/group.h"

#include <cerrno>
#include <vector>

#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

namespace attune {

Result<gid_t> find_group(const std::string& name) {
  if (name.empty()) return ::getegid();
  std::vector<char> buffer(16 * 1024);
  group entry{};
  group* found = nullptr;
  // A large group takes more room.
  while (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE)
    buffer.resize(buffer.size() * 4);
  if (found == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no group '{}': make it with addgroup", name));
  return found->gr_gid;
}

}  // namespace attune
