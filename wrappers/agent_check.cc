// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "wrappers/agent.h"
#include "wrappers/catalog.h"

namespace attune::wrappers {

namespace {

constexpr std::array<std::string_view, 10> kTruths = {"1",  "0",  "true", "false", "yes",
                                                      "no", "on", "off",  "y",     "n"};

bool is_integer(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether the attribute's value can be of the parameter's type; yes where it is not known before it runs.
bool fits(const model::Attribute& attribute, std::string_view type) {
  if (type != "integer" && type != "boolean") return true;
  if (attribute.type == model::Type::kSecret) return true;
  if (attribute.type == (type == "integer" ? model::Type::kInteger : model::Type::kBool)) return true;
  if (attribute.type != model::Type::kString && attribute.type != model::Type::kInteger) return false;
  if (!attribute.value) return true;
  const std::string text = model::to_text(*attribute.value);
  if (text.find('$') != text.npos) return true;
  return type == "integer" ? is_integer(text)
                           : std::find(kTruths.begin(), kTruths.end(), text) != kTruths.end();
}

std::string_view wanted_type(std::string_view type) {
  return type == "integer" ? "Integer" : "Bool";
}

// Lower case without signs between the words: what a slip of the pen leaves alone.
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name)
    if (c != '_' && c != '-') result += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return result;
}

// Whether one letter more, less or other makes one of the other, or two that changed places.
bool is_slip(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto at = std::mismatch(a.begin(), a.end(), b.begin());
  const std::string_view rest_a(a.substr(static_cast<size_t>(at.first - a.begin())));
  const std::string_view rest_b(b.substr(static_cast<size_t>(at.second - b.begin())));
  if (rest_b.empty()) return true;
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

const AgentParameter* slip_of(const AgentMetadata& agent, std::string_view attribute) {
  const std::string own = plain(attribute);
  if (own.size() < 3) return nullptr;
  for (const AgentParameter& one : agent.parameters)
    if (const std::string its = plain(one.name); its.size() >= 3 && is_slip(own, its)) return &one;
  return nullptr;
}

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class AgentCheck {
 public:
  AgentCheck(const model::Project& project, const ReadAgent& read, Diagnostics& found)
      : project_(project), read_(read), found_(found) {}

  void run() {
    for (const model::Class& one : project_.classes) {
      const model::Wrapper* wrapper = one.is_abstract ? nullptr : project_.wrapper_of(one);
      if (wrapper == nullptr) continue;
      std::set<std::string> keys;
      for (const model::Stub& stub : wrapper->stubs) check(one, *wrapper, stub, keys);
    }
  }

 private:
  void check(const model::Class& of, const model::Wrapper& wrapper, const model::Stub& stub,
             std::set<std::string>& keys) {
    if (!stub.key.starts_with(Agent::kFamily)) return;
    const auto name = parse_agent_name(stub.key);
    const AgentMetadata* agent = name ? metadata_of(stub, *name) : nullptr;
    if (agent == nullptr) return;
    check_action(stub, *agent);
    if (keys.insert(stub.key).second) check_parameters(of, wrapper, stub.key, *agent);
  }

  // nullptr where it is not known, which is told.
  const AgentMetadata* metadata_of(const model::Stub& stub, const AgentName& name) {
    const auto [at, is_new] = agents_.try_emplace(stub.key);
    if (!is_new) return at->second ? &*at->second : nullptr;
    auto read = read_(name);
    if (!read) {
      found_.warning("agent-not-read", stub.place,
                     fmt::format("the parameters of {} are not checked: {}", stub.key, read.error().message),
                     {});
      return nullptr;
    }
    at->second = *std::move(read);
    return &*at->second;
  }

  void check_action(const model::Stub& stub, const AgentMetadata& agent) {
    if (agent.has_action(stub.operation) || !told_.insert(stub.key + " " + stub.operation).second) return;
    found_.error("unknown-operation", stub.place,
                 fmt::format("the agent {} has no action '{}'", stub.key, stub.operation),
                 fmt::format("it has: {}", fmt::join(agent.actions, ", ")));
  }

  void check_parameters(const model::Class& of, const model::Wrapper& wrapper, const std::string& key,
                        const AgentMetadata& agent) {
    for (const model::Attribute& attribute : of.attributes) check(attribute, wrapper, key, agent);
    for (const AgentParameter& one : agent.parameters) {
      if (!one.is_required || gives(of, one.name)) continue;
      found_.error("missing-parameter", of.place,
                   fmt::format("class '{}': the agent {} needs the parameter '{}'", of.name, key, one.name),
                   fmt::format("give the class an attribute, as in +{}: String = \"...\"", one.name));
    }
  }

  void check(const model::Attribute& attribute, const model::Wrapper& wrapper, const std::string& key,
             const AgentMetadata& agent) {
    if (const AgentParameter* parameter = agent.find(parameter_name(attribute.name))) {
      if (!fits(attribute, parameter->type))
        found_.error("wrong-type", attribute.place,
                     fmt::format("the parameter '{}' of the agent {} is of type {}", attribute.name, key,
                                 parameter->type),
                     fmt::format("write {} as its type", wanted_type(parameter->type)));
      return;
    }
    if (is_read_by_key(attribute.name, wrapper) || is_given_to_script(attribute, wrapper) ||
        is_anothers(attribute, wrapper))
      return;
    const AgentParameter* meant = slip_of(agent, parameter_name(attribute.name));
    if (meant == nullptr && is_mentioned(attribute)) return;
    found_.warning("unknown-parameter", attribute.place,
                   fmt::format("the agent {} has no parameter '{}', and nothing else reads the attribute",
                               key, attribute.name),
                   meant == nullptr ? "remove it, or read it somewhere: $this." + attribute.name
                                    : fmt::format("did you mean '{}'?", meant->name));
  }

  // Whether another agent of the same wrapper takes it.
  bool is_anothers(const model::Attribute& attribute, const model::Wrapper& wrapper) {
    return std::any_of(wrapper.stubs.begin(), wrapper.stubs.end(), [&](const model::Stub& stub) {
      if (!stub.key.starts_with(Agent::kFamily)) return false;
      const auto name = parse_agent_name(stub.key);
      const AgentMetadata* agent = name ? metadata_of(stub, *name) : nullptr;
      return agent != nullptr && agent->find(parameter_name(attribute.name)) != nullptr;
    });
  }

  static bool gives(const model::Class& of, std::string_view parameter) {
    return std::any_of(of.attributes.begin(), of.attributes.end(), [&](const model::Attribute& attribute) {
      return parameter_name(attribute.name) == parameter;
    });
  }

  static bool is_read_by_key(const std::string& attribute, const model::Wrapper& wrapper) {
    return std::any_of(wrapper.stubs.begin(), wrapper.stubs.end(), [&](const model::Stub& stub) {
      const model::Key* key = catalog().find_key(stub.key);
      return key != nullptr &&
             std::any_of(key->attributes.begin(), key->attributes.end(),
                         [&](const model::EventValue& one) { return one.name == attribute; });
    });
  }

  // A script has the secrets of its component in its environment, by whatever name.
  static bool is_given_to_script(const model::Attribute& attribute, const model::Wrapper& wrapper) {
    return attribute.type == model::Type::kSecret &&
           std::any_of(wrapper.stubs.begin(), wrapper.stubs.end(),
                       [](const model::Stub& stub) { return stub.key == "Script"; });
  }

  // Whether .name stands somewhere in what the project was read from, or may stand in a template that was
  // not.
  bool is_mentioned(const model::Attribute& attribute) const {
    const auto has = [word = "." + attribute.name](const Place& place) {
      if (place.file == nullptr) return false;
      const std::string& text = place.file->text;
      for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const size_t end = at + word.size();
        if (end == text.size() || !is_of_name(text[end])) return true;  // not .portal for .port
      }
      return false;
    };
    if (has(attribute.place)) return true;
    for (const auto& [name, wrapper] : project_.wrappers)
      for (const model::Stub& stub : wrapper.stubs)
        if (stub.operation == "configure" || has(stub.place)) return true;
    return std::any_of(project_.diagrams.begin(), project_.diagrams.end(),
                       [&](const auto& one) { return has(one.second.place); });
  }

  const model::Project& project_;
  const ReadAgent& read_;
  Diagnostics& found_;
  std::map<std::string, std::optional<AgentMetadata>> agents_;  // by key
  std::set<std::string> told_;
};

}  // namespace

void check_agents(const model::Project& project, const ReadAgent& read, Diagnostics& found) {
  AgentCheck(project, read, found).run();
}

}  // namespace attune::wrappers
