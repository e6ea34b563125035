// SPDX-License-Identifier: Apache-2.0
#include "dsl/deployment_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/deployment_lines.h"
#include "dsl/mermaid_text.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using Kind = DeploymentLine::Kind;

constexpr std::string_view kLinkHint = "a link of two sites reads north -- south : 20ms 100Mbit";
constexpr std::string_view kNameHint =
    "a name is a letter, then letters, digits and '_', the last one not '_'";

// What Mermaid takes for its own where a class's or a namespace's name stands. The last ones are properties
// that every JavaScript object has: Mermaid 10 and 11 cannot draw a class that is called so.
constexpr std::array<std::string_view, 20> kTaken = {"class",
                                                     "note",
                                                     "namespace",
                                                     "click",
                                                     "style",
                                                     "cssClass",
                                                     "callback",
                                                     "link",
                                                     "href",
                                                     "classDef",
                                                     "call",
                                                     "classDiagram",
                                                     "o",
                                                     "constructor",
                                                     "toString",
                                                     "valueOf",
                                                     "toLocaleString",
                                                     "hasOwnProperty",
                                                     "isPrototypeOf",
                                                     "propertyIsEnumerable"};

bool is_taken(std::string_view name) {
  return std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
}

// What an arrow means, read from left to right.
struct Arrow {
  std::string_view written;
  RelationSyntax::Kind kind;
  bool turned;  // the owner, the container or the derived class is on the right
};
constexpr std::array kArrows = {Arrow{"-->", RelationSyntax::Kind::kAssociation, false},
                                Arrow{"<--", RelationSyntax::Kind::kAssociation, true},
                                Arrow{"*--", RelationSyntax::Kind::kComposition, false},
                                Arrow{"--*", RelationSyntax::Kind::kComposition, true},
                                Arrow{"--|>", RelationSyntax::Kind::kInheritance, false},
                                Arrow{"<|--", RelationSyntax::Kind::kInheritance, true},
                                Arrow{"--", RelationSyntax::Kind::kLink, false}};

class Builder {
 public:
  Builder(const Source& source, Diagnostics& found) : source_(source), found_(found) {}

  DeploymentSyntax run() {
    made_.file = source_.file;
    made_.front = read_front_matter(source_, found_);
    for (size_t i = made_.front.body; i < source_.lines.size(); ++i)
      lint_line(source_, source_.lines[i], found_);
    const auto lines = read_deployment_lines(source_, made_.front.body, found_);
    check_header(lines);
    for (const DeploymentLine& line : lines) add(line);
    for (const Open& open : open_) {
      if (open.kind == Kind::kUnread) continue;
      found_.error("unclosed", open.place, fmt::format("the body of '{}' is never closed", open.name),
                   "write } on a line of its own where it ends");
    }
    check_namespaces();
    return std::move(made_);
  }

 private:
  // A body that is being read.
  struct Open {
    Kind kind;  // kClass, kNamespace, or kUnread: nobody knows what
    std::string name;
    Place place;
    size_t classes_before = 0;
  };

  bool is_inside(Kind kind) const { return !open_.empty() && open_.back().kind == kind; }

  void error(std::string_view code, const Place& place, std::string message, std::string_view hint) {
    found_.error(code, place, std::move(message), std::string(hint));
  }

