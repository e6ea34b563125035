// SPDX-License-Identifier: Apache-2.0
#include "dsl/wrapper_reader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <tinyxml2.h>

#include "dsl/known_events.h"
#include "dsl/xml_places.h"
#include "runtime/base/suggest.h"
#include "runtime/model/own_runs.h"

namespace attune::dsl {

namespace {

using Names = std::vector<std::string>;

// An element with its places; elements are met in the order of their start tags.
struct Element {
  const tinyxml2::XMLElement* xml = nullptr;
  const XmlElementPlace* places = nullptr;

  std::string_view name() const { return xml->Name(); }
  const char* attribute(const char* name_of) const { return xml->Attribute(name_of); }
  Place value_place(std::string_view name_of) const {
    const XmlAttributePlace* found = places->find(name_of);
    return found == nullptr ? places->place : found->value_place;
  }
};

class Reader {
 public:
  Reader(const Source& source, const model::Catalog& catalog, Diagnostics& found)
      : source_(source), catalog_(catalog), found_(found) {}

  std::optional<model::Wrapper> run() {
    places_ = find_xml_places(source_, found_);
    if (places_.empty() || !parse()) return std::nullopt;
    const Element root = next(document_.RootElement());
    if (root.name() != "wrapper") {
      unknown_element(root, {"wrapper"}, "a WDL file's element is");
      return std::nullopt;
    }
    check_attributes(root, {"name"});
    wrapper_.path = source_.file->path;
    wrapper_.name = required(root, "name");
    for (const auto* child = root.xml->FirstChildElement(); child != nullptr;
         child = child->NextSiblingElement()) {
      read_child(next(child));
    }
    return std::move(wrapper_);
  }

 private:
  // The scan has found what is not well-formed; this is for what only tinyxml2 sees.
  bool parse() {
    const std::string& text = source_.file->text;
    if (document_.Parse(text.data(), text.size()) == tinyxml2::XML_SUCCESS) return true;
    const auto line = static_cast<size_t>(std::max(document_.ErrorLineNum(), 1));
    const Place place = line <= source_.lines.size() ? place_of(source_, source_.lines[line - 1])
                                                     : Place{source_.file, 1, 1, 1};
    found_.error("bad-xml", place, "this is not well-formed XML",
                 "compare the line with a wrapper that works");
    return false;
  }

  Element next(const tinyxml2::XMLElement* xml) { return {xml, &places_.at(next_++)}; }

  void read_child(const Element& element) {
    if (element.name() == "method") return read_method(element);
    if (element.name() == "event") return read_event(element);
    unknown_element(element, {"method", "event"}, "a wrapper holds");
    skip_children(element);
  }

  void skip_children(const Element& element) {
    for (const auto* child = element.xml->FirstChildElement(); child != nullptr;
         child = child->NextSiblingElement()) {
      skip_children(next(child));
    }
  }

  void unknown_element(const Element& element, const Names& known, std::string_view where) {
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "<" : " or <") + name + ">";
    found_.error("unknown-element", element.places->place,
                 fmt::format("unknown element '{}'", element.name()), fmt::format("{} {}", where, list));
  }

  void check_attributes(const Element& element, const Names& known) {
    for (const XmlAttributePlace& attribute : element.places->attributes) {
      if (std::find(known.begin(), known.end(), attribute.name) != known.end()) continue;
      found_.error("unknown-attribute", attribute.name_place,
                   fmt::format("'{}' has no attribute '{}'", element.name(), attribute.name),
                   suggestion(attribute.name, known));
    }
  }

  // The attribute's value, or empty, which is said.
  std::string required(const Element& element, const char* attribute) {
    const char* value = element.attribute(attribute);
    if (value == nullptr) {
      found_.error("missing-attribute", element.places->place,
                   fmt::format("'{}' needs the attribute '{}'", element.name(), attribute),
                   fmt::format("write <{} {}=\"...\">", element.name(), attribute));
      return {};
    }
    if (*value == '\0') {
      found_.error("missing-attribute", element.value_place(attribute),
                   fmt::format("the attribute '{}' of '{}' is empty", attribute, element.name()), "");
    }
    return value;
  }

  // A required attribute that must be a name of the languages.
  std::string required_name(const Element& element, const char* attribute) {
    std::string name = required(element, attribute);
    if (!name.empty() && !is_name(name)) {
      found_.error("bad-name", element.value_place(attribute), fmt::format("'{}' cannot be a name", name),
                   "a name is a letter, then letters, digits and '_', the last one not '_'");
    }
    return name;
  }

