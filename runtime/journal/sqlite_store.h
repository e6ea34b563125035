// SPDX-License-Identifier: Apache-2.0
// SqliteStore: the journal that the daemon writes. Records go to one writer thread; what comes while a commit
// runs shares the next one, so a burst costs one fdatasync, not one each. docs/journal.md has the format.
// Loop thread only, as Store says.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/journal/compaction.h"
#include "runtime/journal/log_copier.h"
#include "runtime/ports/loop.h"
#include "runtime/workflow/store.h"

namespace attune::journal {

struct StoreOptions {
  Duration retry = std::chrono::seconds(1);  // how often it tries again while the disk is full
  // Called on the loop's thread when the disk is full, with the Error, and with nothing once it is not any
  // more. What was appended is kept meanwhile, and tried again.
  std::function<void(std::optional<Error>)> on_full;
  CopyLimits copying;
  // So much of the write-ahead log is there from the beginning, so that a commit need not make a file larger.
  uint64_t reserve = 0;  // bytes
  std::string writer;    // the version that writes, for one that cannot read it
  Log* log = nullptr;    // told what becomes of the file; may be none; must outlive the store
};
inline constexpr uint64_t kUsualReserve = uint64_t{16}
                                          << 20;  // what it takes before it is copied back, and more

class SqliteStore final : public workflow::Store {
 public:
  // Opens the journal, making it where there is none. kExists: another daemon has it; kCorrupt, kInvalid,
  // kDenied, kNoSpace as the message says. The loop must outlive the store.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, ports::Loop& loop,
                                                   StoreOptions options = {});
  // Waits until what was appended is on disk.
  ~SqliteStore() override;

  void append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) override;
  void note(std::vector<workflow::Record> records, std::function<void(Result<void>)> kept) override;

  // From now on checkpoints are made, and old records deleted. To be said when the journal has been read;
  // said again, it holds from then on. The project must outlive the store.
  void compact(Compaction what);

 private:
  class Writer;
  explicit SqliteStore(std::unique_ptr<Writer> writer);
  std::unique_ptr<Writer> writer_;
};

}  // namespace attune::journal
