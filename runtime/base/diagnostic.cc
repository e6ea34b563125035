// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/log.h"

namespace attune {

namespace {

std::string_view line_of(const SourceFile& file, uint32_t number) {
  std::string_view text = file.text;
  for (uint32_t line = 1; line < number; ++line) {
    const size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

// Blanks as wide as what stands before the column, tabs kept, so that the caret falls below it.
std::string indent_to(std::string_view line, uint32_t column) {
  std::string indent;
  uint32_t at = 1;
  for (const char c : line) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continuation) continue;
    if (at++ >= column) break;
    indent += c == '\t' ? '\t' : ' ';
  }
  return indent;
}

auto order(const Diagnostic& d) {
  return std::make_tuple(d.place.file ? std::string_view(d.place.file->path) : std::string_view(),
                         d.place.line, d.place.column, std::string_view(d.code), std::string_view(d.message));
}

// The line shown with its tabs, everything else that could speak to a terminal escaped.
std::string shown(std::string_view line) {
  std::string out;
  while (true) {
    const size_t tab = line.find('\t');
    out += printable(line.substr(0, tab));
    if (tab == line.npos) return out;
    out += '\t';
    line.remove_prefix(tab + 1);
  }
}

// Of a long path its beginning and its end.
std::string path_text(const Diagnostic& diagnostic) {
  constexpr size_t kMost = 12;
  const auto& path = diagnostic.path;
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path.size() > kMost && i == kMost / 2) {
      text += fmt::format(" --> ({} more)", path.size() - kMost);
      i = path.size() - kMost / 2;
    }
    text += (text.empty() ? "" : " --> ") + path[i].text;
  }
  return text;
}

}  // namespace

std::string_view name_of(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++errors_;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::add(const Diagnostics& others) {
  for (const Diagnostic& one : others.all()) add(one);
  for (const Allowance& one : others.allowances()) allow(one);
}

void Diagnostics::allow(Allowance allowance) {
  allowances_.push_back(std::move(allowance));
}

void Diagnostics::error(std::string_view code, Place place, std::string message, std::string hint) {
  add({Severity::kError, std::string(code), std::move(place), std::move(message), std::move(hint), {}, {}});
}

void Diagnostics::warning(std::string_view code, Place place, std::string message, std::string hint) {
  add({Severity::kWarning, std::string(code), std::move(place), std::move(message), std::move(hint), {}, {}});
}

bool Diagnostics::is_clean() const {
  return std::all_of(all_.begin(), all_.end(), [](const Diagnostic& one) { return !one.allowed.empty(); });
}

void Diagnostics::sort() {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const auto& a, const auto& b) { return order(a) < order(b); });
  const auto same = [](const auto& a, const auto& b) { return order(a) == order(b); };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
}

std::string to_text(const Diagnostic& d) {
  std::string text;
  if (d.place.file) text += printable(d.place.file->path) + ":";
  if (d.place.line > 0) text += fmt::format("{}:{}:", d.place.line, d.place.column);
  if (!text.empty()) text += " ";
  text += fmt::format("{}: {} [{}]\n", name_of(d.severity), printable(d.message), d.code);
  if (d.place.file && d.place.line > 0) {
    const std::string_view line = line_of(*d.place.file, d.place.line);
    const std::string marks = "^" + std::string(d.place.length > 1 ? d.place.length - 1 : 0, '~');
    text += fmt::format("  {}\n  {}{}\n", shown(line), indent_to(line, d.place.column), marks);
  }
  if (!d.path.empty()) text += fmt::format("  path: {}\n", printable(path_text(d)));
  if (!d.allowed.empty()) text += fmt::format("  allowed: {}\n", printable(d.allowed));
  if (!d.hint.empty()) text += fmt::format("  hint: {}\n", printable(d.hint));
  return text;
}

}  // namespace attune
