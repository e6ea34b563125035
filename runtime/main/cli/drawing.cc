// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/drawing.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "runtime/base/log.h"

namespace attune::cli {

namespace {

// The ids that are written: both languages have words of their own, so no name stands for itself.
class Ids {
 public:
  explicit Ids(const std::vector<Box>& boxes) { add(boxes); }

  const std::string& of(const std::string& id) const { return ids_.at(id); }
  bool has(const std::string& id) const { return ids_.contains(id); }
  const Box& box(const std::string& id) const { return *boxes_.at(id); }

 private:
  void add(const std::vector<Box>& boxes) {
    for (const Box& box : boxes) {
      ids_.emplace(box.id, fmt::format("n{}", ids_.size() + 1));
      boxes_.emplace(box.id, &box);
      add(box.inner);
    }
  }

  std::map<std::string, std::string> ids_;
  std::map<std::string, const Box*> boxes_;
};

std::string_view class_of(Look look) {
  switch (look) {
    case Look::kGood:
      return "good";
    case Look::kBad:
      return "bad";
    case Look::kFaint:
      return "faint";
    default:
      return "plain";
  }
}

std::string_view colour_of(Look look) {
  switch (look) {
    case Look::kGood:
      return "#dff0d8";
    case Look::kBad:
      return "#f2c6c6";
    case Look::kFaint:
      return "#eeeeee";
    default:
      return "#ffffff";
  }
}

// Within "...": Mermaid knows characters by their number.
std::string mermaid_quoted(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    const bool is_special = std::string_view("\"#<>&;`\\").find(c) != std::string_view::npos;
    out += is_special ? fmt::format("#{};", static_cast<int>(c)) : std::string(1, c);
  }
  return out;
}

std::string dot_quoted(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines, std::string_view between,
                   std::string (*quoted)(std::string_view)) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : std::string(between)) + quoted(line);
  return text;
}

// --- Mermaid ---

void add_mermaid(const std::vector<Box>& boxes, const Ids& ids, size_t depth, std::string& text) {
  const std::string indent(2 * depth, ' ');
  for (const Box& box : boxes) {
    const std::string& id = ids.of(box.id);
    const std::string label = joined(box.lines, "<br>", mermaid_quoted);
    if (box.inner.empty()) {
      text += fmt::format("{}{}[\"{}\"]:::{}\n", indent, id, label, class_of(box.look));
      continue;
    }
    text += fmt::format("{}subgraph {}[\"{}\"]\n", indent, id, label);
    add_mermaid(box.inner, ids, depth + 1, text);
    text += fmt::format("{}end\n{}class {} {}\n", indent, indent, id, class_of(box.look));
  }
}

// --- DOT ---

void add_dot(const std::vector<Box>& boxes, const Ids& ids, size_t depth, std::string& text) {
  const std::string indent(2 * depth, ' ');
  for (const Box& box : boxes) {
    const std::string& id = ids.of(box.id);
    const std::string label = joined(box.lines, "\\n", dot_quoted);
    if (box.inner.empty()) {
      text += fmt::format("{}{} [label=\"{}\", fillcolor=\"{}\"]\n", indent, id, label, colour_of(box.look));
      continue;
    }
    text += fmt::format(
        "{0}subgraph cluster_{1} {{\n{0}  label=\"{2}\"\n{0}  bgcolor=\"{3}\"\n{0}  {1} [shape=point, "
        "style=invis]\n",
        indent, id, label, colour_of(box.look));
    add_dot(box.inner, ids, depth + 1, text);
    text += indent + "}\n";
  }
}

bool is_inside(const Box& box, const Box& frame) {
  return std::any_of(frame.inner.begin(), frame.inner.end(),
                     [&](const Box& one) { return &one == &box || is_inside(box, one); });
}

// A frame has no arrows in DOT: they begin and end at a point in it that nobody sees, and are cut off at its
// border, but where they stay inside.
std::string dot_arrow(const Arrow& arrow, const Ids& ids) {
  const Box &from = ids.box(arrow.from), &to = ids.box(arrow.to);
  std::vector<std::string> more;
  if (!arrow.label.empty()) more.push_back(fmt::format("label=\"{}\"", dot_quoted(arrow.label)));
  if (!from.inner.empty() && !is_inside(to, from)) more.push_back("ltail=cluster_" + ids.of(from.id));
  if (!to.inner.empty() && !is_inside(from, to)) more.push_back("lhead=cluster_" + ids.of(to.id));
  const std::string style = more.empty() ? std::string() : fmt::format(" [{}]", fmt::join(more, ", "));
  return fmt::format("  {} -> {}{}\n", ids.of(from.id), ids.of(to.id), style);
}

}  // namespace

std::string mermaid_text(const Drawing& drawing) {
  const Ids ids(drawing.boxes);
  std::string text = fmt::format("---\ntitle: \"{}\"\n---\nflowchart LR\n", dot_quoted(drawing.title));
  add_mermaid(drawing.boxes, ids, 1, text);
  for (const Arrow& arrow : drawing.arrows) {
    if (!ids.has(arrow.from) || !ids.has(arrow.to)) continue;
    const std::string label =
        arrow.label.empty() ? std::string() : fmt::format("|\"{}\"|", mermaid_quoted(arrow.label));
    text += fmt::format("  {} -->{} {}\n", ids.of(arrow.from), label, ids.of(arrow.to));
  }
  for (const Look look : {Look::kPlain, Look::kGood, Look::kBad, Look::kFaint})
    text +=
        fmt::format("  classDef {} fill:{},stroke:#555555,color:#000000\n", class_of(look), colour_of(look));
  return text;
}

std::string dot_text(const Drawing& drawing) {
  const Ids ids(drawing.boxes);
  std::string text = fmt::format(
      "digraph attune {{\n  label=\"{}\"\n  labelloc=t\n  rankdir=LR\n  compound=true\n"
      "  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\"]\n"
      "  edge [fontname=\"sans-serif\"]\n  fontname=\"sans-serif\"\n",
      dot_quoted(drawing.title));
  add_dot(drawing.boxes, ids, 1, text);
  for (const Arrow& arrow : drawing.arrows) {
    if (ids.has(arrow.from) && ids.has(arrow.to)) text += dot_arrow(arrow, ids);
  }
  return text + "}\n";
}

}  // namespace attune::cli
