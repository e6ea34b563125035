// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/sqlite_store.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/journal/chain.h"
#include "runtime/journal/journal_file.h"
#include "runtime/journal/log_copier.h"
#include "runtime/journal/record_json.h"

namespace attune::journal {

namespace {

struct Append {
  std::vector<workflow::Record> records;
  std::function<void(Result<void>)> durable;
  bool is_awaited = true;
};
using Batch = std::vector<Append>;

}  // namespace

// Owns the file and the thread that writes it.
class SqliteStore::Writer {
 public:
  Writer(std::string path, JournalFile file, Statement insert, Database copier, uint64_t last, uint32_t chain,
         ports::Loop& loop, StoreOptions options)
      : path_(std::move(path)),
        file_(std::move(file)),
        insert_(std::move(insert)),
        copier_(std::move(copier), file_.database, options.copying),
        last_(last),
        chain_(chain),
        loop_(loop),
        options_(std::move(options)),
        thread_([this] { run(); }) {}

  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void append(Append append) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(append));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      Batch batch = take();
      if (batch.empty()) return;
      finish(std::move(batch));
      copier_.look(is_quiet());
    }
  }

  // Waits for work; nothing when it is over.
  Batch take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    return std::exchange(waiting_, {});
  }

  bool is_quiet() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
  }

  void finish(Batch batch) {
    if (!broken_) {
      Result<void> written = write_when_there_is_space(batch);
      if (!written) broken_ = std::move(written.error()).within("journal " + path_);
    }
    loop_.post([batch = std::move(batch), broken = broken_] {
      for (const Append& append : batch)
        append.durable(broken ? Result<void>(tl::unexpected<Error>(*broken)) : Result<void>());
    });
  }

  Result<void> write_when_there_is_space(const Batch& batch) {
    Result<void> written = write(batch);
    if (written || written.error().code != ErrorCode::kNoSpace) return written;
    tell(std::move(written.error()));
    while (wait_to_retry()) {
      written = write(batch);
      if (!written && written.error().code == ErrorCode::kNoSpace) continue;
      tell(std::nullopt);
      return written;
    }
    return fail(ErrorCode::kNoSpace, "the disk is full: free some space");
  }

  // False when the store is to end.
  bool wait_to_retry() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, options_.retry, [this] { return ending_; });
  }

  void tell(std::optional<Error> full) {
    if (!options_.on_full) return;
    if (full) full = std::move(*full).within("journal " + path_);
    loop_.post([on_full = options_.on_full, full = std::move(full)] { on_full(full); });
  }

  Result<void> write(const Batch& batch) {
    const bool is_awaited =
        std::any_of(batch.begin(), batch.end(), [](const Append& append) { return append.is_awaited; });
    if (auto set = sync_commits(is_awaited); !set) return set;
    if (auto begun = file_.database.run("BEGIN IMMEDIATE"); !begun) return begun;
    uint64_t last = last_;
    uint32_t chain = chain_;
    Result<void> written = insert(batch, last, chain);
    if (written) written = file_.database.run("COMMIT");
    if (!written) {
      (void)file_.database.run("ROLLBACK");  // SQLite may have rolled back itself
      return written;
    }
    last_ = last;
    chain_ = chain;
    return {};
  }

  // A commit that nobody waits for leaves the disk alone, so that the next one that somebody does finds it
  // idle.
  Result<void> sync_commits(bool on) {
    if (on == syncs_) return {};
    syncs_ = on;
    return file_.database.run(on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  }

  Result<void> insert(const Batch& batch, uint64_t& last, uint32_t& chain) {
    for (const Append& append : batch) {
      for (const workflow::Record& record : append.records) {
        if (record.sequence != last + 1)
          return fail(ErrorCode::kInvalid,
                      fmt::format("record {} cannot follow record {}", record.sequence, last));
        const std::string body = to_json(record);
        chain = chained(chain, body);
        last = record.sequence;
        insert_.bind(1, static_cast<int64_t>(last));
        insert_.bind(2, body);
        insert_.bind(3, static_cast<int64_t>(chain));
        if (auto step = insert_.step(); !step) return fail(std::move(step.error()));
      }
    }
    return {};
  }

  const std::string path_;
  // The writer thread's.
  JournalFile file_;
  Statement insert_;
  LogCopier copier_;
  uint64_t last_;
  uint32_t chain_;
  bool syncs_ = true;  // each commit, as the file was opened
  std::optional<Error> broken_;

  ports::Loop& loop_;
  const StoreOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;        // under mutex_
  bool ending_ = false;  // under mutex_
  std::thread thread_;   // last: it uses all of the above
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, ports::Loop& loop,
                                                       StoreOptions options) {
  const auto failed = [&](Error error) { return fail(std::move(error).within("journal " + path)); };
  auto file = open_to_write(path);
  if (!file) return fail(std::move(file.error()));
  if (options.reserve > 0) reserve_log(path, options.reserve);
  auto insert = file->database.prepare("INSERT INTO records(sequence, body, checksum) VALUES(?1, ?2, ?3)");
  if (!insert) return failed(std::move(insert.error()));
  const auto last = file->database.number_of("SELECT max(sequence) FROM records");
  if (!last) return failed(last.error());
  const auto chain = file->database.number_of("SELECT checksum FROM records ORDER BY sequence DESC LIMIT 1");
  if (!chain) return failed(chain.error());
  auto copier = Database::open(path);
  if (!copier) return failed(std::move(copier.error()));
  auto writer = std::make_unique<Writer>(path, std::move(*file), std::move(*insert), std::move(*copier),
                                         static_cast<uint64_t>(*last), static_cast<uint32_t>(*chain), loop,
                                         std::move(options));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(writer)));
}

SqliteStore::SqliteStore(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
SqliteStore::~SqliteStore() = default;

void SqliteStore::append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) {
  writer_->append({std::move(records), std::move(durable)});
}

void SqliteStore::note(std::vector<workflow::Record> records, std::function<void(Result<void>)> kept) {
  writer_->append({std::move(records), std::move(kept), false});
}

}  // namespace attune::journal
