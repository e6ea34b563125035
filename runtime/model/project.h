// SPDX-License-Identifier: Apache-2.0
// Project: a whole project, read and checked: classes and what binds them, host families, wrappers, diagrams.
// The front end makes it; everything to the right of the model only reads it. Immutable; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/place.h"
#include "runtime/base/protocol.h"
#include "runtime/model/diagram.h"
#include "runtime/model/site.h"
#include "runtime/model/value.h"
#include "runtime/model/wrapper.h"

namespace attune::model {

struct Attribute {
  std::string name;
  Type type = Type::kString;
  std::optional<Value> value;  // absent: each instance must be given one before it is read
  Place place;
};

// "2", "0..6", "1..*": how many.
struct Cardinality {
  uint32_t min = 1;
  uint32_t max = 1;
  static constexpr uint32_t kMany = UINT32_MAX;
};
std::string to_text(const Cardinality& cardinality);

// How instances of a class are spread by plans: apart or together, by hosts or by sites; what is not hard is
// only preferred.
struct Spread {
  bool is_apart = true, is_site = false, is_hard = true;
  friend bool operator==(const Spread&, const Spread&) = default;
};
// Where plans may have instances of a class.
struct PlacementRules {
  std::vector<Spread> spreads;
  std::vector<std::string> stay_at;  // hosts and sites, any of these; empty: anywhere
  bool may_move = true;
};

// A kind of component. Settings and attributes are its own and its ancestors' together.
struct Class {
  std::string name;
  std::string label;  // what a person is shown; the name where silent
  std::string namespace_name;
  bool is_abstract = false;
  std::string base;  // of the inheritance; may be empty
  std::vector<Attribute> attributes;
  std::string wrapper;      // the wrapper's name in Project::wrappers; empty: no stubs of its own
  std::string legacy_file;  // path of the archive, absolute; empty: none
  std::string host_family;  // a HostFamily's name, or a class of VMs, or empty: its container's
  bool in_vms = false;      // host_family names a class of VMs
  uint32_t initial = 1;     // instances at the start
  uint32_t max = 1;         // instances at most
  PlacementRules placement;
  Place place;

  const Attribute* find_attribute(std::string_view attribute) const;
};

// A binding (or, composition, a content) that instances of `from` have to instances of `to`, by its role.
struct Association {
  std::string from;  // a class's name; a subclass takes part too
  std::string to;
  std::string role;        // how `from` calls `to`
  Cardinality from_count;  // how many of `from` each of `to` has
  Cardinality to_count;    // how many of `to` each of `from` has
  bool composition = false;
  Place place;
};

struct HostDeclaration {
  std::string name;
  std::string address;                            // the name where silent
  std::map<std::string, std::string> properties;  // as written: cpus, memory, and the author's own
  unsigned cpus = 0;                              // zero: ask the host
  Size memory{};                                  // zero: ask the host
  std::string site;                               // a Site's name; empty where the project draws none
  HostTerms terms;
  Place place;
};

struct HostFamily {
  std::string name;
  Protocol protocol = Protocol::kSsh;
  std::string user;
  uint16_t port = 22;
  std::string dirlocal;       // absolute, on the hosts
  std::string identity_file;  // absolute, here; may be empty
  std::string known_hosts;    // absolute, here; may be empty
  bool accept_new_host_keys = false;
  std::string hypervisor;  // libvirt URI with {address}, {user}, {name}; empty: from the protocol
  std::string fence;       // the class whose stub `fence` switches a host off; empty: a person does
  Place fence_place;
  std::vector<HostDeclaration> hosts;
  std::vector<Attribute> attributes;
  Place place;
};

struct Project {
  std::string name;            // the folder's, or as attune.info says
  std::string directory;       // absolute
  std::vector<Class> classes;  // in the order written
  std::vector<Association> associations;
  std::vector<HostFamily> families;
  std::vector<Site> sites;                               // in the order written
  std::vector<Link> links;                               // one for each pair of sites
  std::map<std::string, Wrapper, std::less<>> wrappers;  // by their name
  std::map<std::string, Diagram, std::less<>> diagrams;  // by their event
  std::map<std::string, std::string> settings;           // attune.info, dotted paths: settings.h

  const Class* find_class(std::string_view name) const;
  const HostFamily* find_family(std::string_view name) const;
  const Site* find_site(std::string_view name) const;
  const Wrapper* wrapper_of(const Class& of) const;
  // Whether `name` is `ancestor` or inherits from it.
  bool is_a(std::string_view name, std::string_view ancestor) const;
  // The association by which instances of the class (or an ancestor's) have `role`; nullptr where none.
  const Association* find_role(std::string_view class_name, std::string_view role) const;
};

}  // namespace attune::model
