// SPDX-License-Identifier: Apache-2.0
// TarWalk: goes through a tar beside libarchive, which checks its entries, and lets pass only what every tar
// of a host reads as the same entries: GNU tar obeys global headers that libarchive skips, busybox goes on
// behind the first block of zeros and takes no size from a pax header. Pure; any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/deploy/entry_check.h"

namespace attune::deploy {

class TarWalk {
 public:
  // The next bytes, as many as there are. After the first thing that is wrong nothing more is looked at.
  void add(std::string_view bytes);

  // Where the next entry begins, with the headers that extend it, in the order of the archive; nothing where
  // no more have come, or something is wrong.
  std::optional<uint64_t> next_entry();

  // Nothing is wrong so far, and at the end of the archive nothing is missing. kInvalid says what is wrong,
  // and how to pack it.
  const Result<void>& so_far() const { return state_; }
  Result<void> at_end() const;

 private:
  enum class Awaits { kHeader, kExtension, kSparseMap, kZeros };
  struct Header;

  void take_block(std::string_view block);
  Result<void> read_block(std::string_view block);
  Result<void> read_header(const Header& header);
  Result<void> read_entry(const Header& header);
  Result<void> read_extension(std::string_view block);
  Result<void> end_extension();
  Result<void> read_pax();
  Result<void> read_zeros(std::string_view block);

  Result<void> state_;
  Awaits awaits_ = Awaits::kHeader;
  uint64_t offset_ = 0;  // of the block that comes next
  uint64_t body_ = 0;    // bytes of an entry's content, with what fills its last block, that are to come
  uint64_t zeros_ = 0;   // bytes behind the last entry
  std::string begun_;    // of a block
  std::deque<uint64_t> entries_;  // not yet asked for

  std::optional<uint64_t> group_;  // where the headers of the entry that is being read begin
  char extension_ = 0;             // the kind of the one that is being read
  uint64_t extension_size_ = 0;
  std::string extended_;             // its content so far
  std::optional<std::string> name_;  // as GNU's headers L and K have them
  std::optional<std::string> link_;
  bool has_pax_ = false;
  std::optional<uint64_t> size_;  // as pax has it
  EntryCheck plain_{Names::kMayBeCut};
};

}  // namespace attune::deploy
