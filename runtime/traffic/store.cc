// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include "runtime/base/unique_fd.h"

namespace attune::traffic {

namespace {

using journal::Database;
using journal::Statement;

constexpr size_t kMaxText = size_t{256} << 20;  // of a report or a roster, unpacked

constexpr std::string_view kTables =
    "CREATE TABLE head(writer TEXT NOT NULL) STRICT; INSERT INTO head VALUES('');"
    "CREATE TABLE reports(start INTEGER NOT NULL, seconds INTEGER NOT NULL, sensor TEXT NOT NULL,"
    " digest INTEGER NOT NULL, is_part INTEGER NOT NULL, size INTEGER NOT NULL, lines BLOB NOT NULL,"
    " PRIMARY KEY(start, seconds, sensor, digest)) STRICT;"
    "CREATE TABLE rosters(number INTEGER PRIMARY KEY, since INTEGER NOT NULL, size INTEGER NOT NULL,"
    " body BLOB NOT NULL) STRICT;"
    "CREATE TABLE tenures(address TEXT NOT NULL, mac TEXT NOT NULL, since INTEGER NOT NULL,"
    " until INTEGER NOT NULL, PRIMARY KEY(address, mac, since)) STRICT, WITHOUT ROWID;";

// One process has the file; a commit waits for no disk, so that a machine that loses its power may lose the
// last seconds, and nothing else.
constexpr std::string_view kSettings =
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864";

Result<std::string> packed(std::string_view text) {
  uLongf size = ::compressBound(text.size());
  std::string bytes(size, '\0');
  if (::compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                  text.size(), Z_BEST_SPEED) != Z_OK)
    return fail(ErrorCode::kNoSpace, "out of memory");
  bytes.resize(size);
  return bytes;
}

Result<std::string> unpacked(std::string_view bytes, int64_t size) {
  if (size < 0 || static_cast<uint64_t>(size) > kMaxText)
    return fail(ErrorCode::kCorrupt, fmt::format("a size of {} bytes", size));
  std::string text(static_cast<size_t>(size), '\0');
  uLongf length = text.size();
  if (::uncompress(reinterpret_cast<Bytef*>(text.data()), &length,
                   reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != Z_OK ||
      length != text.size())
    return fail(ErrorCode::kCorrupt, "it cannot be unpacked");
  return text;
}

Result<void> make_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file && ::fchmod(file.get(), 0600) == 0) return {};
  return fail(errno == ENOSPC ? ErrorCode::kNoSpace : ErrorCode::kDenied,
              fmt::format("cannot open it: {}", std::strerror(errno)));
}

Result<void> check_format(Database& database) {
  const auto application = database.number_of("PRAGMA application_id");
  if (!application) return fail(application.error());
  const auto version = database.number_of("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*application != kStoreApplicationId) return fail(ErrorCode::kCorrupt, "it is another program's file");
  if (*version == kStoreFormat) return {};
  std::string writer;
  if (auto statement = database.prepare("SELECT writer FROM head")) {
    const auto row = statement->step();
    if (row && *row && !statement->text(0).empty())
      writer = fmt::format(", by attune {}", statement->text(0));
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("it was written in format {}{}, and this version reads format {}: use the Attune "
                          "that wrote it, or move the file away to begin anew",
                          *version, writer, kStoreFormat));
}

Result<void> prepare_file(Database& database, std::string_view writer) {
  if (auto set = database.run(kSettings); !set) return set;
  const auto tables = database.number_of("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  const auto application = database.number_of("PRAGMA application_id");
  if (!application) return fail(application.error());
  if (*tables == 0 && *application == 0) {
    auto made = database.run_as_one(fmt::format("{} PRAGMA application_id={}; PRAGMA user_version={};",
                                                kTables, kStoreApplicationId, kStoreFormat));
    if (!made) return made;
  }
  if (auto checked = check_format(database); !checked) return checked;
  auto note = database.prepare("UPDATE head SET writer = ?1 WHERE writer <> ?1");
  if (!note) return fail(std::move(note.error()));
  note->bind(1, writer);
  if (auto noted = note->step(); !noted) return fail(std::move(noted.error()));
  return {};
}

// Runs a statement that gives no rows.
Result<void> finish(Statement& statement) {
  const auto step = statement.step();
  if (!step) return fail(step.error());
  return {};
}

Error told(Error error, const std::string& path) {
  if (error.code == ErrorCode::kCorrupt)
    error.message += " (restore it from a copy, or move it away to begin anew)";
  return std::move(error).within("traffic store " + path);
}

}  // namespace

tl::unexpected<Error> Store::failed(Error error) const {
  return fail(told(std::move(error), path_));
}

Result<Store> Store::open(const std::string& path, std::string_view writer) {
  if (auto made = make_file(path); !made) return fail(told(std::move(made.error()), path));
  auto database = Database::open(path);
  if (!database) return fail(told(std::move(database.error()), path));
  if (auto prepared = prepare_file(*database, writer); !prepared)
    return fail(told(std::move(prepared.error()), path));
  return Store(path, std::move(*database));
}

Result<Statement> Store::prepare(std::string_view sql) {
  auto statement = database_.prepare(sql);
  if (!statement) return failed(std::move(statement.error()));
  return statement;
}

Result<std::vector<Counted>> Store::counted(const std::string& sensor, const Period& period) {
  auto select =
      prepare("SELECT digest, is_part FROM reports WHERE start = ?1 AND seconds = ?2 AND sensor = ?3");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, period.start);
  select->bind(2, period.seconds);
  select->bind(3, sensor);
  std::vector<Counted> counted;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return counted;
    counted.push_back({select->number(0), select->number(1) != 0});
  }
}