  void check_header(const std::vector<DeploymentLine>& lines) {
    if (lines.empty()) {
      const Place end{source_.file, static_cast<uint32_t>(std::max<size_t>(source_.lines.size(), 1)), 1, 1};
      return error("empty", end, "there is no diagram", "a deployment diagram begins with classDiagram");
    }
    if (lines.front().kind != Kind::kHeader) {
      error("no-header", lines.front().place, "a deployment diagram begins with classDiagram",
            "write classDiagram on a line of its own before this one");
    } else if (lines.size() == 1) {
      error("empty", lines.front().place, "the diagram is empty", "declare a class, or remove the file");
    }
    for (size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].kind == Kind::kHeader)
        error("second-header", lines[i].place, "the diagram has begun already", "remove this line");
    }
  }

  void add(const DeploymentLine& line) {
    if (is_inside(Kind::kUnread)) return add_unread(line);
    switch (line.kind) {
      case Kind::kHeader:
        return;
      case Kind::kDirection:
        return add_direction(line);
      case Kind::kClass:
        return add_class(line);
      case Kind::kNamespace:
        return add_namespace(line);
      case Kind::kClose:
        return close(line);
      case Kind::kStereotype:
        return add_stereotype(line);
      case Kind::kNote:
        return add_note(line);
      case Kind::kRelation:
        return add_relation(line);
      case Kind::kMember:
        return add_member(line);
      case Kind::kUnread:
        return add_unread(line);
    }
  }

  // A body whose head was not understood: its lines have been read, and mean nothing.
  void add_unread(const DeploymentLine& line) {
    has_unread_member_ = true;
    if (line.kind == Kind::kClose || (line.kind == Kind::kUnread && line.closes)) {
      if (!open_.empty()) open_.pop_back();
    } else if (line.opens && !line.closes) {
      open_.push_back({Kind::kUnread, {}, line.place, 0});
    }
  }

  void lint(TextKind kind, const Place& line, std::string_view text) {
    const Line& whole = source_.lines[line.line - 1];
    const size_t at = whole.text.find(text);
    if (at != whole.text.npos) lint_text(kind, source_, whole, whole.text.substr(at, text.size()), found_);
  }

  // Only at the top, or also in a namespace.
  bool stands_well(const DeploymentLine& line, std::string_view what, bool in_namespace) {
    if (open_.empty() || (in_namespace && is_inside(Kind::kNamespace))) return true;
    error("misplaced", line.place,
          fmt::format("{} cannot stand in the body of {} '{}'", what,
                      is_inside(Kind::kClass) ? "class" : "namespace", open_.back().name),
          "move it behind the body's '}'");
    return false;
  }

  void add_direction(const DeploymentLine& line) {
    if (!stands_well(line, "a direction", false)) return;
    const std::string& where = line.name.text;
    if (where != "LR" && where != "RL" && where != "TB" && where != "BT")
      error("bad-direction", line.name.place, fmt::format("unknown direction '{}'", where),
            "known: LR, RL, TB, BT");
  }

  bool check_name(const Word& name, std::string_view what) {
    if (!is_name(name.text)) {
      error("bad-name", name.place, fmt::format("'{}' cannot be the name of {}", name.text, what), kNameHint);
      return false;
    }
    if (is_taken(name.text)) {
      error("mermaid-word", name.place, fmt::format("Mermaid takes the word '{}' for its own", name.text),
            "choose another name");
      return false;
    }
    return true;
  }

  void add_class(const DeploymentLine& line) {
    const bool fits = stands_well(line, "a class", true) && check_name(line.name, "a class");
    const ClassSyntax* earlier = made_.find_class(line.name.text);
    if (earlier != nullptr) {
      error(
          "duplicate-class", line.name.place,
          fmt::format("class '{}' is declared already, in line {}", line.name.text, earlier->name.place.line),
          "declare it once, with all its members");
    }
    check_label(line);
    ClassSyntax one;
    one.name = line.name;
    one.label = line.label;
    if (is_inside(Kind::kNamespace)) one.namespace_name = open_.back().name;
    if (line.closes) {
      error("empty-body", line.place, "a body must have members", "write the class without '{' and '}'");
    } else if (line.opens) {
      has_unread_member_ = false;
      open_.push_back({fits ? Kind::kClass : Kind::kUnread, line.name.text, line.name.place, 0});
    }
    if (fits) made_.classes.push_back(std::move(one));
  }

  void check_label(const DeploymentLine& line) {
    if (line.label.place.line == 0) return;
    if (trimmed(line.label.text).empty())
      return error("empty-label", line.label.place, "the label is empty",
                   "write a text, or leave [\"\"] out");
    lint(TextKind::kClassLabel, line.place, line.label.text);
  }

  void add_namespace(const DeploymentLine& line) {
    const bool fits = stands_well(line, "a namespace", false) && check_name(line.name, "a namespace");
    open_.push_back(
        {fits ? Kind::kNamespace : Kind::kUnread, line.name.text, line.name.place, made_.classes.size()});
    auto& known = made_.namespaces;
    if (fits && std::find(known.begin(), known.end(), line.name.text) == known.end())
      known.push_back(line.name.text);
  }

  void close(const DeploymentLine& line) {
    if (open_.empty()) return error("unopened", line.place, "'}' closes nothing", "remove it");
    const Open body = std::move(open_.back());
    open_.pop_back();
    if (body.kind == Kind::kNamespace && made_.classes.size() == body.classes_before && !found_.has_errors())
      error("empty-body", body.place, fmt::format("namespace '{}' is empty", body.name),
            "put a class into it");
    if (body.kind != Kind::kClass) return;
    const ClassSyntax& one = made_.classes.back();
    if (one.members.empty() && one.stereotypes.empty() && !has_unread_member_)
      error("empty-body", body.place, "a body must have members", "write the class without '{' and '}'");
  }

  void add_stereotype(const DeploymentLine& line) {
    if (!is_inside(Kind::kClass)) {
      return error("misplaced", line.place, "a stereotype stands in a class's body",
                   "write it on the line behind class name {");
    }
    made_.classes.back().stereotypes.push_back(line.name);
  }

  void add_member(const DeploymentLine& line) {
    if (!is_inside(Kind::kClass)) {
      return error("misplaced", line.place, "an attribute stands in a class's body",
                   "write it on a line of its own behind class name {");
    }
    const std::string_view text = line.member.text;
    lint(TextKind::kClassMember, line.place, text.substr(text.find_first_of("+-#~") == 0 ? 1 : 0));
    check_lengthy(line);
    made_.classes.back().members.push_back(line.member);
  }

  // What lint_text does not know of members: two '~' are a generic type to Mermaid, and '&' begins an entity.
  void check_lengthy(const DeploymentLine& line) {
    if (!line.member.value) return;
    for (const MemberValue::Scalar& scalar : line.member.value->scalars) {
      const std::string& text = scalar.word.text;
      if (std::count(text.begin(), text.end(), '~') > 1)
        error("mermaid-tilde", scalar.word.place, "Mermaid reads two '~' as the marks of a generic type",
              "keep one");
      if (const size_t at = text.find('&'); at != text.npos && at + 1 < text.size() && text[at + 1] != ' ')
        error("mermaid-entity", scalar.word.place,
              "Mermaid may read '&' as the beginning of a character's name",
              "put a blank behind it, or leave it out");
    }
  }

  void add_note(const DeploymentLine& line) {
    if (!stands_well(line, "a note", false)) return;
    if (trimmed(line.label.text).empty())
      return error("empty-note", line.label.place, "the note is empty", "write a text, or remove it");
    lint(TextKind::kNote, line.place, line.label.text);
    made_.notes.push_back({line.name, line.label});
  }

  void add_relation(const DeploymentLine& line) {
    if (!stands_well(line, "a relation", false)) return;
    const auto arrow = std::find_if(kArrows.begin(), kArrows.end(),
                                    [&](const Arrow& one) { return one.written == line.arrow.text; });
    if (arrow == kArrows.end()) return refuse_arrow(line);
    RelationSyntax relation;
    relation.kind = arrow->kind;
    relation.place = line.place;
    relation.role = line.role;
    relation.from = arrow->turned ? line.right : line.name;
    relation.to = arrow->turned ? line.name : line.right;
    relation.from_cardinality = arrow->turned ? line.right_cardinality : line.left_cardinality;
    relation.to_cardinality = arrow->turned ? line.left_cardinality : line.right_cardinality;
    if (relation.kind == RelationSyntax::Kind::kLink) return add_link(std::move(relation), line);
    if (!line.second.empty())
      return error("syntax", line.second.place,
                   fmt::format("expected the end of the line, found '{}'", line.second.text), kRelationHint);
    if (relation.kind == RelationSyntax::Kind::kInheritance) return add_inheritance(std::move(relation));
    if (!line.role.empty() && !is_name(line.role.text))
      error("bad-name", line.role.place, fmt::format("'{}' cannot be the name of a role", line.role.text),
            kNameHint);
    made_.relations.push_back(std::move(relation));
  }

  void add_link(RelationSyntax relation, const DeploymentLine& line) {
    for (const Word* word : {&relation.from_cardinality, &relation.to_cardinality}) {
      if (word->place.line == 0) continue;
      return error("bad-link", word->place, "a link has no cardinalities", kLinkHint);
    }
    if (line.role.empty() || line.second.empty())
      return error("bad-link", line.place, "a link says its latency and its bandwidth", kLinkHint);
    relation.latency = std::exchange(relation.role, {});
    relation.bandwidth = line.second;
    made_.relations.push_back(std::move(relation));
  }

  void add_inheritance(RelationSyntax relation) {
    for (const Word* word : {&relation.from_cardinality, &relation.to_cardinality, &relation.role}) {
      if (word->place.line == 0) continue;
      error("bad-inheritance", word->place, "an inheritance has neither cardinalities nor a role",
            "write base <|-- derived");
    }
    made_.relations.push_back(std::move(relation));
  }

  void refuse_arrow(const DeploymentLine& line) {
    error("bad-arrow", line.arrow.place, fmt::format("the arrow '{}' means nothing here", line.arrow.text),
          "write --> (knows, by a role), *-- (contains), <|-- (is inherited by) or -- (a link of two "
          "sites)");
  }

  // Mermaid 10 and 11 cannot draw a namespace that holds its own name.
  void check_namespaces() {
    for (const ClassSyntax& one : made_.classes) {
      if (std::find(made_.namespaces.begin(), made_.namespaces.end(), one.name.text) ==
          made_.namespaces.end())
        continue;
      error("duplicate-name", one.name.place,
            fmt::format("there is a namespace called '{}' too", one.name.text),
            "give one of them another name");
    }
  }

  const Source& source_;
  Diagnostics& found_;
  DeploymentSyntax made_;
  std::vector<Open> open_;
  bool has_unread_member_ = false;  // in the body of the class that is open
};

}  // namespace

std::string_view name_of(RelationSyntax::Kind kind) {
  switch (kind) {
    case RelationSyntax::Kind::kAssociation:
      return "association";
    case RelationSyntax::Kind::kComposition:
      return "composition";
    case RelationSyntax::Kind::kInheritance:
      return "inheritance";
    case RelationSyntax::Kind::kLink:
      return "link";
  }
  return {};
}

const ClassSyntax* DeploymentSyntax::find_class(std::string_view name) const {
  const auto found = std::find_if(classes.begin(), classes.end(),
                                  [&](const ClassSyntax& one) { return one.name.text == name; });
  return found == classes.end() ? nullptr : &*found;
}

DeploymentSyntax parse_deployment(const Source& source, Diagnostics& found) {
  return Builder(source, found).run();
}

}  // namespace attune::dsl
