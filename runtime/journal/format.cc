// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/format.h"

#include <fmt/format.h>

namespace attune::journal {

namespace {

constexpr std::string_view kRecords =
    "CREATE TABLE records(sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, checksum INTEGER NOT NULL) "
    "STRICT;";

// New in 2. `writer` is the version of Attune that opened it last, for those that cannot read it.
constexpr std::string_view kCheckpoints =
    "CREATE TABLE head(deleted INTEGER NOT NULL, checksum INTEGER NOT NULL, writer TEXT NOT NULL) STRICT;"
    "INSERT INTO head VALUES(0, 0, '');"
    "CREATE TABLE checkpoints(sequence INTEGER NOT NULL, piece INTEGER NOT NULL, pieces INTEGER NOT NULL,"
    " body TEXT NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY(sequence, piece)) STRICT;";

// With the format's number, all of it or nothing.
Result<void> make(Database& database, std::string_view statements) {
  return database.run_as_one(fmt::format("{} PRAGMA user_version={};", statements, kFormatVersion));
}

// The version of Attune that wrote it, as far as it can be told.
std::string writer_of(Database& database) {
  auto statement = database.prepare("SELECT writer FROM head");
  if (!statement) return {};
  const auto row = statement->step();
  const std::string writer(row && *row ? statement->text(0) : std::string_view());
  return writer.empty() ? writer : ", by attune " + writer;
}

}  // namespace

Result<void> make_format(Database& database) {
  return make(database,
              fmt::format("PRAGMA application_id={}; {}{}", kApplicationId, kRecords, kCheckpoints));
}

Result<int> format_of(Database& database) {
  const auto application = database.number_of("PRAGMA application_id");
  if (!application) return fail(application.error());
  if (*application != kApplicationId)
    return fail(ErrorCode::kCorrupt, "this is not a journal of Attune's: move it away");
  const auto version = database.number_of("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version < kFirstFormat || *version > kFormatVersion)
    return fail(ErrorCode::kInvalid,
                fmt::format("it was written in format {}{}, and this version reads formats {} to {}: use the "
                            "Attune that wrote it, or move the file away to begin anew",
                            *version, writer_of(database), kFirstFormat, kFormatVersion));
  return static_cast<int>(*version);
}

Result<void> upgrade_format(Database& database) {
  return make(database, std::string(kCheckpoints));
}

}  // namespace attune::journal
