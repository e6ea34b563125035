// SPDX-License-Identifier: Apache-2.0
#include "wrappers/redaction.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace attune::wrappers {

namespace {

constexpr size_t kLeastLine = 4;  // bytes: a shorter line of a secret of several says nothing by itself
constexpr std::string_view kInstead = "***";

struct Part {
  size_t begin = 0;
  size_t end = 0;
};

// Where the pieces stand in the text, also those that overlap, from its front to its end.
std::vector<Part> parts_of(std::string_view text, const std::vector<std::string>& pieces) {
  std::vector<Part> parts;
  for (const std::string& piece : pieces) {
    for (size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) {
      if (!parts.empty() && at >= parts.back().begin && at <= parts.back().end)
        parts.back().end = std::max(parts.back().end, at + piece.size());
      else
        parts.push_back({at, at + piece.size()});
    }
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.begin < b.begin; });
  return parts;
}

}  // namespace

void Redaction::hide(std::string_view secret) {
  const auto add = [this](std::string_view piece) {
    if (std::find(pieces_.begin(), pieces_.end(), piece) == pieces_.end()) pieces_.emplace_back(piece);
  };
  if (secret.empty()) return;
  add(secret);
  if (secret.find('\n') == secret.npos) return;
  for (size_t begin = 0; begin < secret.size();) {
    const size_t end = std::min(secret.find('\n', begin), secret.size());
    if (end - begin >= kLeastLine) add(secret.substr(begin, end - begin));
    begin = end + 1;
  }
}

void Redaction::withhold(std::string why) {
  if (withheld_.empty()) withheld_ = std::move(why);
}

std::string Redaction::cleaned(std::string_view text) const {
  std::string told;
  size_t hidden = 0;  // up to here
  for (const Part& part : parts_of(text, pieces_)) {
    if (part.begin > hidden || (part.begin == 0 && hidden == 0)) {
      told += text.substr(hidden, part.begin - hidden);
      told += kInstead;
    }
    hidden = std::max(hidden, part.end);
  }
  return told.append(text.substr(hidden));
}

Result<ports::CommandEnd> Redaction::cleaned(Result<ports::CommandEnd> end) const {
  const auto clean = [this](std::string& text) {
    if (!text.empty())
      text = withheld_.empty() ? cleaned(text) : fmt::format("what it said is withheld: {}", withheld_);
  };
  if (!end) {
    clean(end.error().message);
  } else if (auto* lost = std::get_if<ports::Lost>(&*end)) {
    clean(lost->why);
  } else if (auto* exited = std::get_if<ports::Exited>(&*end)) {
    clean(exited->output);
    clean(exited->error_output);
  }
  return end;
}

}  // namespace attune::wrappers
