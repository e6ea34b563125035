// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/entry_check.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"
#include "runtime/base/log.h"

namespace attune::deploy {

namespace {

constexpr size_t kLongest = 4096;  // bytes: PATH_MAX
constexpr size_t kShown = 64;      // of such a one

tl::unexpected<Error> refuse(std::string_view path, std::string_view why) {
  return fail(ErrorCode::kInvalid, fmt::format("its entry '{}' {}", printable(path), why));
}

// The path's parts without empty ones and ".".
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

// A target may climb at its beginning only, and no higher than the directory that is unpacked in. Then it
// stays inside: what it goes down through is inside by the same rule.
bool leads_inside(std::string_view target, size_t depth) {
  if (target.empty() || target[0] == '/') return false;
  bool is_climbing = true;
  size_t climbed = 0;
  for (const std::string_view part : parts_of(target)) {
    if (part != "..") {
      is_climbing = false;
    } else if (!is_climbing || ++climbed > depth) {
      return false;
    }
  }
  return true;
}

std::string joined(const std::vector<std::string_view>& parts, size_t count) {
  return fmt::format("{}", fmt::join(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count), "/"));
}

}  // namespace

// Nothing goes through a link, and below a file of that very name there is nothing.
bool EntryCheck::is_blocked(EntryKind above) const {
  return names_ == Names::kWhole ? above != EntryKind::kDirectory : above == EntryKind::kSymlink;
}

bool EntryCheck::may_be_linked(std::string_view target, size_t depth) const {
  const std::vector<std::string_view> parts = parts_of(target);
  if (target.starts_with('/')) return false;
  if (names_ == Names::kWhole) {
    const auto found = entries_.find(joined(parts, parts.size()));
    return found != entries_.end() && found->second == EntryKind::kFile;
  }
  for (size_t count = 1; count <= parts.size(); ++count) {
    const auto link = climbs_.find(joined(parts, count));
    const bool leads_out = link != climbs_.end() && (count < parts.size() || link->second > depth);
    if (parts[count - 1] == ".." || leads_out) return false;
  }
  return true;
}

void EntryCheck::keep_link(const std::string& path, size_t climbs) {
  size_t& most = climbs_[path];
  most = std::max(most, climbs);
}

Result<void> EntryCheck::add(std::string_view path, EntryKind kind, std::string_view target) {
  if (kind == EntryKind::kOther) return refuse(path, "is a device, a pipe or a socket");
  if (path.size() > kLongest || target.size() > kLongest)
    return refuse(path.substr(0, kShown), "has a path, or leads to one, that no host takes: it is too long");
  if (path.empty() || path[0] == '/') return refuse(path, "has an absolute path");
  if (has_control_character(path)) return refuse(path, "has a control character in its name");
  const std::vector<std::string_view> parts = parts_of(path), aim = parts_of(target);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) return refuse(path, "climbs out by '..'");
  if (parts.empty()) return kind == EntryKind::kDirectory ? Result<void>() : refuse(path, "has no name");

  for (size_t above = 1; above < parts.size(); ++above) {
    const auto found = entries_.find(joined(parts, above));
    if (found != entries_.end() && is_blocked(found->second))
      return refuse(path, "lies below a link or a file");
    entries_.emplace(joined(parts, above), EntryKind::kDirectory);
  }
  if (kind == EntryKind::kSymlink && !leads_inside(target, parts.size() - 1)) {
    return refuse(path, fmt::format("is a link that leaves the archive, to '{}'", printable(target)));
  }
  if (kind == EntryKind::kHardlink) {
    if (!may_be_linked(target, parts.size() - 1)) {
      return refuse(path, fmt::format("is a hard link to '{}', which is no file before it in the archive",
                                      printable(target)));
    }
    const auto link = climbs_.find(joined(aim, aim.size()));
    kind = link == climbs_.end() ? EntryKind::kFile : EntryKind::kSymlink;
    if (link != climbs_.end()) keep_link(joined(parts, parts.size()), link->second);
  } else if (kind == EntryKind::kSymlink && names_ == Names::kMayBeCut) {
    keep_link(joined(parts, parts.size()), std::count(aim.begin(), aim.end(), ".."));
  }
  const auto [place, is_new] = entries_.emplace(joined(parts, parts.size()), kind);
  if (is_new || place->second == kind) return {};
  if (names_ == Names::kWhole) return refuse(path, "comes twice, as different things");
  if (kind == EntryKind::kSymlink) place->second = kind;
  return {};
}

}  // namespace attune::deploy
