// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_parser.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/action_reader.h"
#include "dsl/diagram_lines.h"
#include "dsl/front_matter.h"
#include "dsl/mermaid_text.h"
#include "dsl/source.h"

namespace attune::dsl {

namespace {

constexpr size_t kMaxLines = 20'000;
constexpr size_t kMaxDepth = 32;

std::string_view word_of(StateSyntax::Kind kind) {
  switch (kind) {
    case StateSyntax::Kind::kChoice:
      return "choice";
    case StateSyntax::Kind::kFork:
      return "fork";
    case StateSyntax::Kind::kJoin:
      return "join";
    case StateSyntax::Kind::kComposite:
      return "composite state";
    default:
      return "state";
  }
}

bool is_pseudo(StateSyntax::Kind kind) {
  return kind == StateSyntax::Kind::kChoice || kind == StateSyntax::Kind::kFork ||
         kind == StateSyntax::Kind::kJoin;
}

// Builds the tree of one diagram, statement by statement.
class TreeBuilder {
 public:
  TreeBuilder(const Source& source, DiagramSyntax& tree, Diagnostics& found)
      : source_(source), tree_(tree), found_(found), reader_(found) {}

  void build(const std::vector<Statement>& statements) {
    for (size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].kind != Statement::Kind::kHeader)
        add(statements[i]);
      else if (i > 0)
        tell("header-twice", statements[i].place, "a file holds one diagram", "remove this line");
    }
    while (!open_.empty()) {
      tell("open-composite", open_.back().place, fmt::format("'{}' is never closed", open_.back().id),
           "close it with '}' on a line of its own");
      close();
    }
    drop_single_parts();
    check_clashes();
  }

 private:
  // A composite state that is open while its lines are read.
  struct Open {
    std::string id;
    Place place;
    Place part_place;  // where the present part begins
    unsigned part = 1;
    size_t contents = 0;  // of the present part
  };

  void tell(std::string_view code, Place place, std::string message, std::string hint = {}) {
    found_.error(code, std::move(place), std::move(message), std::move(hint));
  }

  const Line& line_of(const Place& place) const { return source_.lines[place.line - 1]; }

  std::string parent() const {
    return open_.empty() ? "" : fmt::format("{}/{}", open_.back().id, open_.back().part);
  }

  void add(const Statement& statement) {
    switch (statement.kind) {
      case Statement::Kind::kHeader:
      case Statement::Kind::kDirection:
        return;
      case Statement::Kind::kState:
        return declare(statement);
      case Statement::Kind::kOpen:
        return open(statement);
      case Statement::Kind::kClose:
        if (!open_.empty()) return close();
        return tell("lone-brace", statement.place, "'}' closes nothing", "remove it");
      case Statement::Kind::kSeparator:
        return separate(statement);
      case Statement::Kind::kNote:
        return add_note(statement);
      case Statement::Kind::kTransition:
        return add_transition(statement);
      case Statement::Kind::kMention:
        return add_mention(statement);
    }
  }

  StateSyntax* find(const std::string& id) {
    const auto it = index_.find(id);
    return it == index_.end() ? nullptr : &tree_.states[it->second];
  }

  StateSyntax& append(std::string id, StateSyntax::Kind kind, const Place& place) {
    StateSyntax state;
    state.kind = kind;
    state.id = std::move(id);
    state.place = place;
    state.parent = parent();
    index_[state.id] = tree_.states.size();
    tree_.states.push_back(std::move(state));
    return tree_.states.back();
  }

  // The state of that id, made where it is mentioned for the first time.
  StateSyntax& mention(const Text& id) {
    if (!open_.empty()) ++open_.back().contents;
    if (StateSyntax* known = find(id.text)) {
      if (known->parent != parent()) tell_elsewhere(id, *known);
      known->mentions.push_back(id.place);
      return *known;
    }
    check_id(id);
    StateSyntax& made = append(id.text, StateSyntax::Kind::kState, id.place);
    made.mentions.push_back(id.place);
    return made;
  }

