// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/difference.h"

#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"

namespace attune::model {

namespace {

using How = Difference::How;

struct Fact {
  std::string value;
  bool is_long = false;  // compared, and not shown
};
using Part = std::pair<std::string, std::string>;  // what, name
using Facts = std::map<Part, Fact>;

constexpr std::string_view kClass = "class", kFamily = "host family", kWrapper = "wrapper";

void add_classes(const Project& project, Facts& facts) {
  const auto add = [&](std::string_view what, const Class& of, std::string_view part, std::string value) {
    facts[{std::string(what), fmt::format("{}.{}", of.name, part)}] = {std::move(value)};
  };
  for (const Class& one : project.classes) {
    facts[{std::string(kClass), one.name}] = {one.is_abstract ? "abstract" : ""};
    add("class setting", one, "base", one.base);
    add("class setting", one, "wrapper", one.wrapper);
    add("class setting", one, "legacyFile", one.legacy_file);
    add("class setting", one, "host-family", one.host_family);
    add("class setting", one, "initial", std::to_string(one.initial));
    add("class setting", one, "max", one.max == UINT32_MAX ? "any" : std::to_string(one.max));
    for (const Attribute& attribute : one.attributes)
      add("attribute", one, attribute.name,
          fmt::format("{}{}", name_of(attribute.type),
                      attribute.value ? " = " + to_text(*attribute.value) : ""));
  }
  for (const Association& one : project.associations)
    facts[{"role", fmt::format("{}.{}", one.from, one.role)}] = {
        fmt::format("\"{}\" {} \"{}\" {}", to_text(one.from_count), one.composition ? "*--" : "-->",
                    to_text(one.to_count), one.to)};
}

std::string text_of(const HostDeclaration& host) {
  std::string text = "address=" + host.address;
  for (const auto& [name, value] : host.properties) text += fmt::format(" {}={}", name, value);
  return text;
}

void add_families(const Project& project, Facts& facts) {
  for (const HostFamily& one : project.families) {
    const auto add = [&](std::string_view setting, std::string value) {
      facts[{"host setting", fmt::format("{}.{}", one.name, setting)}] = {std::move(value)};
    };
    facts[{std::string(kFamily), one.name}] = {};
    add("protocol", one.protocol == Protocol::kLocal ? "local" : "ssh");
    add("user", one.user);
    add("port", std::to_string(one.port));
    add("dirlocal", one.dirlocal);
    add("identity-file", one.identity_file);
    add("known-hosts", one.known_hosts);
    add("accept-new-host-keys", one.accept_new_host_keys ? "true" : "false");
    add("hypervisor", one.hypervisor);
    add("fence", one.fence);
    for (const HostDeclaration& host : one.hosts)
      facts[{"host", fmt::format("{}.{}", one.name, host.name)}] = {text_of(host)};
  }
}

std::string until_text(const std::optional<WallTime>& until) {
  return until ? ", until " + attune::to_text(*until) : std::string();
}

void add_sites(const Project& project, Facts& facts) {
  for (const Site& one : project.sites)
    facts[{"site", one.name}] = {fmt::format(
        "{} a host, {} a VM, {} a GiB out, {}, {} Mbit/s{}", one.host_price, one.vm_price, one.traffic_price,
        to_text(Value(one.latency)), one.bandwidth_mbit, until_text(one.available_until))};
  for (const Link& one : project.links)
    facts[{"link", fmt::format("{} -- {}", one.a, one.b)}] = {
        fmt::format("{}, {} Mbit/s", to_text(Value(one.latency)), one.bandwidth_mbit)};
}

std::string text_of(const Template& param) {
  std::string text;
  for (const auto& part : param.parts) {
    const auto* plain = std::get_if<std::string>(&part);
    text += plain != nullptr ? *plain : to_text(std::get<Navigation>(part));
  }
  return text;
}

std::string text_of(const Stub& stub) {
  std::string text = fmt::format("{} {}", stub.key, stub.operation);
  for (const Template& param : stub.params) text += fmt::format(" '{}'", text_of(param));
  return text + fmt::format(", timeout {}{}", to_text(Value(stub.timeout)), stub.repeat ? ", repeat" : "");
}

std::string text_of(const EventDeclaration& event) {
  std::string text;
  for (const EventValue& value : event.values)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", value.name, name_of(value.type));
  return text;
}

void add_wrappers(const Project& project, Facts& facts) {
  for (const auto& [name, one] : project.wrappers) {
    facts[{std::string(kWrapper), name}] = {};
    for (const Stub& stub : one.stubs)
      facts[{"stub", fmt::format("{}.{}", name, stub.name)}] = {text_of(stub)};
    for (const EventDeclaration& event : one.events)
      facts[{"event", fmt::format("{}.{}", name, event.name)}] = {text_of(event)};
  }
}

void add_diagrams(const Project& project, Facts& facts) {
  for (const auto& [event, one] : project.diagrams)
    facts[{"diagram", event}] = {one.place.file ? one.place.file->text : one.path, true};
}

Facts facts_of(const Project& project) {
  Facts facts;
  add_classes(project, facts);
  add_families(project, facts);
  add_sites(project, facts);
  add_wrappers(project, facts);
  add_diagrams(project, facts);
  for (const auto& [name, text] : project.settings) facts[{"setting", name}] = {text};
  return facts;
}

// What a fact is a part of, and is told with it.
Part whole_of(const Part& part) {
  const auto& [what, name] = part;
  const std::string whole = name.substr(0, name.find('.'));
  if (what == "class setting" || what == "attribute" || what == "role") return {std::string(kClass), whole};
  if (what == "host setting" || what == "host") return {std::string(kFamily), whole};
  if (what == "stub" || what == "event") return {std::string(kWrapper), whole};
  return {};
}

}  // namespace

std::string_view name_of(How how) {
  return how == How::kAdded ? "added" : how == How::kRemoved ? "removed" : "changed";
}

std::string to_text(const Difference& one) {
  std::string text = fmt::format("{} {} {}", one.what, one.name, name_of(one.how));
  if (one.how == How::kChanged && !(one.before.empty() && one.after.empty()))
    return text + fmt::format(": {} -> {}", one.before.empty() ? "(none)" : one.before,
                              one.after.empty() ? "(none)" : one.after);
  const std::string& value = one.how == How::kRemoved ? one.before : one.after;
  return value.empty() ? text : text + ": " + value;
}

std::vector<Difference> differences(const Project& before, const Project& after) {
  const Facts old_facts = facts_of(before), new_facts = facts_of(after);
  std::vector<Difference> all;
  const auto is_told_with_whole = [](const Facts& there, const Part& key) {
    const Part whole = whole_of(key);
    return !whole.first.empty() && !there.contains(whole);
  };
  for (const auto& [key, fact] : old_facts) {
    const auto now = new_facts.find(key);
    const auto shown = [](const Fact& one) { return one.is_long ? std::string() : one.value; };
    if (now == new_facts.end()) {
      if (!is_told_with_whole(new_facts, key))
        all.push_back({How::kRemoved, key.first, key.second, shown(fact), {}});
    } else if (now->second.value != fact.value) {
      all.push_back({How::kChanged, key.first, key.second, shown(fact), shown(now->second)});
    }
  }
  for (const auto& [key, fact] : new_facts)
    if (!old_facts.contains(key) && !is_told_with_whole(old_facts, key))
      all.push_back({How::kAdded, key.first, key.second, {}, fact.is_long ? std::string() : fact.value});
  return all;
}

}  // namespace attune::model
