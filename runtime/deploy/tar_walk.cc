// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/tar_walk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/deploy/pax_records.h"

namespace attune::deploy {

namespace {

constexpr size_t kBlock = 512;
constexpr uint64_t kLongestName = 8192;    // bytes, of GNU's headers L and K
constexpr uint64_t kLongestPax = 0xfffff;  // bytes: longer ones busybox skips as if they were not padded
constexpr uint64_t kMostZeros = uint64_t{16} << 20;  // bytes: far more than any tar fills up with
constexpr uint64_t kLargest = uint64_t{1} << 60;     // bytes
constexpr std::string_view kRepack = "pack it anew, by tar --format=gnu";

tl::unexpected<Error> refuse(std::string_view what) {
  return fail(ErrorCode::kInvalid, fmt::format("{}: {}", what, kRepack));
}

tl::unexpected<Error> refuse_at(uint64_t offset, std::string_view what) {
  return refuse(fmt::format("at its byte {} {}", offset, what));
}

bool is_zeros(std::string_view block) {
  return block.find_first_not_of('\0') == block.npos;
}

std::string_view until_nul(std::string_view field) {
  return field.substr(0, std::min(field.find('\0'), field.size()));
}

uint64_t padded(uint64_t size) {
  return (size + kBlock - 1) / kBlock * kBlock;
}

// A size as each tar understands it: octal digits, or behind a byte 0x80 the bytes of the number.
std::optional<uint64_t> size_in(std::string_view field) {
  uint64_t size = 0;
  if (field[0] == '\x80') {
    for (const char c : field.substr(1)) {
      if (size >= kLargest >> 8) return std::nullopt;
      size = size << 8 | static_cast<unsigned char>(c);
    }
    return size;
  }
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), size, 8);
  field.remove_prefix(static_cast<size_t>(end - field.data()));
  if (error == std::errc::result_out_of_range ||
      field.find_first_not_of(std::string_view(" \0", 2)) != field.npos)
    return std::nullopt;
  return size;
}

std::optional<EntryKind> kind_of(char type) {
  constexpr std::pair<char, EntryKind> kKinds[] = {{'\0', EntryKind::kFile},     {'0', EntryKind::kFile},
                                                   {'7', EntryKind::kFile},      {'S', EntryKind::kFile},
                                                   {'1', EntryKind::kHardlink},  {'2', EntryKind::kSymlink},
                                                   {'5', EntryKind::kDirectory}, {'3', EntryKind::kOther},
                                                   {'4', EntryKind::kOther},     {'6', EntryKind::kOther}};
  const auto* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                         [&](const auto& known) { return known.first == type; });
  return found == std::end(kKinds) ? std::nullopt : std::optional(found->second);
}

}  // namespace

struct TarWalk::Header {
  std::string_view block;

  std::string_view name() const { return until_nul(block.substr(0, 100)); }
  std::string_view link() const { return until_nul(block.substr(157, 100)); }
  std::optional<uint64_t> size() const { return size_in(block.substr(124, 12)); }
  char type() const { return block[156]; }
  bool is_posix() const { return block.substr(257, 6) == std::string_view("ustar\0", 6); }
  bool is_gnu() const { return block.substr(257, 8) == std::string_view("ustar  \0", 8); }
  bool is_older() const { return block.substr(257, 5) != "ustar"; }
  // What stands before the name; in other formats than POSIX's this place has another use, or none.
  std::string_view prefix() const {
    return type() == 'S' ? std::string_view() : until_nul(block.substr(345, 155));
  }
  bool has_more_map() const { return type() == 'S' && block[482] != '\0'; }
};

void TarWalk::add(std::string_view bytes) {
  while (!bytes.empty() && state_) {
    if (body_ > 0) {
      const size_t count = static_cast<size_t>(std::min<uint64_t>(body_, bytes.size()));
      body_ -= count;
      offset_ += count;
      bytes.remove_prefix(count);
      continue;
    }
    const size_t count = std::min(kBlock - begun_.size(), bytes.size());
    if (count == kBlock) {
      take_block(bytes.substr(0, count));
    } else if (begun_.append(bytes.substr(0, count)).size() == kBlock) {
      take_block(begun_);
      begun_.clear();
    }
    bytes.remove_prefix(count);
  }
}

std::optional<uint64_t> TarWalk::next_entry() {
  if (entries_.empty()) return std::nullopt;
  const uint64_t entry = entries_.front();
  entries_.pop_front();
  return entry;
}

Result<void> TarWalk::at_end() const {
  if (!state_) return state_;
  const bool is_whole =
      awaits_ == Awaits::kZeros || (awaits_ == Awaits::kHeader && body_ == 0 && begun_.empty());
  if (!is_whole || group_ || !is_zeros(begun_))
    return refuse_at(offset_, "it ends in the middle of an entry");
  if (!entries_.empty()) return refuse_at(entries_.front(), "stands an entry that not every tar sees");
  return {};
}

void TarWalk::take_block(std::string_view block) {
  state_ = read_block(block);
  offset_ += kBlock;
}

