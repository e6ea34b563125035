// SPDX-License-Identifier: Apache-2.0
// Database, Statement: SQLite's C interface with owners and Results. For what keeps a file of its own, which
// are journal/ and traffic/; each Database is used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace attune::journal {

class Statement {
 public:
  // Binds by position, from 1. The text must live until the next step() is over.
  void bind(int position, int64_t number);
  void bind(int position, std::string_view text);
  void bind_bytes(int position, std::string_view bytes);
  // Goes to the next row; false when there is none, and the statement can then be bound and run anew.
  Result<bool> step();
  void reset();

  // Of the present row, by column from 0.
  int64_t number(int column) const;
  std::string_view text(int column) const;   // until the next step()
  std::string_view bytes(int column) const;  // until the next step()

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  // Opens an existing file to read and write. The mode stays as the file has it.
  static Result<Database> open(const std::string& path);

  Result<void> run(std::string_view sql);  // one or several statements without rows
  // The same in one transaction: all of it or nothing. Each statement ends with a semicolon.
  Result<void> run_as_one(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  Result<int64_t> number_of(std::string_view sql);  // the first column of the first row; 0 where none

  // Pages in the write-ahead log after the last commit.
  int log_pages() const { return *log_pages_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database);

  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // SQLite's hook holds its address
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace attune::journal
