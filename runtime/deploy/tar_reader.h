// SPDX-License-Identifier: Apache-2.0
// TarReader: a file read as a tar, packed or not, by libarchive, with a TarWalk beside it: what the one lists
// is what any tar unpacks. One thread; blocks.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/deploy/summed_file.h"
#include "runtime/deploy/tar_walk.h"

struct archive;
struct archive_entry;

namespace attune::deploy {

class TarReader {
 public:
  explicit TarReader(SummedFile& file);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  // The next entry; null at the end, when all of the file was read and is as it must be. kCorrupt: the
  // archive is broken. kInvalid: it is one that tars read in different ways.
  Result<archive_entry*> next();
  // The next piece of that entry's content, valid until the next call; empty at its end.
  Result<std::string_view> content();

  // Whether next() has found a tar at all, and how it is packed: libarchive's ARCHIVE_FILTER_...
  bool is_tar() const { return is_tar_; }
  int packing() const;

 private:
  struct Feed;
  Result<void> check_place();
  Result<archive_entry*> end();
  Error broken() const;

  SummedFile& file_;
  std::unique_ptr<Feed> feed_;
  std::string buffer_;
  bool is_tar_ = false;
};

}  // namespace attune::deploy
