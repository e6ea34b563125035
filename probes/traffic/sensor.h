// SPDX-License-Identifier: Apache-2.0
// Sensor: the loop of the program. Follows the taps as they come and go, ends periods, and hands reports to
// the outlet. One thread.
#pragma once

#include <memory>
#include <vector>

#include "probes/traffic/counter.h"
#include "probes/traffic/inventory.h"
#include "probes/traffic/links.h"
#include "probes/traffic/options.h"
#include "probes/traffic/outlet.h"
#include "probes/traffic/period.h"

namespace attune::probes {

class Sensor {
 public:
  // kDenied where neither eBPF nor a packet socket is allowed.
  static Result<std::unique_ptr<Sensor>> open(Options options);

  // Until SIGTERM or SIGINT, after which what was counted so far is told as a part, or until nobody reads any
  // more.
  Result<void> run();

 private:
  Sensor(Options options, Links links, Outlet outlet, std::unique_ptr<Counter> counter);

  Result<void> follow_links();
  void tap_is_there(const Link& tap);
  void tap_is_gone(unsigned interface);
  Result<void> attach(const Link& tap);
  void arm();
  void finish_period(Moment now);
  void finish(Period period);
  // False when it is time to end.
  Result<bool> wait();
  int patience() const;
  void end();

  Options options_;
  Links links_;
  Outlet outlet_;
  std::vector<std::unique_ptr<Counter>>
      counters_;  // the one in the kernel, and a ring for taps that it cannot have
  Inventory inventory_;
  Schedule schedule_;
  Moment armed_;          // the border as the counters have it
  int side_ = 1;          // that counts from there on
  bool is_first_ = true;  // the taps that are there from the beginning are not told yet
  UniqueFd signals_;
  UniqueFd clock_sets_;  // readable when the wall clock was set
};

}  // namespace attune::probes
