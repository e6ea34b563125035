// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/why_view.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"

namespace attune::control {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json time_or_null(const std::optional<WallTime>& at) {
  return at ? Json(to_text(*at)) : Json(nullptr);
}

Json event_view(const workflow::EventAccepted& event) {
  Json values = Json::object();
  for (const auto& [name, value] : event.values) values[name] = value;
  return {{"event", event.event},
          {"name", event.name},
          {"component", or_null(event.component)},
          {"source", event.source},
          {"values", std::move(values)}};
}

Json hosts_view(const std::vector<workflow::ConsideredHost>& hosts) {
  Json views = Json::array();
  for (const workflow::ConsideredHost& host : hosts)
    views.push_back(
        {{"host", host.host}, {"measure", or_null(host.measure)}, {"refused", or_null(host.refused)}});
  return views;
}

Json steps_view(const std::vector<workflow::ExplainedStep>& steps, bool with_time) {
  Json views = Json::array();
  for (const workflow::ExplainedStep& step : steps) {
    Json view = Json::object();
    if (with_time) view["at"] = to_text(step.at);
    view["kind"] = step.kind;
    view["state"] = or_null(step.state);
    view["text"] = step.text;
    if (!step.hosts.empty()) view["hosts"] = hosts_view(step.hosts);
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace

Json run_why_view(const workflow::RunExplanation& of) {
  return {{"run", of.run},
          {"diagram", of.diagram},
          {"subject", or_null(of.subject)},
          {"event", of.event ? event_view(*of.event) : Json(nullptr)},
          {"rule", or_null(of.rule)},
          {"terms", or_null(of.terms)},
          {"began", to_text(of.began)},
          {"waited_for", or_null(of.waited_for)},
          {"left_waiting", time_or_null(of.left_waiting)},
          {"steps", steps_view(of.steps, true)},
          {"end", of.end ? Json(workflow::name_of(*of.end)) : Json(nullptr)},
          {"ended", time_or_null(of.ended)},
          {"why", or_null(of.why)},
          {"otherwise", of.otherwise}};
}

Json event_why_view(const workflow::Event& event, const EventWhy& why) {
  Json view = {{"event", event.name}, {"component", or_null(event.component)}};
  Json& about = view["about"] = Json::array();
  for (const EventWhy::About& one : why.about) {
    const workflow::Prospect& prospect = one.prospect;
    about.push_back({{"component", or_null(prospect.component)},
                     {"verdict", workflow::name_of(prospect.verdict)},
                     {"why", or_null(prospect.why)},
                     {"remedy", or_null(prospect.remedy)},
                     {"rule", or_null(prospect.rule)},
                     {"terms", or_null(prospect.terms)},
                     {"decides", steps_view(one.decides, false)},
                     {"then", or_null(prospect.then)},
                     {"otherwise", one.otherwise}});
  }
  Json& past = view["past"] = Json::array();
  for (const EventWhy::Past& one : why.past)
    past.push_back(
        {{"at", to_text(one.at)}, {"component", one.component}, {"why", one.why}, {"count", one.count}});
  return view;
}

}  // namespace attune::control