  // By what has just mentioned it.
  static void set_declared(StateSyntax& state) {
    if (!std::exchange(state.declared, true)) state.declaration = state.mentions.size() - 1;
  }

  void tell_elsewhere(const Text& id, const StateSyntax& known) {
    const std::string where =
        known.parent.empty() ? "at the top level" : "in another composite state or part";
    tell("state-elsewhere", id.place,
         fmt::format("'{}' stands {} (line {})", id.text, where, known.place.line),
         "a transition neither enters nor leaves a composite state but as a whole; give this state another "
         "id");
  }

  void check_id(const Text& id) {
    if (is_reserved_state_id(id.text))
      tell("reserved-state-id", id.place, fmt::format("a state cannot be called '{}'", id.text),
           "give it another id");
    else if (!is_name(id.text))
      tell(
          "state-id", id.place, fmt::format("'{}' cannot be a state's id", id.text),
          "a letter, then letters, digits and '_', not at the end; what people shall read goes into a label: "
          "state \"label\" as id");
  }

  void declare(const Statement& statement) {
    const StateSyntax* known = find(statement.id.text);
    if (known && (is_pseudo(statement.state) || is_pseudo(known->kind))) {
      if (!open_.empty()) ++open_.back().contents;
      return tell(
          "late-declaration", statement.id.place,
          fmt::format("'{}' is already mentioned on line {}: Mermaid draws it as a plain box",
                      statement.id.text, known->place.line),
          fmt::format("declare the {} just before it is used for the first time", word_of(statement.state)));
    }
    if (known && known->declared && known->descriptions.empty())
      tell("declared-twice", statement.id.place, fmt::format("'{}' is declared twice", statement.id.text),
           "keep one of the lines");
    StateSyntax& state = mention(statement.id);
    set_declared(state);
    if (is_pseudo(statement.state)) state.kind = statement.state;
    take_label(statement, state);
  }

  void take_label(const Statement& statement, StateSyntax& state) {
    if (!statement.has_text) return;
    if (trimmed(statement.text.text).empty())
      return tell("empty-text", statement.text.place, "an empty label", "write one, or leave 'as' out");
    lint(TextKind::kStateLabel, statement.text);
    state.label = statement.text;
  }

  bool lint(TextKind kind, const Text& text) {
    const size_t before = found_.all().size();
    const Line& line = line_of(text.place);
    size_t at = 0;
    for (uint32_t column = 1; column < text.place.column; ++column) do
        ++at;
      while (at < line.text.size() && (static_cast<unsigned char>(line.text[at]) & 0xC0) == 0x80);
    lint_text(kind, source_, line, line.text.substr(at, text.text.size()), found_);
    return found_.all().size() == before;
  }

  void open(const Statement& statement) {
    if (const StateSyntax* known = find(statement.id.text); known && known->kind != StateSyntax::Kind::kState)
      tell("declared-twice", statement.id.place,
           fmt::format("'{}' is already a {}", statement.id.text, word_of(known->kind)),
           "give it another id");
    if (open_.size() >= kMaxDepth)
      tell("too-deep", statement.place, fmt::format("more than {} composite states in each other", kMaxDepth),
           "make it two diagrams, one of which emits the other's event");
    StateSyntax& state = mention(statement.id);
    state.kind = StateSyntax::Kind::kComposite;
    set_declared(state);
    take_label(statement, state);
    open_.push_back({statement.id.text, statement.place, statement.place, 1, 0});
    append_part(statement.place);
  }

  // A part stands in its composite, not in itself.
  void append_part(const Place& place) {
    StateSyntax& part = append(parent(), StateSyntax::Kind::kRegion, place);
    part.parent = open_.back().id;
    ++parts_[open_.back().id];
  }

