// SPDX-License-Identifier: Apache-2.0
// Router: finds by method and path who answers a request. Loop thread only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/control/exchange.h"

namespace attune::control {

// What stood in the path where the pattern has {}, in order.
using PathWords = std::vector<std::string>;

// 403: who asks may do less than that.
Response not_for(const Request& request, Role needed);

class Router final : public Answerer {
 public:
  using Route = std::function<void(const Request&, const PathWords&, Respond)>;

  // Pattern: "/v1/components/{}/attributes/{}". Who asks must have the role. `query`: what may stand in it.
  void add(Role role, std::string_view method, std::string_view pattern, Route route,
           std::vector<std::string> query = {});

  // All of them: "GET /v1/components/{}".
  std::vector<std::string> routes() const;

  // 404 where no pattern fits, 405 where one does for another method, 403 where the role does not suffice,
  // 400 for what stands in the query and means nothing, or a body of a GET.
  void answer(Request request, Respond respond) override;

 private:
  struct Entry {
    std::string method;
    PathWords pattern;
    Route route;
    Role role = Role::kAdminister;
    std::vector<std::string> query;
  };
  std::vector<Entry> entries_;
};

}  // namespace attune::control
