// SPDX-License-Identifier: Apache-2.0
#include "dsl/xml_places.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kMaxDepth = 64;

bool is_name_byte(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) || c == '_' || c == '-' || c == '.' || c == ':' || u >= 0x80;
}

class Scanner {
 public:
  Scanner(const Source& source, Diagnostics& found)
      : source_(source), text_(source.file->text), found_(found) {}

  std::vector<XmlElementPlace> run() {
    while (ok_ && pos_ < text_.size()) read_piece();
    if (ok_ && !open_.empty()) {
      refuse(open_.back().at, open_.back().name.size(),
             fmt::format("'<{}>' is never closed", open_.back().name),
             fmt::format("write </{}> where it ends", open_.back().name));
    }
    if (ok_ && elements_.empty()) {
      refuse(0, 1, "there is no element", "a wrapper reads <wrapper name='...'> ... </wrapper>");
    }
    if (!ok_) elements_.clear();
    return std::move(elements_);
  }

 private:
  struct Open {
    std::string_view name;
    size_t at;
  };

  char look() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  bool at(std::string_view what) const { return text_.substr(pos_).starts_with(what); }
  void skip_blanks() { pos_ = std::min(text_.find_first_not_of(kBlanks, pos_), text_.size()); }

  Place place(size_t from, size_t length) {
    while (line_ + 1 < source_.lines.size() && offset(line_ + 1) <= from) ++line_;
    while (line_ > 0 && offset(line_) > from) --line_;
    const Line& line = source_.lines[line_];
    const size_t column = std::min(from - offset(line_), line.text.size());
    return place_of(source_, line, line.text.substr(column, length));
  }
  size_t offset(size_t line) const {
    return static_cast<size_t>(source_.lines[line].text.data() - text_.data());
  }

  void refuse(size_t from, size_t length, std::string message, std::string hint) {
    if (std::exchange(ok_, false)) {
      found_.error("bad-xml", source_.lines.empty() ? Place{source_.file, 1, 1, 1} : place(from, length),
                   std::move(message), std::move(hint));
    }
  }

  void read_piece() {
    if (at("<!--")) return skip("<!--", "-->", "a comment");
    if (at("<![CDATA[")) return skip("<![CDATA[", "]]>", "a CDATA section");
    if (at("<?")) return skip("<?", "?>", "the declaration");
    if (at("<!")) {
      return refuse(pos_, 2, "a document type has no meaning in a wrapper", "remove it, up to its '>'");
    }
    if (at("</")) return read_end_tag();
    if (look() == '<') return read_start_tag();
    read_text();
  }

  void skip(std::string_view begin, std::string_view end, std::string_view what) {
    const size_t found = text_.find(end, pos_ + begin.size());
    if (found == text_.npos) {
      return refuse(pos_, begin.size(), fmt::format("{} is never closed", what),
                    fmt::format("close it with {}", end));
    }
    pos_ = found + end.size();
  }

  void read_text() {
    const size_t end = std::min(text_.find('<', pos_), text_.size());
    const size_t word = text_.find_first_not_of(kBlanks, pos_);
    if (word < end) {
      const size_t length = text_.find_first_of(kBlanks, word) - word;
      return refuse(word, std::min(length, end - word), "text has no meaning here",
                    "a comment stands between <!-- and -->");
    }
    pos_ = end;
  }

  std::string_view read_name() {
    const size_t from = pos_;
    while (pos_ < text_.size() && is_name_byte(text_[pos_])) ++pos_;
    return text_.substr(from, pos_ - from);
  }

  void read_end_tag() {
    const size_t begin = pos_;
    pos_ += 2;
    const std::string_view name = read_name();
    if (open_.empty())
      return refuse(begin, name.size() + 2, fmt::format("'</{}>' closes nothing", name), "remove it");
    if (name != open_.back().name) {
      return refuse(begin, name.size() + 2,
                    fmt::format("'</{}>' stands where '<{}>' must be closed first", name, open_.back().name),
                    fmt::format("write </{}>", open_.back().name));
    }
    skip_blanks();
    if (look() != '>')
      return refuse(pos_, 1, "'>' is missing at the end of the tag", fmt::format("write </{}>", name));
    ++pos_;
    open_.pop_back();
  }

