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

class EntryCheck {
 public:
  // kInvalid says what is wrong with the entry. `target`: of a link.
  Result<void> add(std::string_view path, EntryKind kind, std::string_view target = {});

 private:
  // What each path is, so that nothing is put below a link or turns into one.
  std::map<std::string, EntryKind, std::less<>> entries_;
};

}  // namespace attune::deploy
