// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/planned_moves.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/moving.h"
#include "runtime/workflow/standard_errands.h"

namespace attune::workflow {

using system::Component;
using system::System;

namespace {

constexpr std::string_view kFrom = " from ", kTo = " to ", kAtOnce = ", ", kThen = "; ";

std::vector<std::string_view> parts_of(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  for (size_t end = text.find(between); end != text.npos; end = text.find(between)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + between.size());
  }
  parts.push_back(text);
  return parts;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(" ,;") == text.npos;
}

Result<PlannedMove> parse_move(std::string_view text) {
  const size_t from = text.find(kFrom), to = text.find(kTo);
  if (from != text.npos && to != text.npos && from < to) {
    const size_t host = from + kFrom.size();
    PlannedMove move{std::string(text.substr(0, from)), std::string(text.substr(host, to - host)),
                     std::string(text.substr(to + kTo.size()))};
    if (is_name(move.component) && is_name(move.from) && is_name(move.to)) return move;
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is no move of a plan, such as 'vm1 from lab1 to lab2'", text));
}

// Moves of one step: what can be called at once is, and what takes more than a call follows.
class StepMaker {
 public:
  explicit StepMaker(const System& system) : system_(system) {}

  Result<std::vector<ErrandStep>> steps_of(const std::vector<PlannedMove>& moves) {
    CallStep at_once;
    std::vector<ErrandStep> others;
    for (const PlannedMove& move : moves) {
      auto steps = steps_of(move);
      if (!steps) return fail(std::move(steps).error());
      auto* call = steps->size() == 1 ? std::get_if<CallStep>(&steps->front()) : nullptr;
      auto& requests = at_once.requests;
      if (call != nullptr)
        requests.insert(requests.end(), call->requests.begin(), call->requests.end());
      else
        std::move(steps->begin(), steps->end(), std::back_inserter(others));
    }
    if (!at_once.requests.empty()) others.insert(others.begin(), std::move(at_once));
    return others;
  }

 private:
  bool belongs_to(const system::Host& host, const std::string& family) const {
    const auto& families = system_.project().families;
    return host.family < families.size() && families[host.family].name == family;
  }

  Result<std::vector<ErrandStep>> steps_of(const PlannedMove& move) {
    const Component* component = system_.find(move.component);
    if (component == nullptr)
      return fail(ErrorCode::kNotFound, fmt::format("the plan moves {}, which is gone", move.component));
    const model::Class& of = system_.class_of(*component);
    if (!is_planned(system_.project(), of))
      return fail(
          ErrorCode::kInvalid,
          fmt::format("a plan cannot move {}: it is no machine that can be migrated", move.component));
    const system::Host* host = system_.find_host(move.to);
    if (host != nullptr && !belongs_to(*host, of.host_family))
      return fail(ErrorCode::kInvalid, fmt::format("{} runs on hosts of '{}', and {} is none", move.component,
                                                   of.host_family, move.to));
    if (host == nullptr)
      return fail(ErrorCode::kNotFound, fmt::format("the plan needs {}, which is gone", move.to));
    if (!system::is_usable(host->state))
      return fail(ErrorCode::kInvalid,
                  fmt::format("the plan needs {}, which is {}", move.to, name_of(host->state)));
    if (Result<void> taken = may_take(system_, *component, host->id); !taken) return fail(taken.error());
    const std::string is_at = where(*component);
    if (is_at != move.from)
      return fail(ErrorCode::kInvalid, fmt::format("the plan is out of date: {} is on {}, not on {}",
                                                   move.component, is_at, move.from));
    places_[move.component] = move.to;
    if (!system::may_run(component->lifecycle)) return workflow::move(system_, *component, move.to);
    return relocating(system_, *component, *host);
  }

  // Where it is once the moves so far have been made.
  std::string where(const Component& component) const {
    const auto moved = places_.find(component.name);
    if (moved != places_.end()) return moved->second;
    const system::Host* host = system_.host_of(component);
    return host == nullptr ? std::string("no host") : host->name;
  }

  const System& system_;
  std::map<std::string, std::string> places_;
};

}  // namespace

std::string to_text(const PlannedSteps& steps) {
  std::string text;
  for (const auto& step : steps) {
    std::string_view before = text.empty() ? std::string_view() : kThen;
    for (const PlannedMove& move : step) {
      text += fmt::format("{}{}{}{}{}{}", before, move.component, kFrom, move.from, kTo, move.to);
      before = kAtOnce;
    }
  }
  return text;
}

Result<PlannedSteps> parse_plan(std::string_view text) {
  PlannedSteps steps;
  if (text.empty()) return steps;
  for (const std::string_view step : parts_of(text, kThen)) {
    auto& moves = steps.emplace_back();
    for (const std::string_view one : parts_of(step, kAtOnce)) {
      auto move = parse_move(one);
      if (!move) return fail(std::move(move).error());
      moves.push_back(*std::move(move));
    }
  }
  return steps;
}

bool is_planned(const model::Project& project, const model::Class& of) {
  const model::Wrapper* wrapper = project.wrapper_of(of);
  if (of.is_abstract || of.in_vms || project.find_family(of.host_family) == nullptr || wrapper == nullptr)
    return false;
  return std::any_of(wrapper->stubs.begin(), wrapper->stubs.end(),
                     [](const model::Stub& stub) { return is_migration(stub); });
}

Result<std::vector<ErrandStep>> carrying_out(const System& system, const PlannedSteps& steps) {
  StepMaker maker(system);
  std::vector<ErrandStep> errands;
  for (const auto& step : steps) {
    auto made = maker.steps_of(step);
    if (!made) return fail(std::move(made).error());
    std::move(made->begin(), made->end(), std::back_inserter(errands));
  }
  return errands;
}

}  // namespace attune::workflow
