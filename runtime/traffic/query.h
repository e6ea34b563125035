// SPDX-License-Identifier: Apache-2.0
// Questions about what was collected, and their answers, as in D. Dib's study (Migration dynamique
// d'applications réparties virtualisées dans les fédérations d'infrastructures distribuées, 2010): a span of
// time, how long one would wait for its newest period, whether an estimate will do, and in which form. Pure
// but for the Past that it reads; on the worker's thread, with the collector and the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/period_join.h"

namespace attune::traffic {

inline constexpr size_t kMaxSinglePeriods = 2880;  // a day of 30 s
inline constexpr size_t kMaxSummedPeriods = 100'000;
inline constexpr int64_t kReach = 10;  // periods that an estimate looks back

enum class Form {
  kSingle,    // each period by itself
  kMean,      // of all, each counting the same
  kWeighted,  // of all, each counting `weight` times the one before
};

struct Question {
  int64_t from = 0;  // the first period is the first that begins at this second or later
  int64_t to = 0;    // the last is the last that ends by it
  int64_t seconds = 30;
  int64_t asked = 0;  // when it was asked first
  int64_t wait = 0;   // so long from then one would wait for the newest period
  bool may_estimate = false;
  Form form = Form::kSingle;
  double weight = 1;
};

struct Answer {
  Form form = Form::kSingle;
  Period first;
  Period last;
  uint64_t count = 0;                  // of periods
  std::vector<PeriodMatrix> matrices;  // one, of the newest period, or one for each
  std::vector<std::string> estimated;  // machines of which a part was estimated, in whichever period; sorted
};

// Not yet: to be asked again, with the same `asked`, when another period has settled, or at `until`.
struct Waiting {
  Period period;  // the newest, which is not settled
  int64_t until = 0;
  std::vector<std::string> awaited;  // sensors
};

// It cannot be answered so.
struct Refusal {
  std::string why;
  std::optional<Period> period;  // the first of which something is missing
  std::vector<Gap> gaps;         // what is missing in it
  // What could be answered: the longest complete part of the span, or the complete period nearest before it.
  struct Span {
    int64_t from = 0;
    int64_t to = 0;
  };
  std::optional<Span> instead;
  bool would_estimate = false;  // that an estimate could be given
};

using Reply = std::variant<Answer, Waiting, Refusal>;

// What a question is answered from.
class Past {
 public:
  virtual ~Past() = default;
  // As far as is known now; a period without reports has gaps for all its machines.
  virtual Result<Joined> joined(const Period& period) = 0;
  // The first period of this length of which anything is kept.
  virtual Result<std::optional<Period>> first(int64_t seconds) = 0;
  // The lengths of the periods that are kept of this time.
  virtual Result<std::vector<int64_t>> lengths(int64_t from, int64_t to) = 0;
};

Result<Reply> answer(const Question& question, Past& past, int64_t now);

// For people, one line or several, each with its end.
std::string to_text(const Waiting& waiting);
std::string to_text(const Refusal& refusal);
// What it is about, without the matrices themselves.
std::string headline_of(const Answer& answer);

}  // namespace attune::traffic
