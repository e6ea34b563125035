// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/deploy_all.h"

#include <functional>
#include <utility>

namespace attune::deploy {

namespace {

using Results = std::vector<Result<Deployed>>;

struct Gathering {
  Results results;
  size_t open = 0;
  std::function<void(Results)> done;
};

void begin(Deployer& deployer, const Placement& placement, size_t index, const std::stop_token& stop,
           Progress* progress, const std::shared_ptr<Gathering>& gathering) {
  const std::string host = placement.host.name;
  const std::string component = placement.request.component;
  OnProgress on_progress;
  if (progress != nullptr) {
    on_progress = [=](const DeployProgress& step) { progress->advance(host, component, step); };
  }
  start<Result<Deployed>>(deployer.deploy(placement.host, placement.request, stop, std::move(on_progress)),
                          [=](Result<Deployed> result) {
                            if (progress != nullptr) progress->end(host, component, result);
                            gathering->results[index] = std::move(result);
                            if (--gathering->open == 0) gathering->done(std::move(gathering->results));
                          });
}

}  // namespace

Task<Results> deploy_all(Deployer& deployer, std::vector<Placement> placements, std::stop_token stop,
                         Progress* progress) {
  if (placements.empty()) co_return Results();
  const auto gathering = std::make_shared<Gathering>();
  gathering->results.resize(placements.size());
  gathering->open = placements.size();
  if (progress != nullptr) {
    for (const Placement& placement : placements)
      progress->add(placement.host.name, placement.request.component);
  }
  co_return co_await Awaitable<Results>([&](std::function<void(Results)> done) {
    gathering->done = std::move(done);
    for (size_t i = 0; i < placements.size(); ++i)
      begin(deployer, placements[i], i, stop, progress, gathering);
  });
}

}  // namespace attune::deploy
