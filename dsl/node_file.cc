// SPDX-License-Identifier: Apache-2.0
#include "dsl/node_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/address.h"
#include "runtime/base/suggest.h"
#include "runtime/model/navigation.h"
#include "runtime/model/power.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kHint =
    "a host reads name key=value ..., such as node1 address=10.0.0.1 cpus=4 memory=8GiB";

// What a host tells by itself cannot be a property.
bool is_told_by_host(std::string_view key) {
  const bool is_said = key == "address" || key == "cpus" || key == "memory";
  return key == model::kSpare ||
         (!is_said && std::find(std::begin(model::kHostMembers), std::end(model::kHostMembers), key) !=
                          std::end(model::kHostMembers));
}

class NodeFileReader {
 public:
  NodeFileReader(const Source& source, Diagnostics& found) : source_(source), found_(found) {}

  std::vector<model::HostDeclaration> run() {
    for (const Line& line : source_.lines) read_line(line);
    if (hosts_.empty() && !found_.has_errors()) {
      found_.error("no-hosts", {source_.file, 1, 1, 1}, "the node file names no host", std::string(kHint));
    }
    return std::move(hosts_);
  }

 private:
  void read_line(const Line& line) {
    rest_ = line.text;
    const std::string_view name = next_word();
    if (name.empty()) return;
    model::HostDeclaration host;
    host.place = place_of(source_, line, name);
    host.name = std::string(name);
    host.address = host.name;
    if (!is_host_name(name)) {
      found_.error("bad-host", host.place, fmt::format("'{}' cannot be the name of a host", name),
                   std::string(kHint));
      return;
    }
    const auto [earlier, is_new] = lines_.emplace(host.name, line.number);
    if (!is_new) {
      found_.error("duplicate-host", host.place,
                   fmt::format("host '{}' is there already, in line {}", name, earlier->second),
                   "remove one of them");
      return;
    }
    read_properties(line, host);
    hosts_.push_back(std::move(host));
  }

  void read_properties(const Line& line, model::HostDeclaration& host) {
    for (std::string_view word = next_word(); !word.empty(); word = next_word()) {
      const size_t equals = word.find('=');
      if (equals == word.npos || !is_name(word.substr(0, equals))) {
        found_.error("bad-property", place_of(source_, line, word),
                     fmt::format("'{}' is not key=value", word), std::string(kHint));
        continue;
      }
      read_property(line, word.substr(0, equals), word.substr(equals + 1), host);
    }
  }

  void read_property(const Line& line, std::string_view key, std::string_view value,
                     model::HostDeclaration& host) {
    const Place place = place_of(source_, line, value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    } else if (value.find('"') != value.npos) {
      found_.error("bad-property", place, "a quote is not closed", "write key=\"a value with blanks\"");
      return;
    }
    if (host.properties.contains(std::string(key))) {
      found_.error("duplicate-property", place_of(source_, line, key),
                   fmt::format("'{}' of host '{}' is given twice", key, host.name), "remove one of them");
      return;
    }
    if (std::string problem = set_property(host, key, value); !problem.empty())
      found_.error("bad-property", place, std::move(problem), std::string(kHint));
    static const std::vector<std::string> kKnown = {
        "address", "cpus", "memory", "core_speed", "memory_overcommit", "cpu_overcommit", "available_until"};
    const std::string_view near = nearest(key, kKnown);
    if (!near.empty() && near != key)
      found_.warning("near-miss", place_of(source_, line, key),
                     fmt::format("'{}' is taken for a property of your own", key),
                     fmt::format("did you mean '{}'?", near));
  }

  // Up to the next blank outside quotes; empty at the end and before a comment.
  std::string_view next_word() {
    rest_ = trimmed(rest_);
    if (rest_.empty() || rest_.front() == '#') return {};
    bool quoted = false;
    size_t end = 0;
    for (; end < rest_.size() && (quoted || (rest_[end] != ' ' && rest_[end] != '\t')); ++end) {
      if (rest_[end] == '"') quoted = !quoted;
    }
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
  }

  const Source& source_;
  Diagnostics& found_;
  std::string_view rest_;
  std::map<std::string, uint32_t> lines_;  // of each host
  std::vector<model::HostDeclaration> hosts_;
};

}  // namespace

std::string set_property(model::HostDeclaration& host, std::string_view key, std::string_view value) {
  if (is_told_by_host(key)) return fmt::format("'{}' is what the host itself tells", key);
  if (key == "address") {
    if (value.empty()) return "the address is empty";
    // It becomes part of libvirt's URI, where more than this would be another's command.
    if (!is_host_name(value) && !is_ip_address(value))
      return fmt::format("'{}' is no address: it is neither a host's name nor an IP address", value);
    host.address = std::string(value);
  } else if (key == "cpus") {
    const auto number = model::parse_value(model::Type::kInteger, value);
    if (!number) return number.error().message;
    const int64_t cpus = *number->get_if<int64_t>();
    if (cpus < 1 || cpus > 100000) return fmt::format("'{}' is no number of processors", value);
    host.cpus = static_cast<unsigned>(cpus);
  } else if (key == "memory") {
    const auto size = model::parse_value(model::Type::kSize, value);
    if (!size) return size.error().message;
    if (size->get_if<model::Size>()->bytes <= 0) return fmt::format("'{}' is no memory", value);
    host.memory = *size->get_if<model::Size>();
  }
  if (key == "site") host.site = std::string(value);
  if (model::find_rule(model::kHostRules, key) != nullptr) {
    if (auto set = model::set_property(host.terms, key, value); !set) return set.error().message;
  }
  host.properties[std::string(key)] = std::string(value);
  return {};
}

std::vector<model::HostDeclaration> read_node_file(const Source& source, Diagnostics& found) {
  return NodeFileReader(source, found).run();
}

}  // namespace attune::dsl
