// SPDX-License-Identifier: Apache-2.0
// A writer process is killed in the middle, again and again: what it was told is durable is there.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/journal/journal_fixture.h"

namespace attune::journal {
namespace {

class CrashTest : public JournalFixture {
 protected:
  // In the child: appends without end and reports each acknowledged sequence.
  [[noreturn]] void write_without_end(int report) {
    main::AsioLoop loop;
    auto store = SqliteStore::open(path_, loop);
    if (!store) _exit(1);
    uint64_t next = *Reader::open(path_)->last() + 1;
    std::function<void()> append = [&] {
      const uint64_t last = next + next % 3;
      (*store)->append(records(next, last), [&, last](Result<void> durable) {
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
  for (int round = 1; round <= 25; ++round) {
    const uint64_t acknowledged = kill_after(round * 7 % 40 + 1);
    const auto read = read_all();
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_GE(read->size(), acknowledged);
    ASSERT_EQ(read->size(), read->empty() ? 0 : read->back().sequence);
  }
}

}  // namespace
}  // namespace attune::journal
