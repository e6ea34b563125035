// SPDX-License-Identifier: Apache-2.0
// EntryCheck: whether the entries of an archive, one after the other, stay inside the directory that it is
// unpacked in, whatever links it makes on the way. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::deploy {

enum class EntryKind { kFile, kDirectory, kSymlink, kHardlink, kOther };

// Whether the names are all that there is to an entry, or may be cut short: what stands in a tar's plain
// header where an extended one has the whole. Such ones may meet, and hard links lead to what is not known;
// but still nothing may leave, or go through a link.
enum class Names { kWhole, kMayBeCut };

class EntryCheck {
 public:
  explicit EntryCheck(Names names = Names::kWhole) : names_(names) {}

  // kInvalid says what is wrong with the entry. `target`: of a link.
  Result<void> add(std::string_view path, EntryKind kind, std::string_view target = {});

 private:
  bool is_blocked(EntryKind above) const;
  bool may_be_linked(std::string_view target, size_t depth) const;
  void keep_link(const std::string& path, size_t climbs);

  Names names_;
  // What each path is, so that nothing is put below a link or turns into one.
  std::map<std::string, EntryKind, std::less<>> entries_;
  // How far each link climbs, of names that may be cut: a hard link to it climbs as far.
  std::map<std::string, size_t, std::less<>> climbs_;
};

}  // namespace attune::deploy
