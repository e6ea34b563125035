// SPDX-License-Identifier: Apache-2.0
// Traffic: what the API asks of a manager whose project has traffic sensors, and the routes for it
// (docs/traffic.md). Loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/control/router.h"
#include "runtime/traffic/group_watch.h"
#include "runtime/traffic/groups.h"
#include "runtime/traffic/query.h"

namespace attune::control {

enum class TrafficFormat { kJson, kXml, kCsv, kGraphml, kGnuplot, kMatrix, kGraph };

struct TrafficRequest {
  traffic::Question question;  // `seconds` and `asked` are filled in by who answers
  bool is_newest = true;       // the newest periods, of which `periods` are wanted, instead of a span
  uint64_t periods = 1;
  TrafficFormat format = TrafficFormat::kJson;
  traffic::GroupSettings groups;
};

class Traffic {
 public:
  virtual ~Traffic() = default;
  // The answer in the format that was asked for. `done` is called once, also much later: a question may
  // wait. The Error says what could be answered instead.
  virtual void ask(const TrafficRequest& request, std::function<void(Result<std::string>)> done) = 0;
};

// GET /v1/traffic. Without a sensor in the project (nullptr) the answer says so. It must outlive the router.
// By what the question does not say of groups, they are found as usual; a minimum is of its measure alone.
void add_traffic(Router& router, Traffic* traffic, const traffic::GroupSettings& usual = {});

// What an answer is in a format: JSON, which has the groups that are held to now as well, or one of the
// exports and pictures, of which some show one matrix only. Pure; any thread.
Result<std::string> traffic_text(const traffic::Answer& answer, const TrafficRequest& request,
                                 const traffic::MachineGroups& stable);

}  // namespace attune::control
