// SPDX-License-Identifier: Apache-2.0
// CallLengths: how long calls took, each as often as it was seen; what a trace says of a call is the median
// of that. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"

namespace attune::replay {

class CallLengths {
 public:
  // `call` is "CLASS.STUB", or "STUB" of any class.
  void add(std::string_view call, Duration took);
  // By call; of an even number of them the longer of the two in the middle.
  std::map<std::string, Duration, std::less<>> medians() const;

 private:
  std::map<std::string, std::vector<Duration>, std::less<>> took_;
};

}  // namespace attune::replay
