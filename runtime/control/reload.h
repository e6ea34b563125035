// SPDX-License-Identifier: Apache-2.0
// Reloads: what the API asks of a manager that can read its project anew, and the route for it. Loop thread
// only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/base/result.h"
#include "runtime/control/router.h"
#include "runtime/model/difference.h"

namespace attune::control {

struct ReloadRequest {
  bool dry_run = false;  // only says what would change
  bool wait = false;     // for the end of runs that go on, instead of being refused
  std::string by;
};

struct ReloadAnswer {
  bool reloads = false;  // from now on; who asks again is told to come back until it has
  std::vector<model::Difference> differences;
  std::vector<Diagnostic> findings;  // of the project's folder, errors among them only in a dry run
  std::string obstacle;              // why it would be refused; empty: it would not
  std::string not_run = {};          // why what was to be run last time is not; empty: it is
};

class Reloads {
 public:
  virtual ~Reloads() = default;
  // `done` is called once. The Error: the project has errors or does not fit what runs, or runs go on.
  virtual void reload(const ReloadRequest& request, std::function<void(Result<ReloadAnswer>)> done) = 0;
};

// POST /v1/reload. What reloads must outlive the router.
void add_reload(Router& router, Reloads& reloads);

}  // namespace attune::control