  void read_start_tag() {
    const size_t begin = pos_++;
    const size_t name_at = pos_;
    const std::string_view name = read_name();
    if (name.empty()) return refuse(begin, 1, "'<' begins no tag", "write &lt; for the sign itself");
    if (open_.empty() && !elements_.empty()) {
      return refuse(name_at, name.size(), "a file holds one element",
                    "put each wrapper into a file of its own");
    }
    if (open_.size() == kMaxDepth) return refuse(name_at, name.size(), "elements are nested too deeply", "");
    elements_.push_back({place(name_at, name.size()), {}});
    XmlElementPlace& element = elements_.back();
    while (ok_ && read_attribute(element, name)) {
    }
    if (!ok_) return;
    if (at("/>")) {
      pos_ += 2;
    } else {
      ++pos_;
      open_.push_back({name, name_at});
    }
  }

  // Whether there was one; else the tag's end is next.
  bool read_attribute(XmlElementPlace& element, std::string_view of) {
    const size_t before = pos_;
    skip_blanks();
    if (look() == '>' || at("/>")) return false;
    const size_t name_at = pos_;
    const std::string_view name = read_name();
    if (name.empty() || before == name_at) {
      refuse(pos_, 1, fmt::format("this does not belong into the tag '<{}'", of),
             "an attribute reads name=\"value\", with a blank before it");
      return false;
    }
    skip_blanks();
    if (look() != '=') {
      refuse(name_at, name.size(), fmt::format("'{}' has no value", name),
             fmt::format("write {}=\"value\"", name));
      return false;
    }
    ++pos_;
    skip_blanks();
    const char quote = look();
    const size_t end = quote == '"' || quote == '\'' ? text_.find(quote, pos_ + 1) : text_.npos;
    if (end == text_.npos) {
      refuse(name_at, name.size(), fmt::format("the value of '{}' is not between quotes", name),
             fmt::format("write {}=\"value\"", name));
      return false;
    }
    if (element.find(name) != nullptr) {
      refuse(name_at, name.size(), fmt::format("'{}' is given twice", name), "remove one of them");
      return false;
    }
    add(element, name_at, name, pos_ + 1, end);
    return ok_;
  }

  void add(XmlElementPlace& element, size_t name_at, std::string_view name, size_t from, size_t end) {
    const std::string_view value = text_.substr(from, end - from);
    if (const size_t less = value.find('<'); less != value.npos) {
      return refuse(from + less, 1, "'<' cannot stand in a value", "write &lt;");
    }
    const bool plain = value.find_first_of("&\r\n") == value.npos;
    const size_t length = std::min(value.size(), value.find('\n'));
    element.attributes.push_back(
        {std::string(name), place(name_at, name.size()), place(from, std::max<size_t>(length, 1)), plain});
    pos_ = end + 1;
  }

  const Source& source_;
  const std::string_view text_;
  Diagnostics& found_;
  size_t pos_ = 0;
  size_t line_ = 0;
  bool ok_ = true;
  std::vector<Open> open_;
  std::vector<XmlElementPlace> elements_;
};

}  // namespace

const XmlAttributePlace* XmlElementPlace::find(std::string_view attribute) const {
  const auto it = std::find_if(attributes.begin(), attributes.end(),
                               [&](const XmlAttributePlace& one) { return one.name == attribute; });
  return it == attributes.end() ? nullptr : &*it;
}

std::vector<XmlElementPlace> find_xml_places(const Source& source, Diagnostics& found) {
  return Scanner(source, found).run();
}

}  // namespace attune::dsl
