// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/extra_file.h"

#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "runtime/deploy/entry_check.h"

namespace attune::deploy {

namespace {

la_ssize_t append(archive*, void* text, const void* bytes, size_t length) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), length);
  return static_cast<la_ssize_t>(length);
}

}  // namespace

Result<void> check(std::span<const ExtraFile> files) {
  EntryCheck entries;
  for (const ExtraFile& file : files) {
    if (Result<void> step = entries.add(file.name, EntryKind::kFile); !step) return step;
  }
  return {};
}

std::string pack(std::span<const ExtraFile> files) {
  std::string text;
  const std::unique_ptr<archive, decltype(&archive_write_free)> writer(archive_write_new(),
                                                                       archive_write_free);
  archive_write_set_format_pax_restricted(writer.get());
  archive_write_open(writer.get(), &text, nullptr, append, nullptr);
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  for (const ExtraFile& file : files) {
    archive_entry_clear(entry.get());
    archive_entry_set_pathname(entry.get(), file.name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), file.is_executable ? 0700 : 0600);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    archive_write_header(writer.get(), entry.get());
    archive_write_data(writer.get(), file.content.data(), file.content.size());
  }
  archive_write_close(writer.get());
  return text;
}

}  // namespace attune::deploy
