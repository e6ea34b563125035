// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/plan_json.h"

#include <nlohmann/json.hpp>

#include "runtime/main/cli/console.h"
#include "runtime/main/cli/plan_text.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(const system::System& system, const system::Component& component) {
  const system::Host* host = system.host_of(component);
  const system::Component* container = system.find(component.container);
  Json bindings = Json::object();
  for (auto& [role, others] : bindings_of(system, component)) bindings[role] = std::move(others);
  return {{"name", component.name},
          {"class", system.class_of(component).name},
          {"host", text_or_null(host == nullptr ? std::string() : host->name)},
          {"container", text_or_null(container == nullptr ? std::string() : container->name)},
          {"bindings", std::move(bindings)}};
}

Json json_of(const PlannedCall& call) {
  return {{"component", call.component},
          {"stub", call.stub},
          {"host", text_or_null(call.host)},
          {"arguments", call.arguments}};
}

void write_piece(const Json& piece, Output& out) {
  out.write(escaped_json(piece.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

}  // namespace

void write_plan_json(const Plan& plan, const system::System& system, Output& out) {
  out.write("{\"project\":");
  write_piece(system.project().name, out);
  out.write(",\"components\":[");
  bool is_first = true;
  for (const system::Component* component : system.components()) {
    if (!std::exchange(is_first, false)) out.write(",");
    write_piece(json_of(system, *component), out);
  }
  out.write("],\"steps\":[");
  for (const PlanStep& step : plan.steps) {
    out.write(&step == plan.steps.data() ? "{\"notes\":" : ",{\"notes\":");
    write_piece(step.notes, out);
    out.write(",\"calls\":[");
    for (const PlannedCall& call : step.calls) {
      if (&call != step.calls.data()) out.write(",");
      write_piece(json_of(call), out);
    }
    out.write("]}");
  }
  out.write("],\"problem\":");
  write_piece(text_or_null(plan.problem), out);
  out.write("}\n");
}

}  // namespace attune::cli
