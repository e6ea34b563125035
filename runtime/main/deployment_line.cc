// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/deployment_line.h"

#include <utility>

namespace attune::main {

DeploymentLine::~DeploymentLine() {
  if (progress_) progress_->finish();
}

wrappers::Software::Onlooker DeploymentLine::onlooker() {
  return {
      [this](const std::string& host, const std::string& component) { begins(host, component); },
      [this](const std::string& host, const std::string& component, const deploy::DeployProgress& progress) {
        if (progress_) progress_->advance(host, component, progress);
      },
      [this](const std::string& host, const std::string& component, const Result<deploy::Deployed>& result) {
        ended(host, component, result);
      }};
}

void DeploymentLine::begins(const std::string& host, const std::string& component) {
  pause_.reset();
  if (!progress_) progress_.emplace(write_, deploy::Progress::Style::kLineOnly, clock_);
  progress_->add(host, component);
  ++open_;
}

void DeploymentLine::ended(const std::string& host, const std::string& component,
                           const Result<deploy::Deployed>& result) {
  if (!progress_) return;
  progress_->end(host, component, result);
  if (--open_ > 0) return;
  pause_ = loop_.after(kPause, [this] {
    progress_->finish();
    progress_.reset();
  });
}

}  // namespace attune::main