Result<void> Store::add(const Report& report, const std::vector<Tenure>& tenures) {
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return failed(std::move(begun.error()));
  Result<void> written = write(report, tenures);
  if (written) written = database_.run("COMMIT");
  if (written) return {};
  (void)database_.run("ROLLBACK");  // SQLite may have rolled back itself
  return failed(std::move(written.error()));
}

Result<void> Store::write(const Report& report, const std::vector<Tenure>& tenures) {
  const std::string lines = to_lines(report);
  const auto bytes = packed(lines);
  if (!bytes) return fail(bytes.error());
  auto insert = database_.prepare("INSERT INTO reports VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert) return fail(std::move(insert.error()));
  insert->bind(1, report.period.start);
  insert->bind(2, report.period.seconds);
  insert->bind(3, report.sensor);
  insert->bind(4, digest_of(lines));
  insert->bind(5, int64_t{report.is_part});
  insert->bind(6, static_cast<int64_t>(lines.size()));
  insert->bind_bytes(7, *bytes);
  if (auto done = finish(*insert); !done) return done;
  auto note = database_.prepare("INSERT OR REPLACE INTO tenures VALUES(?1, ?2, ?3, ?4)");
  if (!note) return fail(std::move(note.error()));
  for (const Tenure& tenure : tenures) {
    note->bind(1, tenure.address);
    note->bind(2, tenure.mac);
    note->bind(3, tenure.since);
    note->bind(4, tenure.until);
    if (auto done = finish(*note); !done) return done;
  }
  return {};
}

Result<Reports> Store::reports_of(const Period& period) {
  auto select = prepare(
      "SELECT sensor, digest, size, lines FROM reports WHERE start = ?1 AND seconds = ?2 ORDER BY sensor, "
      "digest");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, period.start);
  select->bind(2, period.seconds);
  Reports reports;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return reports;
    const auto in_report = [&](Error error) {
      return failed(std::move(error).within(
          fmt::format("report of sensor '{}' for period {}", select->text(0), period.start)));
    };
    const auto lines = unpacked(select->bytes(3), select->number(2));
    if (!lines) return in_report(lines.error());
    if (digest_of(*lines) != select->number(1)) return in_report({ErrorCode::kCorrupt, "it was changed"});
    auto report = parse_report(*lines);
    if (!report) return in_report(std::move(report.error()));
    reports.push_back(std::make_shared<const Report>(std::move(*report)));
  }
}

Result<void> Store::add_roster(const RosterHistory::Entry& roster) {
  const std::string text = to_text(roster.roster);
  const auto bytes = packed(text);
  if (!bytes) return failed(bytes.error());
  auto insert = prepare("INSERT INTO rosters(since, size, body) VALUES(?1, ?2, ?3)");
  if (!insert) return fail(std::move(insert.error()));
  insert->bind(1, roster.since);
  insert->bind(2, static_cast<int64_t>(text.size()));
  insert->bind_bytes(3, *bytes);
  if (auto done = finish(*insert); !done) return failed(std::move(done.error()));
  return {};
}

