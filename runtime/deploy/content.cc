// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/content.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/deploy/entry_check.h"
#include "runtime/deploy/summed_file.h"
#include "runtime/deploy/tar_reader.h"

namespace attune::deploy {

namespace {

constexpr size_t kPiece = size_t{256} * 1024;
constexpr uintmax_t kSoonRead = uintmax_t{64} << 20;  // bytes
constexpr uint64_t kNoBomb = uint64_t{64} << 20;      // bytes: as much fits anywhere
constexpr size_t kFirstLine = 256;                    // as much of "#!..." as the kernel reads

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

EntryKind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return EntryKind::kHardlink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return EntryKind::kFile;
    case AE_IFDIR:
      return EntryKind::kDirectory;
    case AE_IFLNK:
      return EntryKind::kSymlink;
    default:
      return EntryKind::kOther;
  }
}

std::string_view text_or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

void note_interpreter(Content& content, std::string_view script, std::string_view beginning) {
  const std::string program = interpreter_of(beginning);
  const bool is_noted = std::any_of(content.interpreters.begin(), content.interpreters.end(),
                                    [&](const Interpreter& known) { return known.program == program; });
  if (!program.empty() && !is_noted) content.interpreters.push_back({std::string(script), program});
}

tl::unexpected<Error> broken(archive* reader) {
  return fail(ErrorCode::kCorrupt, fmt::format("the archive is broken ({}): make it anew",
                                               printable(text_or_empty(archive_error_string(reader)))));
}

// What has come of the archive so far, and `more` that is said to come.
Result<void> check_size(const Content& content, uint64_t more, const Limits& limits) {
  const uint64_t size =
      content.unpacked_size + std::min(more, std::numeric_limits<uint64_t>::max() - content.unpacked_size);
  if (size > limits.unpacked)
    return fail(
        ErrorCode::kInvalid,
        fmt::format("it unpacks to more than {} bytes: if that is meant, raise deploy.unpacked_max in "
                    "attune.info",
                    limits.unpacked));
  if (size > kNoBomb && size / limits.ratio > content.size)
    return fail(ErrorCode::kInvalid,
                fmt::format("it unpacks to more than {} times its {} bytes, as bombs do: if that is meant, "
                            "raise deploy.ratio_max in attune.info",
                            limits.ratio, content.size));
  return {};
}

// Reads the entry to its end, which also proves that it is whole.
Result<void> read_entry(TarReader& reader, archive_entry* entry, Content& content, const Limits& limits) {
  const la_int64_t told = archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0;
  if (auto fits = check_size(content, static_cast<uint64_t>(std::max<la_int64_t>(told, 0)), limits); !fits)
    return fits;
  std::string beginning;
  while (true) {
    const auto piece = reader.content();
    if (!piece) return fail(piece.error());
    if (piece->empty()) break;
    content.unpacked_size += piece->size();
    if (auto fits = check_size(content, 0, limits); !fits) return fits;
    if (beginning.size() < kFirstLine) beginning += piece->substr(0, kFirstLine);
  }
  const bool is_executable = (archive_entry_mode(entry) & 0111) != 0;
  if (is_executable) note_interpreter(content, text_or_empty(archive_entry_pathname(entry)), beginning);
  return {};
}

Result<void> read_entries(TarReader& reader, archive_entry* entry, Content& content, const Limits& limits) {
  EntryCheck check;
  for (uint64_t number = 1; entry != nullptr; ++number) {
    if (number > limits.entries)
      return fail(ErrorCode::kInvalid,
                  fmt::format("it has more than {} entries: if that is meant, raise deploy.entries_max in "
                              "attune.info",
                              limits.entries));
    const EntryKind kind = kind_of(entry);
    const char* target =
        kind == EntryKind::kHardlink ? archive_entry_hardlink(entry) : archive_entry_symlink(entry);
    Result<void> step = check.add(text_or_empty(archive_entry_pathname(entry)), kind, text_or_empty(target));
    if (step) step = read_entry(reader, entry, content, limits);
    if (!step) return step;
    const auto next = reader.next();
    if (!next) return fail(next.error());
    entry = *next;
  }
  return {};
}

