// SPDX-License-Identifier: Apache-2.0
// DeploymentBuilder: a deployment diagram's tree as the model's classes, associations and host families, with
// all that can be checked of them before wrappers and reconfiguration diagrams are looked at. Any thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dsl/deployment_syntax.h"
#include "dsl/project_folder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

// What the diagram refers to.
struct DeploymentContext {
  const ProjectFolder& folder;
  const model::Catalog& catalog;
  // By the file's name as classes give it: the wrapper's name; empty where the file has errors. What is not
  // there has been found before.
  const std::map<std::string, std::string, std::less<>>& wrapper_files;
  const std::map<std::string, model::Wrapper, std::less<>>& wrappers;
};

// Where the value of a String attribute stands, by class and attribute: for what navigates in it.
using ValuePlaces = std::map<std::pair<std::string, std::string>, Place>;

struct Deployment {
  std::vector<model::Class> classes;
  std::vector<model::Association> associations;
  std::vector<model::HostFamily> families;
  std::vector<model::Site> sites;
  std::vector<model::Link> links;
  ValuePlaces value_places;
};

Deployment build_deployment(const DeploymentSyntax& syntax, const DeploymentContext& context,
                            Diagnostics& found);

// Whether components of the class are virtual machines: its wrapper calls the key VM.
bool is_vm(const model::Wrapper* wrapper);

}  // namespace attune::dsl
