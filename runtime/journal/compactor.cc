// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/compactor.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/journal/checkpoint_json.h"
#include "runtime/journal/format.h"
#include "runtime/journal/replay.h"

namespace attune::journal {

namespace {

uint64_t number_of(Database& database, std::string_view sql) {
  return static_cast<uint64_t>(database.number_of(sql).value_or(0));
}

}  // namespace

Compactor::Compactor(std::string path, Database& writer, Compaction what, std::function<void()> wake,
                     Log* log)
    : path_(std::move(path)),
      writer_(writer),
      what_(what),
      wake_(std::move(wake)),
      log_(log),
      looked_at_(number_of(writer, "SELECT max(sequence) FROM checkpoints WHERE piece = pieces")),
      deleted_(number_of(writer, kSelectDeleted)),
      worker_(std::make_unique<Worker>()) {}

void Compactor::look(uint64_t last) {
  last_ = last;
  if (is_making_ || has_step() || last < looked_at_ + what_.every) return;
  is_making_ = true;
  worker_->post([this] {
    auto made = make();
    {
      const std::lock_guard lock(mutex_);
      made_ = std::move(made);
    }
    wake_();
  });
}

bool Compactor::has_step() const {
  const std::lock_guard lock(mutex_);
  const uint64_t goal = std::min(deletable_, last_ > what_.keep ? last_ - what_.keep : 0);
  return made_ || !pieces_.empty() || (sequence_ != 0) || deleted_ + what_.batch <= goal;
}

void Compactor::step() {
  auto done = do_step();
  if (done) return;
  tell(done.error());
  pieces_.clear();
  sequence_ = deletable_ = 0;
}

void Compactor::conclude(uint64_t last) {
  worker_.reset();  // what it is about is made here
  last_ = last;
  if (!made_ && pieces_.empty() && sequence_ == 0 && last >= looked_at_ + what_.at_end) take(make());
}

// On the worker's thread, or at the end on the writer's.
Result<Compactor::Made> Compactor::make() const {
  auto reader = Reader::open(path_);
  if (!reader) return fail(std::move(reader.error()));
  system::System system(*what_.project);
  workflow::History history(system);
  const auto replayed = replay(*reader, history);
  if (!replayed) return fail(replayed.error());
  Made made{replayed->checkpoint, history.next().record - 1, {}, replayed->passed_over};
  if (replayed->records == 0) return made;
  made.pieces = cut_into_pieces(made.sequence, reader->chain(), to_json(history.checkpoint()), what_.piece);
  return made;
}

void Compactor::take(Result<Made> made) {
  is_making_ = false;
  looked_at_ = made ? made->sequence : last_;
  if (!made) return tell(made.error());
  if (made->passed_over && log_ != nullptr) log_->warning(made->passed_over->message);
  if (made->pieces.empty()) return;
  before_ = made->before;
  sequence_ = made->sequence;
  pieces_.assign(std::make_move_iterator(made->pieces.begin()), std::make_move_iterator(made->pieces.end()));
}

Result<void> Compactor::do_step() {
  std::optional<Result<Made>> made;
  {
    const std::lock_guard lock(mutex_);
    made = std::exchange(made_, std::nullopt);
  }
  if (made) take(std::move(*made));
  if (!pieces_.empty()) {
    auto stored = insert(writer_, pieces_.front());
    if (stored) pieces_.pop_front();
    return stored;
  }
  return sequence_ != 0 ? finish_checkpoint() : delete_some();
}

// Two are kept: should the newer one be damaged, the older one and the records after it tell the same.
Result<void> Compactor::finish_checkpoint() {
  auto done = writer_.run_as_one(
      fmt::format("DELETE FROM checkpoints WHERE sequence NOT IN ({}, {});", before_, sequence_));
  if (!done) return done;
  deletable_ = before_;
  sequence_ = 0;
  return {};
}

Result<void> Compactor::delete_some() {
  const uint64_t goal = std::min(deletable_, last_ > what_.keep ? last_ - what_.keep : 0);
  if (deleted_ + what_.batch > goal) return {};
  const uint64_t to = deleted_ + what_.batch;
  auto done =
      writer_.run_as_one(fmt::format("UPDATE head SET deleted = {0}, checksum = (SELECT checksum FROM "
                                     "records WHERE sequence = {0});"
                                     "DELETE FROM records WHERE sequence <= {0};",
                                     to));
  if (done) deleted_ = to;
  return done;
}

void Compactor::tell(const Error& error) {
  if (log_ == nullptr) return;
  log_->warning(
      fmt::format("journal {} cannot be compacted now: {}; another attempt is made {} records "
                  "from now",
                  path_, error.message, what_.every));
}

}  // namespace attune::journal