  void read_method(const Element& element) {
    check_attributes(element, {"name", "key", "method", "timeout", "repeat"});
    model::Stub stub;
    stub.place = element.value_place("name");
    stub.name = required_name(element, "name");
    stub.key = required(element, "key");
    stub.operation = required(element, "method");
    if (const char* text = element.attribute("timeout")) read_timeout(element, text, stub);
    for (const auto* child = element.xml->FirstChildElement(); child != nullptr;
         child = child->NextSiblingElement()) {
      read_param(next(child), stub);
    }
    if (!stub.key.empty()) check_key(element, stub);
    stub.repeat = read_repeat(element, stub);
    if (wrapper_.find_stub(stub.name) != nullptr) {
      found_.error("duplicate-stub", stub.place, fmt::format("there is already a method '{}'", stub.name),
                   "give it another name, or remove one of them");
    } else if (!stub.name.empty()) {
      wrapper_.stubs.push_back(std::move(stub));
    }
  }

  void read_timeout(const Element& element, const char* text, model::Stub& stub) {
    const auto value = model::parse_value(model::Type::kDuration, text);
    const Duration* duration = value ? value->get_if<Duration>() : nullptr;
    if (duration != nullptr && duration->count() >= 0) {
      stub.timeout = *duration;
      return;
    }
    found_.error("bad-value", element.value_place("timeout"),
                 value ? fmt::format("'{}' is before the call began", text) : value.error().message,
                 "write timeout=\"30s\"; 0s is no limit");
  }

  // Where it is silent, as its operation has it.
  bool read_repeat(const Element& element, const model::Stub& stub) {
    const char* text = element.attribute("repeat");
    const std::string_view value = text == nullptr ? std::string_view() : text;
    if (text == nullptr) {
      const model::Key* key = catalog_.find_key(stub.key);
      const model::Operation* operation = key == nullptr ? nullptr : key->find_operation(stub.operation);
      return operation != nullptr && operation->repeat;
    }
    const bool can_be_told = stub.name == "start" || stub.name == "stop" || stub.operation == "migrate";
    if (value == "true" && !can_be_told)
      found_.error("bad-value", element.value_place("repeat"),
                   fmt::format("of '{}' nobody can tell that it has not been carried out", stub.name),
                   "leave it out: only a start, a stop and a VM's migration are ever repeated");
    if (value == "true" || value == "false") return value == "true" && can_be_told;
    found_.error("bad-value", element.value_place("repeat"),
                 fmt::format("'{}' is neither true nor false", text),
                 "write repeat=\"true\" where it does no harm to do it twice, else leave it out");
    return false;
  }

  void read_param(const Element& element, model::Stub& stub) {
    if (element.name() != "param") {
      unknown_element(element, {"param"}, "a method holds");
      return skip_children(element);
    }
    check_attributes(element, {"value"});
    const char* value = element.attribute("value");
    if (value == nullptr) {
      required(element, "value");
    } else {
      stub.params.push_back(read_template(element, value));
    }
    for (const auto* child = element.xml->FirstChildElement(); child != nullptr;
         child = child->NextSiblingElement()) {
      const Element inner = next(child);
      found_.error("unknown-element", inner.places->place, "a param holds nothing",
                   "put it beside the param");
      skip_children(inner);
    }
  }

  // Where an entity stands in the value the columns behind it are not known: then the whole value is the
  // place.
  model::Template read_template(const Element& element, const char* value) {
    const XmlAttributePlace* attribute = element.places->find("value");
    if (attribute->is_plain) return model::parse_template(value, attribute->value_place, found_);
    Diagnostics own;
    model::Template made = model::parse_template(value, attribute->value_place, own);
    for (const Diagnostic& one : own.all())
      found_.error(one.code, attribute->value_place, one.message, one.hint);
    for (auto& part : made.parts) {
      if (auto* navigation = std::get_if<model::Navigation>(&part))
        navigation->place = attribute->value_place;
    }
    return made;
  }

