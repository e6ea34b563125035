// SPDX-License-Identifier: Apache-2.0
#include "dsl/wrapper_format.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/layout.h"
#include "dsl/xml_places.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// How much further in than its tag an attribute stands that begins a line.
constexpr size_t kAttributeDepth = 2;

struct Piece {
  enum class Sort { kStart, kAttribute, kStartEnd, kEnd, kComment, kOther };
  Sort sort;
  std::string text;         // <method, name="x", > or />, </method>, <!-- ... -->
  size_t lines_before = 0;  // how many lines end between this and the piece before
  bool is_apart = false;    // blanks stand before it
  size_t column = 0;        // how many bytes stand before it in its line
};

// The pieces of a text that is known to be well-formed.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {}

  std::vector<Piece> run() {
    for (skip_blanks(); pos_ < text_.size(); skip_blanks()) {
      if (is_at("<!--"))
        add(Piece::Sort::kComment, std::string(until("-->")));
      else if (is_at("<![CDATA["))
        add(Piece::Sort::kOther, std::string(until("]]>")));
      else if (is_at("<?"))
        add(Piece::Sort::kOther, std::string(until("?>")));
      else if (is_at("</"))
        add_end_tag();
      else
        add_start_tag();
    }
    return std::move(pieces_);
  }

 private:
  bool is_at(std::string_view what) const { return text_.substr(pos_).starts_with(what); }

  void skip_blanks() {
    const size_t from = pos_;
    pos_ = std::min(text_.find_first_not_of(kBlanks, from), text_.size());
    const std::string_view blanks = text_.substr(from, pos_ - from);
    is_apart_ = !blanks.empty();
    lines_ = static_cast<size_t>(std::ranges::count(blanks, '\n'));
    begin_ = pos_;
  }

  std::string_view until(std::string_view end) { return up_to(text_.find(end, pos_) + end.size()); }
  std::string_view up_to(size_t end) {
    const std::string_view part = text_.substr(pos_, end - pos_);
    pos_ = std::min(end, text_.size());
    return part;
  }

  void add(Piece::Sort sort, std::string text) {
    const size_t line = begin_ == 0 ? text_.npos : text_.rfind('\n', begin_ - 1);
    pieces_.push_back(
        {sort, std::move(text), lines_, is_apart_, begin_ - (line == text_.npos ? 0 : line + 1)});
  }

  void add_end_tag() {
    const std::string_view tag = until(">");
    add(Piece::Sort::kEnd, std::string(tag.substr(0, tag.find_first_of(" \t\r\n>"))) + ">");
  }

  void add_start_tag() {
    add(Piece::Sort::kStart, std::string(up_to(text_.find_first_of(" \t\r\n/>", pos_))));
    for (skip_blanks(); !is_at(">") && !is_at("/>"); skip_blanks()) add_attribute();
    add(Piece::Sort::kStartEnd, std::string(until(">")));
  }

  void add_attribute() {
    std::string text(up_to(text_.find_first_of("= \t\r\n", pos_)));
    pos_ = text_.find_first_of("'\"", pos_);
    text += '=';
    text += up_to(text_.find(text_[pos_], pos_ + 1) + 1);
    add(Piece::Sort::kAttribute, std::move(text));
  }

  const std::string_view text_;
  size_t pos_ = 0, begin_ = 0;
  size_t lines_ = 0;
  bool is_apart_ = false;
  std::vector<Piece> pieces_;
};

std::string_view without_end_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

class Writer {
 public:
  std::string run(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      const bool is_first = begins_line(piece);
      if (is_first)
        begin_line(piece);
      else if (is_set_apart(piece))
        line_ += ' ';
      if (piece.sort == Piece::Sort::kEnd && !is_first) --depth_;
      if (piece.sort == Piece::Sort::kComment)
        write_comment(piece, is_first);
      else
        line_ += piece.text;
      opens_ = piece.sort == Piece::Sort::kStartEnd && piece.text == ">";
      if (opens_) ++depth_;
      before_ = piece.sort;
    }
    end_line();
    return layout_.take();
  }

 private:
  bool begins_line(const Piece& piece) const {
    return line_.empty() || (piece.lines_before > 0 && piece.sort != Piece::Sort::kStartEnd);
  }

  // Beside a comment the author's blank stays.
  bool is_set_apart(const Piece& piece) const {
    if (piece.sort == Piece::Sort::kAttribute) return true;
    return piece.is_apart && (piece.sort == Piece::Sort::kComment || before_ == Piece::Sort::kComment);
  }

  void begin_line(const Piece& piece) {
    end_line();
    if (piece.lines_before > 1 && piece.sort != Piece::Sort::kAttribute) layout_.blank();
    if (piece.sort == Piece::Sort::kEnd) {
      --depth_;
      layout_.closing();
    }
    line_depth_ = depth_ + (piece.sort == Piece::Sort::kAttribute ? kAttributeDepth : 0);
  }

  void end_line() {
    if (line_.empty()) return;
    layout_.line(line_depth_, line_);
    if (opens_) layout_.opened();
    line_.clear();
  }

  // Its further lines stay as far from where it begins as they were.
  void write_comment(const Piece& piece, bool is_first) {
    const size_t now = is_first ? line_depth_ * Layout::kIndent.size() : piece.column;
    std::string_view rest = piece.text;
    size_t end = rest.find('\n');
    line_ += without_end_blanks(rest.substr(0, end));
    opens_ = false;
    while (end != rest.npos) {
      rest.remove_prefix(end + 1);
      end = rest.find('\n');
      end_line();
      line_depth_ = 0;
      line_ = moved(without_end_blanks(rest.substr(0, end)), piece.column, now);
      if (line_.empty()) layout_.verbatim("");
    }
  }

  static std::string moved(std::string_view text, size_t from, size_t to) {
    const size_t blanks = std::min(text.find_first_not_of(' '), text.size());
    if (blanks == text.size() || text[blanks] == '\t') return std::string(text);
    return std::string(blanks + to >= from ? blanks + to - from : 0, ' ').append(text.substr(blanks));
  }

  Layout layout_;
  std::string line_;
  size_t line_depth_ = 0, depth_ = 0;
  bool opens_ = false;  // what was written last begins an element's body
  Piece::Sort before_ = Piece::Sort::kOther;
};

}  // namespace

bool says_xml(const Source& source) {
  const std::string_view text = source.file->text;
  const size_t first = text.find_first_not_of(kBlanks);
  return source.file->path.ends_with(".xml") || (first != text.npos && text[first] == '<');
}

std::optional<std::string> formatted_wrapper(const Source& source, Diagnostics& found) {
  Diagnostics own;
  const std::vector<XmlElementPlace> elements = find_xml_places(source, own);
  found.add(own);
  if (elements.empty()) return std::nullopt;
  const Place& root = elements.front().place;
  const std::vector<Piece> pieces = Pieces(source.file->text).run();
  const auto first = std::ranges::find(pieces, Piece::Sort::kStart, &Piece::sort);
  if (first->text != "<wrapper") {
    found.error("unknown-element", root, "this is no wrapper, whose element is <wrapper>",
                "only wrappers are Attune's, and formatted");
    return std::nullopt;
  }
  return Writer().run(pieces);
}

}  // namespace attune::dsl
