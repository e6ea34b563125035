// SPDX-License-Identifier: Apache-2.0
// XmlPlaces: where the elements and attributes of an XML text stand, to the column, which tinyxml2 does not
// tell; and what is not well-formed about it, in our words. The first step of the WDL reader. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

struct XmlAttributePlace {
  std::string name;
  Place name_place;
  Place value_place;     // between the quotes; at the second quote where nothing stands there
  bool is_plain = true;  // no entity in it: columns count on from value_place
};

struct XmlElementPlace {
  Place place;  // of the element's name
  std::vector<XmlAttributePlace> attributes;

  const XmlAttributePlace* find(std::string_view attribute) const;
};

// The elements in the order of their start tags: the same order in which a walk over the document meets them.
// Empty where something is found that is not well-formed.
std::vector<XmlElementPlace> find_xml_places(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