  void check_part() {
    if (open_.back().contents > 0) return;
    tell("empty-composite", open_.back().part_place,
         fmt::format("nothing stands in this part of '{}'", open_.back().id),
         "Mermaid cannot draw it: write at least '[*] --> state' and 'state --> [*]'");
  }

  void separate(const Statement& statement) {
    if (open_.empty())
      return tell("top-separator", statement.place, "'--' separates the parts of a composite state",
                  "put what is to run at once into a 'state id {' ... '}', or use a <<fork>>");
    check_part();
    ++open_.back().part;
    open_.back().contents = 0;
    open_.back().part_place = statement.place;
    append_part(statement.place);
  }

  void close() {
    check_part();
    open_.pop_back();
  }

  void add_note(const Statement& statement) {
    NoteSyntax note{statement.id, {}};
    mention(statement.id);
    for (const Text& line : statement.note) {
      if (!line.text.empty()) lint(statement.has_text ? TextKind::kNote : TextKind::kNoteLine, line);
      note.text += (note.text.empty() ? "" : "\n") + line.text;
    }
    if (note.text.empty())
      tell("empty-text", statement.text.place, "an empty note", "write what is to be noted, or leave it out");
    tree_.notes.push_back(std::move(note));
  }

  void add_transition(const Statement& statement) {
    TransitionSyntax transition{parent(), statement.id, statement.to, statement.text, std::nullopt};
    for (const Text* end : {&statement.id, &statement.to})
      if (end->text != kPoint) mention(*end);
    if (!open_.empty()) ++open_.back().contents;
    if (statement.has_text) transition.meaning = read_label(statement);
    tree_.transitions.push_back(std::move(transition));
  }

  std::optional<LabelSyntax> read_label(const Statement& statement) {
    if (statement.text.text.empty()) {
      tell("empty-text", statement.text.place, "an empty label", "leave the colon out");
      return std::nullopt;
    }
    if (!lint(TextKind::kTransitionLabel, statement.text)) return std::nullopt;
    return reader_.read_label(statement.text);
  }

  void add_mention(const Statement& statement) {
    if (statement.id.text == kPoint)
      return tell("point-alone", statement.id.place, "'[*]' is the beginning or the end of a transition",
                  "write it as in '[*] --> first' or 'last --> [*]'");
    if (!statement.has_text && is_legacy_header(statement)) return;
    StateSyntax& state = mention(statement.id);
    set_declared(state);
    if (!statement.has_text) return;
    if (is_pseudo(state.kind) || state.kind == StateSyntax::Kind::kComposite)
      return tell("action-place", statement.text.place,
                  fmt::format("a {} has no actions", word_of(state.kind)),
                  "put them into a state before or after it");
    add_description(statement, state);
  }

  bool is_legacy_header(const Statement& statement) {
    if (statement.id.text != "stateDiagram" && statement.id.text != "classDiagram") return false;
    tell("header-twice", statement.id.place, "a file holds one diagram", "remove this line");
    return true;
  }

  void add_description(const Statement& statement, StateSyntax& state) {
    if (statement.text.text.empty())
      return tell("empty-text", statement.text.place, "an empty action",
                  "write an action behind the colon, or leave the colon out");
    Description description{statement.text, std::nullopt};
    if (lint(TextKind::kStateText, statement.text)) description.action = reader_.read_action(statement.text);
    state.descriptions.push_back(std::move(description));
  }

  // A composite state without '--' has no parts: what stands in it is its own.
  void drop_single_parts() {
    const auto is_single = [&](const StateSyntax& s) {
      return s.kind == StateSyntax::Kind::kRegion && parts_[s.parent] == 1;
    };
    std::map<std::string, std::string> moved;
    for (const StateSyntax& state : tree_.states)
      if (is_single(state)) moved[state.id] = state.parent;
    std::erase_if(tree_.states, is_single);
    const auto move = [&](std::string& parent) {
      if (const auto it = moved.find(parent); it != moved.end()) parent = it->second;
    };
    for (StateSyntax& state : tree_.states) move(state.parent);
    for (TransitionSyntax& transition : tree_.transitions) move(transition.parent);
  }

