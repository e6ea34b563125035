// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/stub_shape.h"

#include <gtest/gtest.h>

namespace attune::torture {
namespace {

model::Stub stub(std::string key, const std::vector<std::string>& params = {}) {
  model::Stub made{"start", std::move(key), "run", {}, std::chrono::seconds(60), {}};
  for (const std::string& param : params) made.params.push_back({{param}});
  return made;
}

TEST(StubShape, WhoStartsAgainWhatDiesIsKnown) {
  EXPECT_EQ(kept_by(stub("Probe"), false), "the manager");
  EXPECT_EQ(kept_by(stub("nagios:check_http"), false), "the manager");
  EXPECT_EQ(kept_by(stub("systemd:web.service"), true), "systemd");
  EXPECT_EQ(kept_by(stub("systemd:web.service", {"Restart=always", "/usr/bin/web"}), false), "systemd");
  EXPECT_EQ(kept_by(stub("systemd:web.service", {"Restart=no", "/usr/bin/web"}), false), "");
  EXPECT_EQ(kept_by(stub("Process", {"Restart=always"}), false), "");
}

}  // namespace
}  // namespace attune::torture
