// SPDX-License-Identifier: Apache-2.0
// nas_pattern: an MPI program that exchanges messages as a NAS benchmark does (tests/traffic/nas.h), and
// nothing else: no collective operation and no barrier, which would make pairs of their own. For the live
// test of groups and for tests/bench/bench_traffic.py.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <mpi.h>
#include <sched.h>
#include <sysexits.h>

#include "tests/traffic/nas.h"

namespace {

using attune::test::NasPair;

constexpr char kUsage[] =
    "usage: nas_pattern CG|LU|MG|EP|BT|FT|ALL ROUNDS BYTES\n"
    "Each pair of the pattern exchanges a message of so many bytes in each round. The patterns are for 4 and "
    "8 ranks (EP and\n"
    "BT: 4), ALL is for any number of them.\n";

struct Work {
  std::vector<NasPair> pairs;
  int rounds = 0;
  int bytes = 0;
};

struct Partner {
  int rank = 0;
  double parts = 1;
  std::vector<char> inbox;
};

bool read_number(const char* text, int& number) {
  const char* end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, number);
  return error == std::errc() && at == end && number >= 0;
}

bool read_work(int count, char** arguments, unsigned ranks, Work& work) {
  if (count != 4 || !read_number(arguments[2], work.rounds) || !read_number(arguments[3], work.bytes))
    return false;
  const std::string name = arguments[1];
  if (name == "ALL") work.pairs = attune::test::all_to_all(ranks);
  for (const auto& pattern : attune::test::nas_patterns())
    if (pattern.name == name && pattern.ranks == ranks) work.pairs = pattern.pairs;
  return name == "ALL" || !work.pairs.empty();
}

std::vector<Partner> partners_of(int rank, const Work& work) {
  std::vector<Partner> partners;
  for (const NasPair& pair : work.pairs) {
    const int one = static_cast<int>(pair.one) - 1, other = static_cast<int>(pair.other) - 1;
    if (one != rank && other != rank) continue;
    partners.push_back(
        {one == rank ? other : one, pair.parts, std::vector<char>(static_cast<size_t>(work.bytes))});
  }
  return partners;
}

// A pair with a half exchanges something in every other round. Both its ends come to the same result.
bool is_due(double parts, int round) {
  return std::floor((round + 1) * parts) > std::floor(round * parts);
}

// There are more ranks than processors: who waits lets the others run.
void wait_for(std::vector<MPI_Request>& requests) {
  for (int are_done = 0;;) {
    MPI_Testall(static_cast<int>(requests.size()), requests.data(), &are_done, MPI_STATUSES_IGNORE);
    if (are_done != 0) return;
    sched_yield();
  }
}

void exchange(std::vector<Partner>& partners, const Work& work) {
  const std::vector<char> outbox(static_cast<size_t>(work.bytes));
  std::vector<MPI_Request> requests;
  for (int round = 0; round < work.rounds; ++round) {
    requests.clear();
    for (Partner& partner : partners) {
      if (!is_due(partner.parts, round)) continue;
      MPI_Irecv(partner.inbox.data(), work.bytes, MPI_CHAR, partner.rank, 0, MPI_COMM_WORLD,
                &requests.emplace_back());
      MPI_Isend(outbox.data(), work.bytes, MPI_CHAR, partner.rank, 0, MPI_COMM_WORLD,
                &requests.emplace_back());
    }
    wait_for(requests);
  }
}

}  // namespace

// MPICH 4.0 may hang (pmodels/mpich#6596) in MPI_Finalize(): a rank that has closed its connections
// waits for all others without answering, and UCX needs its answer to close theirs. So nothing is closed one
// by one: this takes the place of UCX's function, and its connections end with the process. After the barrier
// no message is under way any more.
extern "C" void* ucp_disconnect_nb(void* /*connection*/) {
  return nullptr;  // it is closed
}

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  Work work;
  if (!read_work(argc, argv, static_cast<unsigned>(ranks), work)) {
    if (rank == 0) std::fputs(kUsage, stderr);
    MPI_Finalize();
    return EX_USAGE;
  }
  std::vector<Partner> partners = partners_of(rank, work);
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  exchange(partners, work);
  if (rank == 0) std::printf("%.6f\n", MPI_Wtime() - begin);  // seconds
  MPI_Barrier(MPI_COMM_WORLD);
  MPI_Finalize();
}
