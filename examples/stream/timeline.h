// SPDX-License-Identifier: Apache-2.0
// Timeline: the demo as a picture: where the virtual machine ran, what a viewer of its stream received, how
// long its pings took, and what happened when. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "examples/stream/migration_log.h"

namespace attune::stream {

// Something that a person did, at a moment of the wall clock.
struct Mark {
  WallTime at{};
  std::string text;
};

struct Viewed {  // one sample of stream_watch's
  double bytes = 0;
  double ping_ms = 0;  // 0: none was answered
};

struct Timeline {
  WallTime begun{};       // the first sample's
  double sample_ms = 50;  // how long each lasts
  std::vector<Viewed> samples;
  std::vector<Migration> migrations;
  std::vector<Mark> marks;
};

std::string timeline_svg(const Timeline& timeline);

}  // namespace attune::stream
