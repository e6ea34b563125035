// SPDX-License-Identifier: Apache-2.0
// A writer process is killed in the middle, again and again, of its commits as of its compaction: what it was
// told is durable is there.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/journal/chronicle.h"
#include "tests/journal/journal_fixture.h"

namespace attune::journal {
namespace {

class CrashTest : public JournalFixture {
 protected:
  static constexpr uint32_t kSeed = 5;

  // In the child: appends without end and reports each acknowledged sequence.
  [[noreturn]] void write_without_end(int report) {
    main::AsioLoop loop;
    auto store = SqliteStore::open(path_, loop);
    if (!store) _exit(1);
    (*store)->compact({.project = &chronicle_project(), .keep = 20, .every = 15, .piece = 500, .batch = 5});
    Chronicle chronicle(kSeed);
    uint64_t next = *Reader::open(path_)->last() + 1;
    (void)chronicle.next(next - 1);
    std::function<void()> append = [&] {
      const uint64_t last = next + next % 3;
      (*store)->append(chronicle.next(last + 1 - next), [&, last](Result<void> durable) {
        if (!durable || ::write(report, &last, sizeof last) != sizeof last) _exit(2);
        append();
      });
      next = last + 1;
    };
    for (int i = 0; i < 4; ++i) append();  // several at once share a commit
    loop.run();
    _exit(3);
  }

  // The last sequence that the child was told is durable, before it was killed.
  uint64_t kill_after(int reports) {
    int pipe_ends[2];
    EXPECT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) write_without_end(pipe_ends[1]);
    ::close(pipe_ends[1]);
    uint64_t last = 0, sequence = 0;
    for (int i = 0; i < reports && ::read(pipe_ends[0], &sequence, sizeof sequence) == sizeof sequence; ++i)
      last = sequence;
    ::kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
    while (::read(pipe_ends[0], &sequence, sizeof sequence) == sizeof sequence) last = sequence;
    ::close(pipe_ends[0]);
    return last;
  }
};

TEST_F(CrashTest, LeavesAllAcknowledgedRecords) {
  // Compaction has a thread of its own: on a busy machine it takes more rounds until it comes to a deletion.
  const auto was_compacted = [this] { return *Reader::open(path_)->first() > 1; };
  for (int round = 1; round <= 25 || (!was_compacted() && round <= 500); ++round) {
    const uint64_t acknowledged = kill_after(round * 7 % 40 + 1);
    auto reader = Reader::open(path_);
    ASSERT_TRUE(reader) << reader.error().message;
    const uint64_t last = *reader->last();
    ASSERT_GE(last, acknowledged);
    const auto read = reader->read(*reader->first(), 1'000'000);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->empty() ? last : read->back().sequence, last);
    ASSERT_EQ(told_by(path_), told_by(Chronicle(kSeed).next(last))) << "up to record " << last;
  }
  EXPECT_TRUE(was_compacted()) << "nothing was ever deleted";
}

}  // namespace
}  // namespace attune::journal
