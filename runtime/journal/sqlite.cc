// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/sqlite.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

namespace attune::journal {

namespace {

// How long one connection waits for another: what they hold each other up for takes milliseconds.
constexpr int kPatienceMs = 1000;

ErrorCode code_of(int sqlite_code, int system_errno) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL:
      return ErrorCode::kNoSpace;
    case SQLITE_IOERR:
      return system_errno == ENOSPC || system_errno == EDQUOT ? ErrorCode::kNoSpace : ErrorCode::kFailed;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return ErrorCode::kDenied;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kExists;
    default:
      return ErrorCode::kFailed;
  }
}

Error error_of(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const int system_errno = sqlite3_system_errno(database);
  std::string message = sqlite3_errmsg(database);
  if (system_errno != 0 && (code & 0xFF) == SQLITE_IOERR)
    message += fmt::format(" ({})", std::strerror(system_errno));
  return Error{code_of(code, system_errno), std::move(message)};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::bind(int position, int64_t number) {
  sqlite3_bind_int64(statement_.get(), position, number);
}

void Statement::bind(int position, std::string_view text) {
  sqlite3_bind_text(statement_.get(), position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind_bytes(int position, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), position, bytes.data(), bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    Error error = error_of(database_);
    sqlite3_reset(statement_.get());
    return fail(std::move(error));
  }
  sqlite3_reset(statement_.get());
  return false;
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(sqlite3* database) : database_(database) {
  if (database == nullptr) return;
  const auto hook = [](void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database, hook, log_pages_.get());
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (raw == nullptr) return fail(ErrorCode::kNoSpace, "out of memory");
  sqlite3_extended_result_codes(raw, 1);
  if (code != SQLITE_OK) return fail(error_of(raw));
  sqlite3_busy_timeout(raw, kPatienceMs);
  return database;
}

Result<void> Database::run(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(error_of(database_.get()));
  return {};
}

Result<void> Database::run_as_one(std::string_view sql) {
  auto done = run(fmt::format("BEGIN IMMEDIATE; {} COMMIT", sql));
  if (!done) (void)run("ROLLBACK");
  return done;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &raw, nullptr) != SQLITE_OK)
    return fail(error_of(database_.get()));
  return Statement(database_.get(), raw);
}

Result<int64_t> Database::number_of(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  const auto row = statement->step();
  if (!row) return fail(row.error());
  return *row ? statement->number(0) : 0;
}

}  // namespace attune::journal
