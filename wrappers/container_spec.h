// SPDX-License-Identifier: Apache-2.0
// What a container is made of: the attributes of its component's class, and what is wrong with them, for
// `attune check` before anything runs and for the call that starts it. Pure; any thread, what takes the
// system on the loop's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/base/result.h"
#include "runtime/model/project.h"
#include "runtime/workflow/operand.h"

namespace attune::wrappers {

struct ContainerSpec {
  std::string image;
  std::vector<std::string> command;      // empty: the image's own
  std::vector<std::string> ports;        // [address:]host-port:port[/udp]
  std::vector<std::string> volumes;      // source:/target[:ro]
  std::vector<std::string> environment;  // NAME=value
  std::vector<std::string> options;      // of `podman create`: --memory=512m
  std::string network;                   // empty: podman's default
  std::vector<std::string> secrets;      // names of the Secrets that it has in its environment
};

// `arguments` are those of `start`: leading ones of the form NAME=value join the environment, and what
// follows is the command instead of the attribute's. Without the secrets. The Error names the attribute.
Result<ContainerSpec> container_spec(const workflow::Outlook& outlook, const system::Component& component,
                                     const std::vector<std::string>& arguments);

// Of each class that such a container is started of: whether it has an image, and what is wrong with the
// values that stand in the deployment diagram.
void check_containers(const model::Project& project, Diagnostics& found);

}  // namespace attune::wrappers
