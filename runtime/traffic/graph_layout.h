// SPDX-License-Identifier: Apache-2.0
// Where the nodes of a graph stand in a picture: the force-directed placement of T. Fruchterman and
// E. Reingold (1991), from a fixed start, so that the same graph is always drawn the same. Below
// picture_graph.h. Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/traffic/groups.h"

namespace attune::traffic {

struct Point {
  double x = 0;  // from 0 to 1, as y
  double y = 0;
};

// Whoever exchanges much stands close, and so does who is in one group: of `partition`, which has a number
// for each node. In the square of the nodes: for some hundreds of them.
std::vector<Point> graph_layout(const Partition& partition, const std::vector<Pair>& pairs);

}  // namespace attune::traffic
