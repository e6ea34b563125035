// SPDX-License-Identifier: Apache-2.0
// ProjectBuilder: projects for tests, in a few words and without the front end:
//   ProjectBuilder().family("lab", {"lab1", "lab2"}).component("vm", "lab").memory("128MiB").build()
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/model/project.h"

namespace attune::testing {

class ProjectBuilder {
 public:
  ProjectBuilder& family(std::string name, const std::vector<std::string>& hosts, model::Size memory = {}) {
    model::HostFamily made;
    made.name = std::move(name);
    for (const std::string& host : hosts) {
      model::HostDeclaration declared;
      declared.name = declared.address = host;
      declared.memory = memory;
      made.hosts.push_back(std::move(declared));
    }
    project_.families.push_back(std::move(made));
    return *this;
  }

  // A site with those hosts of the families before it; what follows until the next one describes it.
  ProjectBuilder& site(std::string name, const std::vector<std::string>& hosts, double host_price = 0,
                       double vm_price = 0) {
    for (model::HostFamily& family : project_.families)
      for (model::HostDeclaration& host : family.hosts)
        if (std::find(hosts.begin(), hosts.end(), host.name) != hosts.end()) host.site = name;
    model::Site made;
    made.name = std::move(name);
    made.host_price = host_price;
    made.vm_price = vm_price;
    project_.sites.push_back(std::move(made));
    return *this;
  }
  ProjectBuilder& link(std::string a, std::string b, Duration latency, double bandwidth_mbit) {
    project_.links.push_back({std::move(a), std::move(b), latency, bandwidth_mbit, {}});
    return *this;
  }

  // A class; what follows until the next one describes it.
  ProjectBuilder& component(std::string name, std::string host_family = "", uint32_t initial = 1) {
    model::Class made;
    made.name = std::move(name);
    made.in_vms = project_.find_class(host_family) != nullptr;
    made.host_family = std::move(host_family);
    made.initial = made.max = initial;
    project_.classes.push_back(std::move(made));
    return *this;
  }
  ProjectBuilder& max(uint32_t most) {
    return last([&](model::Class& c) { c.max = most; });
  }
  ProjectBuilder& base(std::string name) {
    return last([&](model::Class& c) { c.base = std::move(name); });
  }
  ProjectBuilder& abstract() {
    return last([](model::Class& c) { c.is_abstract = true; });
  }
  ProjectBuilder& wrapper(std::string name) {
    return last([&](model::Class& c) { c.wrapper = std::move(name); });
  }
  ProjectBuilder& attribute(std::string name, model::Type type, std::optional<model::Value> value = {}) {
    return last([&](model::Class& c) {
      c.attributes.push_back({std::move(name), type, std::move(value), {}});
    });
  }
  ProjectBuilder& memory(int64_t bytes) {
    return attribute("memory", model::Type::kSize, model::Size{bytes});
  }

  // from "m" --> "n" to : role
  ProjectBuilder& association(std::string from, model::Cardinality from_count, model::Cardinality to_count,
                              std::string to, std::string role, bool composition = false) {
    project_.associations.push_back(
        {std::move(from), std::move(to), std::move(role), from_count, to_count, composition, {}});
    return *this;
  }
  ProjectBuilder& contains(std::string container, std::string content, std::string role) {
    return association(std::move(container), {1, 1}, {1, 1}, std::move(content), std::move(role), true);
  }

  model::Project build() { return std::move(project_); }

 private:
  template <class F>
  ProjectBuilder& last(F&& describe) {
    describe(project_.classes.back());
    return *this;
  }

  model::Project project_;
};

}  // namespace attune::testing