Result<void> TarWalk::read_block(std::string_view block) {
  switch (awaits_) {
    case Awaits::kHeader:
      if (!is_zeros(block)) return read_header({block});
      if (group_) return refuse_at(offset_, "it ends, where an entry is announced");
      awaits_ = Awaits::kZeros;
      return read_zeros(block);
    case Awaits::kExtension:
      return read_extension(block);
    case Awaits::kSparseMap:
      if (block[504] == '\0') awaits_ = Awaits::kHeader;
      if (block[504] == '\0') body_ = std::exchange(extension_size_, 0);
      return {};
    case Awaits::kZeros:
      return read_zeros(block);
  }
  return {};
}

Result<void> TarWalk::read_zeros(std::string_view block) {
  if (!is_zeros(block))
    return refuse_at(offset_, "something stands behind its end, where one tar goes on and another does not");
  zeros_ += block.size();
  if (zeros_ > kMostZeros) return refuse_at(offset_, "it still goes on with zeros behind its end");
  return {};
}

Result<void> TarWalk::read_header(const Header& header) {
  if (!group_) group_ = offset_;
  const std::optional<uint64_t> size = header.size();
  if (!size) return refuse_at(offset_, "stands a size that not every tar understands");
  constexpr std::string_view kExtensions = "xgLK";
  if (kExtensions.find(header.type()) == kExtensions.npos) return read_entry(header);
  const bool is_pax = header.type() == 'x' || header.type() == 'g';
  if (*size == 0 || *size > (is_pax ? kLongestPax : kLongestName))
    return refuse_at(offset_, fmt::format("stands an extended header of {} bytes", *size));
  extension_ = header.type();
  extension_size_ = *size;
  extended_.clear();
  awaits_ = Awaits::kExtension;
  return {};
}

Result<void> TarWalk::read_extension(std::string_view block) {
  extended_ += block.substr(0, std::min<uint64_t>(block.size(), extension_size_ - extended_.size()));
  if (extended_.size() < extension_size_) return {};
  awaits_ = Awaits::kHeader;
  extension_size_ = 0;
  return end_extension();
}

Result<void> TarWalk::end_extension() {
  if (extension_ == 'g' || extension_ == 'x') return read_pax();
  std::optional<std::string>& into = extension_ == 'L' ? name_ : link_;
  const std::string_view text = until_nul(extended_);
  if (into || has_pax_ || text.empty() || !is_zeros(std::string_view(extended_).substr(text.size())))
    return refuse_at(*group_, "stand headers of which one tar obeys this and another that");
  into = text;
  return {};
}

Result<void> TarWalk::read_pax() {
  const std::optional<PaxRecords> records = pax_records(extended_);
  if (!records) return refuse_at(*group_, "stands a pax header with broken records");
  if (extension_ == 'g') {
    // As `git archive` notes its commit. Any other is obeyed by this tar and not by that.
    for (const auto& [key, value] : *records)
      if (key != "comment")
        return refuse_at(*group_, fmt::format("stands a global pax header with '{}'", printable(key)));
    return {};
  }
  if (has_pax_ || name_ || link_)
    return refuse_at(*group_, "stand headers of which one tar obeys this and another that");
  has_pax_ = true;
  constexpr std::array<std::string_view, 4> kTelling = {"path", "linkpath", "size", "GNU.sparse.name"};
  std::array<bool, kTelling.size()> is_there{};
  for (const auto& [key, value] : *records) {
    const auto* const known = std::find(kTelling.begin(), kTelling.end(), key);
    if (known == kTelling.end()) continue;
    if (std::exchange(is_there[static_cast<size_t>(known - kTelling.begin())], true) || value.empty() ||
        value.find('\0') != value.npos)
      return refuse_at(*group_, fmt::format("stands a pax header whose '{}' is read in two ways", key));
    if (key != "size") continue;
    uint64_t size = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
    if (error != std::errc() || end != value.data() + value.size())
      return refuse_at(*group_, "stands a pax header whose 'size' is no number");
    size_ = size;
  }
  return {};
}

Result<void> TarWalk::read_entry(const Header& header) {
  const std::optional<EntryKind> kind = kind_of(header.type());
  if (!kind)
    return refuse_at(offset_, fmt::format("stands an entry of kind '{}', which not every tar knows",
                                          printable(header.block.substr(156, 1))));
  const uint64_t size = *header.size();
  if (size_.value_or(size) != size)
    return refuse_at(*group_, "stands an entry whose size is another in its pax header");
  if (*kind != EntryKind::kFile && size != 0)
    return refuse_at(offset_, "stands an entry with content that is no file");
  const bool has_prefix = !header.prefix().empty();
  if ((has_prefix && !header.is_posix()) || !(header.is_posix() || header.is_gnu() || header.is_older()))
    return refuse_at(offset_, "stands a name that not every tar reads alike");
  std::string name = name_ ? *name_ : std::string(header.name());
  if (!name_ && has_prefix) name = fmt::format("{}/{}", header.prefix(), name);
  if (auto checked = plain_.add(name, *kind, link_ ? *link_ : header.link()); !checked)
    return has_pax_ ? refuse(fmt::format("read without its pax header, {}", checked.error().message))
                    : checked;

  entries_.push_back(*group_);
  group_.reset();
  name_.reset();
  link_.reset();
  size_.reset();
  has_pax_ = false;
  if (header.has_more_map()) {
    awaits_ = Awaits::kSparseMap;
    extension_size_ = padded(size);
  } else {
    body_ = padded(size);
  }
  return {};
}

}  // namespace attune::deploy