Result<std::vector<RosterHistory::Entry>> Store::rosters(int64_t from, int64_t to, size_t at_most) {
  auto select = prepare(
      "SELECT since, size, body FROM rosters WHERE since < ?2 AND number >= coalesce("
      "(SELECT max(number) FROM rosters WHERE since <= ?1), 0) ORDER BY number DESC LIMIT ?3");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, from);
  select->bind(2, to);
  select->bind(3, static_cast<int64_t>(at_most));
  std::vector<RosterHistory::Entry> found;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) break;
    const auto text = unpacked(select->bytes(2), select->number(1));
    auto roster = text ? parse_roster(*text) : Result<Roster>(fail(text.error()));
    if (!roster)
      return failed(std::move(roster.error()).within(fmt::format("roster since {}", select->number(0))));
    found.push_back({select->number(0), std::move(*roster)});
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<std::vector<Tenure>> Store::tenures() {
  auto select = prepare("SELECT address, mac, since, until FROM tenures ORDER BY until");
  if (!select) return fail(std::move(select.error()));
  std::vector<Tenure> found;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return found;
    found.push_back(
        {std::string(select->text(0)), std::string(select->text(1)), select->number(2), select->number(3)});
  }
}

Result<std::optional<Store::Span>> Store::span(int64_t seconds) {
  // Each of these is found at an end of the index.
  constexpr std::string_view kEnd = "SELECT start FROM reports WHERE seconds = {} ORDER BY start {} LIMIT 1";
  const auto first = database_.number_of(fmt::format(kEnd, seconds, "ASC"));
  const auto last = database_.number_of(fmt::format(kEnd, seconds, "DESC"));
  const auto is_there =
      database_.number_of(fmt::format("SELECT EXISTS(SELECT 1 FROM reports WHERE seconds = {})", seconds));
  for (const auto* number : {&first, &last, &is_there})
    if (!*number) return failed(number->error());
  if (*is_there == 0) return std::optional<Span>();
  return std::optional(Span{{*first, seconds}, {*last, seconds}});
}

Result<std::vector<Period>> Store::newest(int64_t seconds, uint64_t periods) {
  auto select = prepare("SELECT DISTINCT start FROM reports WHERE seconds = ?1 ORDER BY start DESC LIMIT ?2");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, seconds);
  select->bind(2, static_cast<int64_t>(periods));
  std::vector<Period> found;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) break;
    found.push_back({select->number(0), seconds});
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<std::vector<int64_t>> Store::lengths(int64_t from, int64_t to) {
  auto select =
      prepare("SELECT DISTINCT seconds FROM reports WHERE start >= ?1 AND start < ?2 ORDER BY seconds");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, from);
  select->bind(2, to);
  std::vector<int64_t> found;
  while (true) {
    const auto row = select->step();
    if (!row) return failed(row.error());
    if (!*row) return found;
    found.push_back(select->number(0));
  }
}

Result<std::optional<int64_t>> Store::start_of_newest(uint64_t periods) {
  auto select = prepare("SELECT DISTINCT start FROM reports ORDER BY start DESC LIMIT 1 OFFSET ?1");
  if (!select) return fail(std::move(select.error()));
  select->bind(1, static_cast<int64_t>(std::max<uint64_t>(periods, 1) - 1));
  const auto row = select->step();
  if (!row) return failed(row.error());
  return *row ? std::optional(select->number(0)) : std::nullopt;
}

Result<uint64_t> Store::prune(int64_t before) {
  const auto count = database_.number_of(
      fmt::format("SELECT count(*) FROM reports WHERE start < {0} AND start + seconds <= {0}", before));
  if (!count) return failed(count.error());
  if (*count == 0) return uint64_t{0};
  auto pruned = database_.run_as_one(
      fmt::format("DELETE FROM reports WHERE start < {0} AND start + seconds <= {0};"
                  "DELETE FROM tenures WHERE until <= {0};"
                  "DELETE FROM rosters WHERE number < (SELECT max(number) FROM rosters WHERE since <= {0});",
                  before));
  if (!pruned) return failed(std::move(pruned.error()));
  if (auto freed = database_.run("PRAGMA incremental_vacuum"); !freed)
    return failed(std::move(freed.error()));
  return static_cast<uint64_t>(*count);
}

}  // namespace attune::traffic
