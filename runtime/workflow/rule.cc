// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/rule.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "runtime/model/value.h"

namespace attune::workflow {

std::string rule_text(const model::Diagram& diagram, const model::Project& project) {
  if (diagram.path.empty()) return {};
  std::string_view path = diagram.path;
  const std::string folder = project.directory + "/";
  const size_t diagrams = path.rfind("diagrams/");
  // A relative one is as the project's folder was named on the command line.
  if (!project.directory.empty() && path.starts_with(folder))
    path.remove_prefix(folder.size());
  else if (!path.starts_with('/') && diagrams != path.npos)
    path.remove_prefix(diagrams);
  return fmt::format("{}:{}", path, std::max<uint32_t>(1, diagram.place.line));
}

std::string terms_text(const model::Settings& settings) {
  std::string text;
  const auto add = [&](const std::string& term) { text += (text.empty() ? "" : ", ") + term; };
  if (settings.hold) add("hold " + to_text(model::Value(*settings.hold)));
  if (settings.release) add("release " + to_text(model::Value(*settings.release)));
  if (settings.after_growth) add("after_growth " + to_text(model::Value(*settings.after_growth)));
  if (settings.after_shrink) add("after_shrink " + to_text(model::Value(*settings.after_shrink)));
  if (settings.cooldown) add("cooldown " + to_text(model::Value(*settings.cooldown)));
  if (settings.ensure) add("ensure " + model::to_text(*settings.ensure));
  if (settings.within) add("within " + to_text(model::Value(*settings.within)));
  if (settings.tries) add(fmt::format("{} {}", *settings.tries, *settings.tries == 1 ? "try" : "tries"));
  if (settings.runs) add(fmt::format("{} run{} at once", *settings.runs, *settings.runs == 1 ? "" : "s"));
  if (settings.priority != 0) add(fmt::format("priority {}", settings.priority));
  if (settings.every) add("every " + to_text(model::Value(*settings.every)));
  if (settings.at) add("at " + *settings.at);
  return text;
}

std::string guard_text(const model::Way& way) {
  constexpr std::string_view kBlanks = " \t";
  std::string_view text = way.label;
  const size_t opens = text.find('['), closes = text.rfind(']');
  if (opens == text.npos || closes == text.npos || closes < opens)
    return way.guard ? model::to_text(*way.guard) : std::string();
  text = text.substr(opens + 1, closes - opens - 1);
  const size_t first = text.find_first_not_of(kBlanks), last = text.find_last_not_of(kBlanks);
  return first == text.npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

}  // namespace attune::workflow