  void check_key(const Element& element, const model::Stub& stub) {
    const model::Key* key = catalog_.find_key(stub.key);
    if (key == nullptr) {
      Names known;
      for (const model::Key& one : catalog_.keys) known.push_back(one.name);
      found_.error("unknown-key", element.value_place("key"),
                   fmt::format("nobody implements the key '{}'", stub.key),
                   fmt::format("known keys: {}", fmt::join(known, ", ")));
      return;
    }
    if (stub.operation.empty() || key->operations.empty()) return;
    const model::Operation* operation = key->find_operation(stub.operation);
    if (operation == nullptr) return unknown_operation(element, *key, stub);
    check_count(stub, *operation);
  }

  void unknown_operation(const Element& element, const model::Key& key, const model::Stub& stub) {
    Names known;
    for (const model::Operation& one : key.operations) known.push_back(one.name);
    found_.error("unknown-operation", element.value_place("method"),
                 fmt::format("the key '{}' has no operation '{}'", key.name, stub.operation),
                 suggestion(stub.operation, known));
  }

  void check_count(const model::Stub& stub, const model::Operation& operation) {
    const size_t count = stub.params.size();
    if (count >= operation.min_params && count <= operation.max_params) return;
    std::string expected =
        fmt::format("{} {}", operation.min_params, operation.min_params == 1 ? "param" : "params");
    if (operation.max_params == SIZE_MAX) {
      expected = "at least " + expected;
    } else if (operation.max_params != operation.min_params) {
      expected = fmt::format("{} to {} params", operation.min_params, operation.max_params);
    }
    found_.error(
        "wrong-params", stub.place,
        fmt::format("'{}' of the key '{}' takes {}, not {}", stub.operation, stub.key, expected, count),
        operation.params_help.empty() ? "remove the <param> elements"
                                      : fmt::format("its params: {}", operation.params_help));
  }

  void read_event(const Element& element) {
    check_attributes(element, {"name", "level"});
    model::EventDeclaration event;
    event.place = element.value_place("name");
    event.name = required_name(element, "name");
    event.level = read_level(element);
    for (const auto* child = element.xml->FirstChildElement(); child != nullptr;
         child = child->NextSiblingElement()) {
      read_event_value(next(child), event);
    }
    if (model::is_own_run(event.name)) {
      found_.error("reserved-name", event.place, fmt::format("an event cannot be called '{}'", event.name),
                   std::string(kOwnRunHelp));
    } else if (wrapper_.find_event(event.name) != nullptr) {
      found_.error("duplicate-event", event.place, fmt::format("there is already an event '{}'", event.name),
                   "remove one of them");
    } else if (!event.name.empty()) {
      wrapper_.events.push_back(std::move(event));
    }
  }

  bool read_level(const Element& element) {
    const char* text = element.attribute("level");
    const std::string_view given = text == nullptr ? "false" : text;
    if (given == "true" || given == "false") return given == "true";
    found_.error("bad-value", element.value_place("level"),
                 fmt::format("'{}' is neither true nor false", given),
                 "write level=\"true\" of a condition that lasts and is sent again while it does");
    return false;
  }

  void read_event_value(const Element& element, model::EventDeclaration& event) {
    if (element.name() != "value") {
      unknown_element(element, {"value"}, "an event holds");
      return skip_children(element);
    }
    check_attributes(element, {"name", "type"});
    model::EventValue value;
    value.name = required_name(element, "name");
    const std::string type = required(element, "type");
    if (const auto known = model::find_type(type); known && *known != model::Type::kSecret) {
      value.type = *known;
    } else if (!type.empty()) {
      found_.error("unknown-type", element.value_place("type"), fmt::format("unknown type '{}'", type),
                   "known: String, Integer, Float, Bool, Percent, Size, Duration, List");
    }
    const bool twice = std::any_of(event.values.begin(), event.values.end(),
                                   [&](const model::EventValue& one) { return one.name == value.name; });
    if (twice) {
      found_.error("duplicate-value", element.value_place("name"),
                   fmt::format("the event has already a value '{}'", value.name), "remove one of them");
    } else {
      event.values.push_back(std::move(value));
    }
    skip_children(element);
  }

  const Source& source_;
  const model::Catalog& catalog_;
  Diagnostics& found_;
  tinyxml2::XMLDocument document_;
  std::vector<XmlElementPlace> places_;
  size_t next_ = 0;
  model::Wrapper wrapper_;
};

}  // namespace

std::optional<model::Wrapper> read_wrapper(const Source& source, const model::Catalog& catalog,
                                           Diagnostics& found) {
  return Reader(source, catalog, found).run();
}

}  // namespace attune::dsl