bool is_called_archive(const std::string& filename) {
  constexpr std::string_view kEndings[] = {".tar",  ".tar.gz", ".tgz",    ".tar.zst",
                                           ".tzst", ".tar.xz", ".tar.bz2"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return filename.ends_with(ending); });
}

ContentKind kind_by_packing(int filter) {
  switch (filter) {
    case ARCHIVE_FILTER_GZIP:
      return ContentKind::kTarGz;
    case ARCHIVE_FILTER_ZSTD:
      return ContentKind::kTarZst;
    default:
      return ContentKind::kTar;
  }
}

Archive new_reader() {
  Archive reader(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_zstd(reader.get());
  return reader;
}

// Fills in what an archive is made of; a file that is none stays kFile.
Result<void> look_inside(SummedFile& file, Content& content, const Limits& limits) {
  TarReader reader(file);
  const auto entry = reader.next();
  if (reader.is_tar()) {
    content.kind = kind_by_packing(reader.packing());
    return entry ? read_entries(reader, *entry, content, limits) : fail(entry.error());
  }
  if (!is_called_archive(content.filename)) return file.drain();
  if (content.filename.ends_with(".xz") || content.filename.ends_with(".bz2")) {
    return fail(ErrorCode::kInvalid, "this compression is not supported: pack it as tar.gz or tar.zst");
  }
  return fail(entry.error());
}

Result<void> read_file(Content& content, const Limits& limits) {
  SummedFile file;
  Result<void> step = file.open(content.path);
  content.size = file.size();
  if (step) step = look_inside(file, content, limits);
  if (!step) return step;
  content.sha256 = file.sha256();
  if (content.kind == ContentKind::kFile) {
    content.unpacked_size = content.size;
    content.is_executable = file.is_executable() || file.beginning().starts_with("#!");
    note_interpreter(content, content.filename, file.beginning());
  }
  return {};
}

}  // namespace

std::string_view name_of(ContentKind kind) {
  switch (kind) {
    case ContentKind::kTar:
      return "tar";
    case ContentKind::kTarGz:
      return "tar.gz";
    case ContentKind::kTarZst:
      return "tar.zst";
    case ContentKind::kFile:
      return "file";
  }
  return "file";
}

std::string interpreter_of(std::string_view beginning) {
  if (!beginning.starts_with("#!")) return {};
  std::string_view line = beginning.substr(2, std::min(beginning.find('\n'), beginning.size()) - 2);
  const auto next_word = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    const std::string_view word = line.substr(0, std::min(line.find_first_of(" \t\r"), line.size()));
    line.remove_prefix(word.size());
    return word;
  };
  std::string_view program = next_word();
  if (!program.ends_with("/env")) return std::string(program);
  const std::string_view env = program;
  do {
    program = next_word();  // options and assignments are env's own
  } while (program.starts_with('-') || program.find('=') != std::string_view::npos);
  return std::string(program.empty() ? env : program);
}

Result<Content> inspect(const std::string& path, const Limits& limits) {
  Content content;
  content.path = path;
  content.filename = std::filesystem::path(path).filename();
  if (auto step = read_file(content, limits); !step)
    return fail(std::move(step).error().within(content.filename));
  return content;
}

Result<bool> holds(const std::string& path, const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const uintmax_t size = fs::file_size(path, problem);
  if (problem || size > kSoonRead)
    return fail(ErrorCode::kInvalid, fmt::format("{} is not looked through", path));
  const Archive reader = new_reader();
  int rc = archive_read_open_filename(reader.get(), path.c_str(), kPiece);
  for (bool is_first = true;; is_first = false) {
    archive_entry* entry = nullptr;
    if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) rc = archive_read_next_header(reader.get(), &entry);
    if (rc == ARCHIVE_EOF && !is_first) return false;
    if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
      if (!is_first || is_called_archive(path)) return broken(reader.get());
      return fs::path(path).filename() == fs::path(name).lexically_normal();
    }
    if (fs::path(text_or_empty(archive_entry_pathname(entry))).lexically_normal() ==
        fs::path(name).lexically_normal())
      return true;
  }
}

}  // namespace attune::deploy
