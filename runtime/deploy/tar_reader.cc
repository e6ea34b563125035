// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/tar_reader.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "runtime/base/log.h"

namespace attune::deploy {

namespace {

constexpr size_t kPiece = size_t{64} * 1024;

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

bool is_good(int rc) {
  return rc == ARCHIVE_OK || rc == ARCHIVE_WARN;
}

Error broken_archive(archive* reader) {
  const char* why = archive_error_string(reader);
  return {ErrorCode::kCorrupt,
          fmt::format("the archive is broken ({}): make it anew", printable(why == nullptr ? "" : why))};
}

}  // namespace

// From the file to its unpacked bytes, and from these, past the walk, to the tar's entries.
struct TarReader::Feed {
  SummedFile& file;
  Archive unpacked{archive_read_new(), archive_read_free};
  Archive tar{archive_read_new(), archive_read_free};
  TarWalk walk;
  std::optional<Error> problem;  // of the file, or of how it is packed

  explicit Feed(SummedFile& of) : file(of) {
    archive_read_support_format_raw(unpacked.get());
    archive_read_support_format_empty(unpacked.get());
    archive_read_support_filter_gzip(unpacked.get());
    archive_read_support_filter_zstd(unpacked.get());
    archive_read_support_format_tar(tar.get());
  }

  static la_ssize_t read_file(archive* reader, void* self, const void** bytes) {
    Feed& feed = *static_cast<Feed*>(self);
    const auto piece = feed.file.next();
    if (!piece) {
      feed.problem = piece.error();
      archive_set_error(reader, EIO, "%s", piece.error().message.c_str());
      return -1;
    }
    *bytes = piece->data();
    return static_cast<la_ssize_t>(piece->size());
  }

  // Empty at the end, and where there is a problem.
  std::string_view next_unpacked() {
    const void* bytes = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int rc = ARCHIVE_OK;
    do {
      rc = archive_read_data_block(unpacked.get(), &bytes, &size, &offset);
    } while (is_good(rc) && size == 0);
    if (!is_good(rc) && rc != ARCHIVE_EOF && !problem) problem = broken_archive(unpacked.get());
    if (!is_good(rc)) return {};
    const std::string_view piece(static_cast<const char*>(bytes), size);
    walk.add(piece);
    return piece;
  }

  static la_ssize_t read_unpacked(archive* reader, void* self, const void** bytes) {
    Feed& feed = *static_cast<Feed*>(self);
    const std::string_view piece = feed.next_unpacked();
    if (feed.problem) {
      archive_set_error(reader, EIO, "%s", feed.problem->message.c_str());
      return -1;
    }
    *bytes = piece.data();
    return static_cast<la_ssize_t>(piece.size());
  }

  bool open() {
    archive_entry* all = nullptr;
    if (archive_read_open(unpacked.get(), this, nullptr, read_file, nullptr) != ARCHIVE_OK ||
        archive_read_next_header(unpacked.get(), &all) != ARCHIVE_OK) {
      if (!problem) problem = broken_archive(unpacked.get());
      return false;
    }
    return archive_read_open(tar.get(), this, nullptr, read_unpacked, nullptr) == ARCHIVE_OK;
  }
};

TarReader::TarReader(SummedFile& file) : file_(file), feed_(std::make_unique<Feed>(file)) {}

TarReader::~TarReader() = default;

Error TarReader::broken() const {
  return feed_->problem ? *feed_->problem : broken_archive(feed_->tar.get());
}

int TarReader::packing() const {
  return archive_filter_code(feed_->unpacked.get(), 0);
}

Result<archive_entry*> TarReader::next() {
  archive_entry* entry = nullptr;
  if (!is_tar_ && !feed_->open()) return fail(broken());
  const int rc = archive_read_next_header(feed_->tar.get(), &entry);
  if (rc == ARCHIVE_EOF && is_tar_) return end();
  if (rc == ARCHIVE_EOF) return fail(ErrorCode::kCorrupt, "the archive is empty: make it anew");
  if (!is_good(rc)) return fail(broken());
  is_tar_ = true;
  if (archive_filter_count(feed_->unpacked.get()) > 2)
    return fail(ErrorCode::kInvalid, "it is packed twice: pack it once, as tar.gz or tar.zst");
  if (auto step = check_place(); !step) return fail(std::move(step).error());
  return entry;
}

// Both must have come to the same place for the same entry.
Result<void> TarReader::check_place() {
  const std::optional<uint64_t> place = feed_->walk.next_entry();
  if (!place && !feed_->walk.so_far()) return feed_->walk.so_far();
  const auto here = static_cast<uint64_t>(archive_read_header_position(feed_->tar.get()));
  if (place == here) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("at its byte {} stands an entry that not every tar sees: pack it anew, by tar "
                          "--format=gnu",
                          here));
}

Result<archive_entry*> TarReader::end() {
  while (!feed_->next_unpacked().empty() && feed_->walk.so_far()) {
  }
  if (feed_->problem) return fail(*feed_->problem);
  if (auto whole = feed_->walk.at_end(); !whole) return fail(std::move(whole).error());
  if (auto drained = file_.drain(); !drained) return fail(std::move(drained).error());
  // What unpacks it on a host may know formats that libarchive does not, and go on with them.
  const auto taken = static_cast<uint64_t>(archive_filter_bytes(feed_->unpacked.get(), -1));
  if (taken != file_.bytes_read())
    return fail(ErrorCode::kInvalid,
                fmt::format("something stands behind its packed part, from byte {} on: pack it anew", taken));
  return nullptr;
}

Result<std::string_view> TarReader::content() {
  buffer_.resize(kPiece);
  const la_ssize_t count = archive_read_data(feed_->tar.get(), buffer_.data(), buffer_.size());
  if (count < 0) return fail(broken());
  return std::string_view(buffer_).substr(0, static_cast<size_t>(count));
}

}  // namespace attune::deploy
