// SPDX-License-Identifier: Apache-2.0
// Store: what the collector keeps on disk: the reports as their lines, the rosters, and whose an address was.
// Matrices are made of these when they are asked for, so what comes late changes them by itself. It is one
// SQLite file, which docs/traffic.md describes. One thread, the worker that owns it: each call may wait for
// the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/sqlite.h"
#include "runtime/traffic/address_book.h"
#include "runtime/traffic/period_join.h"
#include "runtime/traffic/report.h"
#include "runtime/traffic/roster.h"

namespace attune::traffic {

inline constexpr int kStoreApplicationId = 0x41747472;  // "Attr", in SQLite's header
inline constexpr int kStoreFormat = 1;

class Store {
 public:
  // Makes the file (mode 0600) where there is none; its folder must be there. kInvalid: of a newer format,
  // the message says by which Attune; kCorrupt: damaged, or another file; kExists: another process has it;
  // kDenied, kNoSpace. `writer` is the version that opens it.
  static Result<Store> open(const std::string& path, std::string_view writer);

  // What was counted of this sensor and period.
  Result<std::vector<Counted>> counted(const std::string& sensor, const Period& period);
  // Keeps the report and what it has shown of addresses, or nothing of it.
  Result<void> add(const Report& report, const std::vector<Tenure>& tenures);
  // kCorrupt where one of them is damaged: the message says which.
  Result<Reports> reports_of(const Period& period);

  Result<void> add_roster(const RosterHistory::Entry& roster);
  // Those that were true at some time from `from` to `to`, the later ones last; `at_most` of the newest.
  Result<std::vector<RosterHistory::Entry>> rosters(int64_t from, int64_t to, size_t at_most);
  Result<std::vector<Tenure>> tenures();

  // The first and the last period of this length.
  struct Span {
    Period first;
    Period last;
  };
  Result<std::optional<Span>> span(int64_t seconds);
  // The newest periods of this length, at most so many, in time.
  Result<std::vector<Period>> newest(int64_t seconds, uint64_t periods);
  // The lengths of the periods that there are in the time, the shortest first.
  Result<std::vector<int64_t>> lengths(int64_t from, int64_t to);
  // The start of the period before which there are as many as are to be kept, counted from the newest.
  Result<std::optional<int64_t>> start_of_newest(uint64_t periods);

  // Deletes what ended before, and gives the space back. Gives the number of reports.
  Result<uint64_t> prune(int64_t before);

 private:
  Store(std::string path, journal::Database database)
      : path_(std::move(path)), database_(std::move(database)) {}

  Result<journal::Statement> prepare(std::string_view sql);
  Result<void> write(const Report& report, const std::vector<Tenure>& tenures);
  tl::unexpected<Error> failed(Error error) const;

  std::string path_;
  journal::Database database_;
};

}  // namespace attune::traffic
