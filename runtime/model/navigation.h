// SPDX-License-Identifier: Apache-2.0
// Template: the value of a WDL param, or of a configuration file, as text and $ navigation in between. The
// checker has typed it as far as the model tells; the system evaluates it anew at each call. Immutable; any
// thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/place.h"

namespace attune {
class Diagnostics;
}

namespace attune::model {

// $this.observed.srname, $this.host.name, $workers.port, $Class.attr, $manager.pipe, $1.name
struct Navigation {
  enum class Root {
    kThis,      // the component whose stub it is
    kName,      // a role of that component; where it has none of the name, all instances of the class
    kArgument,  // what the diagram passes, counted from 1
    kManager,   // pipe, project, name
  };
  Root root = Root::kThis;
  std::string name;                // the role's, or the class's
  unsigned argument = 0;           // from 1
  std::vector<std::string> steps;  // what follows, each after a dot
  Place place;

  friend bool operator==(const Navigation& a, const Navigation& b) {  // wherever they stand
    return a.root == b.root && a.name == b.name && a.argument == b.argument && a.steps == b.steps;
  }
};

// Text and navigation in turn. A template that is a single navigation to several values gives several
// arguments; with text around it, the values stand joined by commas.
// What the deployment diagram gives as the value of a String attribute is a template as well, read from that
// component whenever the attribute is; a value given later, by a diagram or by hand, is plain text. The
// checker has made sure that no attribute leads back to itself.
struct Template {
  std::vector<std::variant<std::string, Navigation>> parts;
  friend bool operator==(const Template&, const Template&) = default;
};

// Reads text with navigation in it. `$$` is a dollar sign; `${this.srname}.log` ends the navigation before
// the text goes on. `at` is where the text begins in its file, on one line for the text's whole length unless
// the text itself has line ends.
Template parse_template(std::string_view text, const Place& at, Diagnostics& found);

// What can be read of every component besides its attributes and roles, of a host besides what its node file
// says, and of the manager. No attribute or role bears one of these names.
inline constexpr std::string_view kComponentMembers[] = {"srname", "name",  "host",
                                                         "state",  "class", "container"};
inline constexpr std::string_view kHostMembers[] = {"name", "address", "state",       "load",
                                                    "cpus", "memory",  "free_memory", "components"};
inline constexpr std::string_view kManagerMembers[] = {"pipe", "project", "name"};

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), name) != std::end(words);
}

// The navigation as it was written, with its '$'.
std::string to_text(const Navigation& navigation);

}  // namespace attune::model
