// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/export_graphml.h"

#include <map>

#include <tinyxml2.h>

namespace attune::traffic {
namespace {

struct Key {
  const char* id;
  const char* of;
  const char* type;
};
constexpr Key kKeys[] = {{"start", "graph", "string"},   {"seconds", "graph", "long"},
                         {"name", "node", "string"},     {"kind", "node", "string"},
                         {"received", "node", "string"}, {"group", "node", "int"},
                         {"messages", "edge", "double"}, {"bytes", "edge", "double"}};

void write_keys(tinyxml2::XMLPrinter& out) {
  for (const Key& key : kKeys) {
    out.OpenElement("key");
    out.PushAttribute("id", key.id);
    out.PushAttribute("for", key.of);
    out.PushAttribute("attr.name", key.id);
    out.PushAttribute("attr.type", key.type);
    out.CloseElement();
  }
}

void write(const char* key, std::string_view value, tinyxml2::XMLPrinter& out) {
  out.OpenElement("data");
  out.PushAttribute("key", key);
  out.PushText(std::string(value).c_str());
  out.CloseElement();
}

// Names may be anything, ids may not.
std::string node_id(uint32_t place) {
  return "n" + std::to_string(place);
}

std::map<std::string_view, size_t> numbers_of(const Groups& groups) {
  std::map<std::string_view, size_t> numbers;
  for (const std::string& machine : groups.alone) numbers[machine] = 0;
  for (size_t i = 0; i < groups.groups.size(); ++i)
    for (const std::string& machine : groups.groups[i].machines) numbers[machine] = i + 1;
  return numbers;
}

void write_nodes(const Matrix& matrix, const Groups& groups, tinyxml2::XMLPrinter& out) {
  const auto numbers = numbers_of(groups);
  for (uint32_t i = 0; i < matrix.parties.size(); ++i) {
    const Party& party = matrix.parties[i];
    out.OpenElement("node");
    out.PushAttribute("id", node_id(i).c_str());
    write("name", clean(party.name), out);
    write("kind", party.is_vm ? "machine" : "address", out);
    write("received", name_of(knowledge_of(matrix, party.name)), out);
    if (const auto place = numbers.find(party.name); place != numbers.end())
      write("group", std::to_string(place->second), out);
    out.CloseElement();
  }
}

}  // namespace

std::string export_graphml(const PeriodMatrix& period, const Groups& groups) {
  tinyxml2::XMLPrinter out;
  out.PushHeader(false, true);
  out.OpenElement("graphml");
  out.PushAttribute("xmlns", "http://graphml.graphdrawing.org/xmlns");
  out.PushAttribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  out.PushAttribute(
      "xsi:schemaLocation",
      "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd");
  write_keys(out);
  out.OpenElement("graph");
  out.PushAttribute("id", "traffic");
  out.PushAttribute("edgedefault", "directed");
  write("start", time_text(period.period.start), out);
  write("seconds", std::to_string(period.period.seconds), out);
  write_nodes(period.matrix, groups, out);
  for (const Cell& cell : period.matrix.cells) {
    out.OpenElement("edge");
    out.PushAttribute("source", node_id(cell.from).c_str());
    out.PushAttribute("target", node_id(cell.to).c_str());
    write("messages", plain_number(cell.volume.messages), out);
    write("bytes", plain_number(cell.volume.bytes), out);
    out.CloseElement();
  }
  out.CloseElement();
  out.CloseElement();
  return out.CStr();
}

}  // namespace attune::traffic
