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
#include "runtime/journal/compactor.h"
#include "runtime/journal/journal_file.h"
#include "runtime/journal/log_copier.h"
#include "runtime/journal/record_json.h"
#include "runtime/journal/verifier.h"

namespace attune::journal {

namespace {

struct Append {
  std::vector<workflow::Record> records;
  std::function<void(Result<void>)> durable;
  bool is_awaited = true;
};
using Batch = std::vector<Append>;

size_t records_of(const Batch& batch) {
  size_t count = 0;
  for (const Append& append : batch) count += append.records.size();
  return count;
}

// Where a journal goes on: the last record there was, and its checksum.
Result<Deleted> last_of(Database& database) {
  auto rows = database.prepare("SELECT sequence, checksum FROM records ORDER BY sequence DESC LIMIT 1");
  if (!rows) return fail(std::move(rows.error()));
  auto row = rows->step();
  if (!row) return fail(std::move(row.error()));
  if (*row) return Deleted{static_cast<uint64_t>(rows->number(0)), static_cast<uint32_t>(rows->number(1))};
  auto head = database.prepare(kSelectDeleted);
  if (!head) return fail(std::move(head.error()));
  row = head->step();
  if (!row) return fail(std::move(row.error()));
  return Deleted{static_cast<uint64_t>(head->number(0)), static_cast<uint32_t>(head->number(1))};
}

}  // namespace

// Owns the file and the thread that writes it.
class SqliteStore::Writer {
 public:
  Writer(std::string path, JournalFile file, Statement insert, Database copier, Deleted last,
         ports::Loop& loop, StoreOptions options)
      : path_(std::move(path)),
        file_(std::move(file)),
        insert_(std::move(insert)),
        copier_(std::move(copier), file_.database, options.copying),
        last_(last.sequence),
        chain_(last.checksum),
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

  void compact(Compaction what) {
    {
      const std::lock_guard lock(mutex_);
      compaction_ = what;
    }
    changed_.notify_one();
  }

 private:
  void run() {
    while (std::optional<Batch> batch = take()) {
      const size_t records = records_of(*batch);
      if (!batch->empty()) finish(std::move(*batch));
      compact_some(records);
      copier_.look(is_quiet());
      look_at_log();
      if (verifier_ && is_quiet() && verifier_->step()) verifier_.reset();
    }
    conclude();
  }

  // Nobody can be made to end their reading, and without its log there is no commit: it is told, once.
  void look_at_log() {
    constexpr int kPage = 4096 + 24;  // bytes, with its head
    const int pages = copier_.pages(), most = options_.copying.most;
    if (pages < most) is_told_ = false;
    if (is_told_ || pages < 2 * most || options_.log == nullptr) return;
    is_told_ = true;
    options_.log->warning(
        fmt::format("journal {}: somebody keeps reading it, so its log, {} MiB by now, grows until they have "
                    "ended: `fuser "
                    "{}` names them",
                    path_, int64_t{pages} * kPage >> 20, path_));
  }

  void conclude() {
    if (compactor_ && !broken_) compactor_->conclude(last_);
    while (has_step()) compactor_->step();
    compactor_.reset();
  }

  // Waits for what is to be written, or for a step of the compaction; nothing when it is over.
  std::optional<Batch> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [this] { return ending_ || !waiting_.empty() || compaction_ || has_step() || verifier_; });
    const std::optional<Compaction> asked = std::exchange(compaction_, std::nullopt);
    const bool is_over = ending_ && waiting_.empty();
    Batch batch = std::exchange(waiting_, {});
    lock.unlock();
    if (asked) begin_to_compact(*asked);
    return is_over ? std::nullopt : std::optional(std::move(batch));
  }

  void begin_to_compact(Compaction what) {
    const auto wake = [this] {
      { const std::lock_guard lock(mutex_); }  // or it would miss it between its look and its sleep
      changed_.notify_one();
    };
    if (!compactor_) begin_to_verify();
    compactor_ = std::make_unique<Compactor>(path_, file_.database, what, wake, options_.log);
  }

  void begin_to_verify() {
    if (options_.log == nullptr) return;
    auto verifier = Verifier::open(path_, *options_.log);
    if (verifier) verifier_.emplace(std::move(*verifier));
  }

  bool has_step() const { return compactor_ && !broken_ && compactor_->has_step(); }

  // More of it, the more is written, so that it keeps up. Nobody waits for its commits.
  void compact_some(size_t written) {
    if (!compactor_ || broken_) return;
    compactor_->look(last_);
    for (size_t left = 1 + compactor_->steps_for(written); left > 0 && has_step(); --left) {
      if (!sync_commits(false)) return;
      compactor_->step();
    }
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
  bool syncs_ = true;     // each commit, as the file was opened
  bool is_told_ = false;  // that the log is long
  std::optional<Error> broken_;
  std::optional<Verifier> verifier_;  // until all has been read

  ports::Loop& loop_;
  const StoreOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;                         // under mutex_
  bool ending_ = false;                   // under mutex_
  std::optional<Compaction> compaction_;  // that is to begin; under mutex_
  std::unique_ptr<Compactor> compactor_;  // the writer thread's
  std::thread thread_;                    // last: it uses all of the above
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, ports::Loop& loop,
                                                       StoreOptions options) {
  const auto failed = [&](Error error) { return fail(std::move(error).within("journal " + path)); };
  auto file = open_to_write(path, options.writer);
  if (!file) return fail(std::move(file.error()));
  if (file->found != kFormatVersion && options.log != nullptr)
    options.log->info(fmt::format("journal {}: it was written in format {}, and has format {} from now on",
                                  path, file->found, kFormatVersion));
  if (options.reserve > 0) reserve_log(path, options.reserve);
  auto insert = file->database.prepare("INSERT INTO records(sequence, body, checksum) VALUES(?1, ?2, ?3)");
  if (!insert) return failed(std::move(insert.error()));
  const auto last = last_of(file->database);
  if (!last) return failed(last.error());
  auto copier = Database::open(path);
  if (!copier) return failed(std::move(copier.error()));
  auto writer = std::make_unique<Writer>(path, std::move(*file), std::move(*insert), std::move(*copier),
                                         *last, loop, std::move(options));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(writer)));
}

SqliteStore::SqliteStore(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
SqliteStore::~SqliteStore() = default;

void SqliteStore::append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) {
  writer_->append({std::move(records), std::move(durable)});
}

void SqliteStore::compact(Compaction what) {
  writer_->compact(what);
}

void SqliteStore::note(std::vector<workflow::Record> records, std::function<void(Result<void>)> kept) {
  writer_->append({std::move(records), std::move(kept), false});
}

}  // namespace attune::journal
