// SPDX-License-Identifier: Apache-2.0
// SmallTraffic: a collector that knows of one period, in which a and b have talked. For tests of the API and
// the commands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/control/traffic.h"

namespace attune::control {

// a sent b 3 messages of 300 bytes and got one of 50 back; c was not seen by any sensor.
inline traffic::Answer small_answer(size_t periods = 1) {
  traffic::MatrixBuilder builder;
  for (const char* name : {"a", "b", "c"}) builder.add_party(name, true);
  builder.add("a", "b", {3, 300});
  builder.add("b", "a", {1, 50});
  builder.add_missing("c");
  const traffic::Matrix matrix = builder.build();
  traffic::Answer answer;
  answer.first = {1'764'442'800, 30};
  answer.count = periods;
  for (size_t i = 0; i < periods; ++i)
    answer.matrices.push_back({{answer.first.start + 30 * static_cast<int64_t>(i), 30}, matrix});
  answer.last = answer.matrices.back().period;
  return answer;
}

class SmallTraffic final : public Traffic {
 public:
  void ask(const TrafficRequest& request, std::function<void(Result<std::string>)> done) override {
    asked = request;
    if (refusal) return done(fail(*refusal));
    done(traffic_text(answer, request, {{"a", "b"}}));
  }

  std::optional<TrafficRequest> asked;
  traffic::Answer answer = small_answer();
  std::optional<Error> refusal;
};

}  // namespace attune::control
