// SPDX-License-Identifier: Apache-2.0
#include "wrappers/family_keys.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune::wrappers {
namespace {

using Keys = std::vector<std::string>;

TEST(FamilyKeys, AreOfWhatTheMachineHas) {
  const test::TempDir root;
  const auto add_program = [&](const std::string& name) { root.write(name, "#!/bin/sh\n", true); };
  add_program("usr/lib/ocf/resource.d/heartbeat/nginx");
  add_program("usr/lib/ocf/resource.d/heartbeat/.ocf-shellfuncs");
  root.write("usr/lib/ocf/resource.d/heartbeat/README", "");
  add_program("usr/lib/nagios/plugins/check_http");
  root.write("usr/lib/nagios/plugins/utils.pm", "");
  root.write("usr/lib/systemd/system/ssh.service", "");
  root.write("etc/systemd/system/worker@.service", "");
  root.write("etc/systemd/system/multi-user.target.wants/ssh.service", "");
  EXPECT_EQ(family_keys(root.path()), (Keys{"nagios:check_http", "ocf:heartbeat:nginx", "systemd:ssh.service",
                                            "systemd:worker@.service"}));
}

TEST(FamilyKeys, ThereAreNoneWhereThereIsNothing) {
  const test::TempDir root;
  EXPECT_EQ(family_keys(root.path()), Keys{});
}

}  // namespace
}  // namespace attune::wrappers
