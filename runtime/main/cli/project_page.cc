// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/project_page.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/source.h"
#include "runtime/base/log.h"
#include "runtime/model/settings.h"
#include "runtime/model/value.h"

namespace attune::cli {

namespace {

using Row = std::vector<std::string>;

// Text that Markdown leaves as it is.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>#|").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// The same as code; of a text with backquotes in it as well.
std::string code(std::string_view text) {
  const std::string shown = printable(text);
  if (shown.empty()) return {};
  std::string escaped;
  for (const char c : shown) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return shown.find('`') == std::string::npos ? "`" + escaped + "`" : "`` " + escaped + " ``";
}

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::string text_of(const model::Template& param) {
  std::string text;
  for (const auto& one : param.parts) {
    if (const auto* plain_text = std::get_if<std::string>(&one)) {
      text += *plain_text;
    } else {
      text += to_text(std::get<model::Navigation>(one));
    }
  }
  return text;
}

class Page {
 public:
  explicit Page(const model::Project& project) : project_(project) {}

  std::string write() {
    text_ += fmt::format("# {}\n", plain(project_.name));
    write_deployment();
    for (const model::Class& one : project_.classes) write_class(one);
    write_hosts();
    write_events();
    for (const auto& [event, diagram] : project_.diagrams) write_diagram(diagram);
    write_settings();
    return std::move(text_);
  }

 private:
  void heading(int depth, std::string_view title) {
    text_ += fmt::format("\n{} {}\n\n", std::string(static_cast<size_t>(depth), '#'), title);
  }

  void table(const Row& head, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    write_row(head);
    text_ += "|";
    for (size_t i = 0; i < head.size(); ++i) text_ += "---|";
    text_ += "\n";
    for (const Row& row : rows) write_row(row);
    text_ += "\n";
  }

  void write_row(const Row& row) {
    text_ += "|";
    for (const std::string& cell : row) text_ += " " + cell + " |";
    text_ += "\n";
  }

  // The file as it is drawn: what stands in it is the picture.
  void picture(const std::string& path) {
    const auto drawing = dsl::load_text(path);
    if (!drawing) return;
    text_ += fmt::format("```mermaid\n{}{}```\n", *drawing, drawing->ends_with('\n') ? "" : "\n");
  }

  void write_deployment() {
    heading(2, "Deployment");
    picture(project_.directory + "/deployment.mmd");
    std::vector<Row> rows;
    for (const model::Association& one : project_.associations) {
      rows.push_back({code(one.from), one.composition ? "contains" : code(one.role), code(one.to),
                      to_text(one.from_count), to_text(one.to_count)});
    }
    heading(3, "Bindings");
    table({"from", "role", "to", "each has, of the first", "of the second"}, rows);
  }

  void write_class(const model::Class& one) {
    heading(2, fmt::format("Class {}", code(one.name)));
    if (one.is_abstract) text_ += "Abstract: no component is made of it.\n\n";
    if (!one.base.empty()) text_ += fmt::format("It is a {}.\n\n", code(one.base));
    if (!one.is_abstract) {
      const std::string most = one.max == model::Cardinality::kMany ? std::string("any number of them")
                                                                    : fmt::format("at most {}", one.max);
      text_ += fmt::format("{} at the beginning, {}{}{}.\n\n", one.initial, most,
                           one.host_family.empty() ? "" : ", on " + code(one.host_family),
                           one.legacy_file.empty() ? "" : ", from " + code(file_name(one.legacy_file)));
    }
    std::vector<Row> rows;
    for (const model::Attribute& attribute : one.attributes)
      rows.push_back({code(attribute.name), std::string(name_of(attribute.type)),
                      attribute.value ? code(to_text(*attribute.value)) : ""});
    table({"attribute", "type", "value"}, rows);
    if (const model::Wrapper* wrapper = project_.wrapper_of(one)) write_stubs(*wrapper);
  }

  void write_stubs(const model::Wrapper& wrapper) {
    std::vector<Row> rows;
    for (const model::Stub& stub : wrapper.stubs) {
      std::string params;
      for (const model::Template& param : stub.params)
        params += (params.empty() ? "" : " ") + code(text_of(param));
      rows.push_back({code(stub.name), code(stub.key + " " + stub.operation), params,
                      to_text(model::Value(stub.timeout))});
    }
    text_ += fmt::format("Its stubs, as {} says:\n\n", code(file_name(wrapper.path)));
    table({"stub", "carried out by", "with", "timeout"}, rows);
  }

  void write_hosts() {
    for (const model::HostFamily& family : project_.families) {
      heading(2, fmt::format("Hosts {}", code(family.name)));
      std::vector<Row> rows;
      for (const model::HostDeclaration& host : family.hosts) {
        std::string properties;
        for (const auto& [name, value] : host.properties)
          properties += (properties.empty() ? "" : ", ") + plain(name + " " + value);
        rows.push_back({code(host.name), code(host.address), code(host.site), properties});
      }
      table({"host", "address", "site", "properties"}, rows);
    }
  }

  // Each event that a wrapper declares or a diagram answers.
  void write_events() {
    std::set<std::string> names;
    std::map<std::string, std::vector<std::string>> values, raisers;
    for (const auto& [name, wrapper] : project_.wrappers) {
      for (const model::EventDeclaration& event : wrapper.events) {
        names.insert(event.name);
        raisers[event.name].push_back(code(name));
        values[event.name].clear();
        for (const model::EventValue& value : event.values)
          values[event.name].push_back(fmt::format("{} ({})", code(value.name), name_of(value.type)));
      }
    }
    for (const auto& [event, diagram] : project_.diagrams) names.insert(event);
    std::vector<Row> rows;
    for (const std::string& name : names) {
      const auto answer = project_.diagrams.find(name);
      rows.push_back({code(name), fmt::format("{}", fmt::join(raisers[name], ", ")),
                      fmt::format("{}", fmt::join(values[name], ", ")),
                      answer == project_.diagrams.end() ? "nothing" : code(file_name(answer->second.path))});
    }
    heading(2, "Events");
    table({"event", "declared by the wrapper", "values", "answered by"}, rows);
  }

  void write_diagram(const model::Diagram& diagram) {
    heading(2, fmt::format("When {} comes", code(diagram.event)));
    if (!diagram.title.empty()) text_ += plain(diagram.title) + "\n\n";
    if (!diagram.subject_class.empty()) text_ += fmt::format("About a {}.\n\n", code(diagram.subject_class));
    picture(diagram.path);
  }

  void write_settings() {
    if (project_.settings.empty()) return;
    heading(2, "Settings");
    std::vector<Row> rows;
    for (const auto& [name, value] : project_.settings) rows.push_back({code(name), code(value)});
    table({"setting", "value"}, rows);
  }

  const model::Project& project_;
  std::string text_;
};

}  // namespace

std::string project_page(const model::Project& project) {
  return Page(project).write();
}

}  // namespace attune::cli