  // Mermaid calls the points of a composite state 'b' 'b_start' and 'b_end'.
  void check_clashes() {
    for (const StateSyntax& state : tree_.states) {
      for (const std::string_view ending : {"_start", "_end"}) {
        if (!state.id.ends_with(ending)) continue;
        const std::string owner = state.id.substr(0, state.id.size() - ending.size());
        const StateSyntax* composite = tree_.find_state(owner);
        if (owner == "root" || (composite && composite->kind == StateSyntax::Kind::kComposite))
          tell("reserved-state-id", state.place,
               fmt::format("Mermaid takes '{}' for the [*] of '{}'", state.id, owner), "give it another id");
      }
    }
  }

  const Source& source_;
  DiagramSyntax& tree_;
  Diagnostics& found_;
  ActionReader reader_;
  std::map<std::string, size_t> index_;
  std::map<std::string, unsigned> parts_;
  std::vector<Open> open_;
};

// The first line that is neither blank nor a comment.
const Line* first_line(const Source& source, size_t body) {
  for (size_t i = body; i < source.lines.size(); ++i)
    if (!trimmed(source.lines[i].text).empty() && !is_comment(source.lines[i].text)) return &source.lines[i];
  return nullptr;
}

bool check_header(const Source& source, size_t body, Diagnostics& found) {
  const Line* first = first_line(source, body);
  if (first && trimmed(first->text) == "stateDiagram-v2") return true;
  if (first == nullptr)
    found.error(
        "header", {source.file, 1, 1, 1}, "this diagram is empty",
        "begin it with the line stateDiagram-v2, behind the front matter where there is some, and draw on "
        "the next what is to be done: [*] --> tell");
  else
    found.error("header", place_of(source, *first), "expected 'stateDiagram-v2'",
                "a reconfiguration diagram begins with this line, behind the front matter");
  return false;
}

}  // namespace

bool says_state_diagram(const Source& source) {
  Diagnostics ignored;
  const size_t body = read_front_matter(source, ignored).body;
  const auto first =
      std::find_if(source.lines.begin() + static_cast<ptrdiff_t>(body), source.lines.end(),
                   [](const Line& line) { return !trimmed(line.text).empty() && !is_comment(line.text); });
  return first != source.lines.end() && trimmed(first->text).starts_with("stateDiagram");
}

const StateSyntax* DiagramSyntax::find_state(const std::string& id) const {
  const auto it =
      std::find_if(states.begin(), states.end(), [&](const StateSyntax& s) { return s.id == id; });
  return it == states.end() ? nullptr : &*it;
}

std::optional<DiagramSyntax> parse_diagram(const Source& source, Diagnostics& found) {
  const auto errors = [&] {
    return std::count_if(found.all().begin(), found.all().end(),
                         [](const Diagnostic& d) { return d.severity == Severity::kError; });
  };
  const auto before = errors();
  DiagramSyntax tree;
  tree.file = source.file;
  tree.name = std::filesystem::path(source.file->path).stem().string();
  if (source.lines.size() > kMaxLines) {
    found.error("too-long", {source.file, static_cast<uint32_t>(kMaxLines) + 1, 1, 1},
                fmt::format("a diagram of more than {} lines", kMaxLines), "split it");
    return std::nullopt;
  }
  tree.front = read_front_matter(source, found);
  const bool open_front = tree.front.body == source.lines.size() && errors() != before;
  if (open_front || !check_header(source, tree.front.body, found)) return std::nullopt;
  tree.place = place_of(source, *first_line(source, tree.front.body));
  for (size_t i = tree.front.body; i < source.lines.size(); ++i) lint_line(source, source.lines[i], found);
  TreeBuilder(source, tree, found).build(read_statements(source, tree.front.body, found));
  tree.broken = errors() != before;
  return tree;
}

}  // namespace attune::dsl
