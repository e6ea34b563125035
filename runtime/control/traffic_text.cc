// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/control/traffic.h"
#include "runtime/traffic/export_csv.h"
#include "runtime/traffic/export_gnuplot.h"
#include "runtime/traffic/export_graphml.h"
#include "runtime/traffic/export_xml.h"
#include "runtime/traffic/picture_graph.h"
#include "runtime/traffic/picture_matrix.h"
#include "runtime/traffic/span_text.h"

namespace attune::control {

namespace {

using Json = nlohmann::ordered_json;
using traffic::PeriodMatrix;

std::string_view name_of(traffic::Form form) {
  switch (form) {
    case traffic::Form::kSingle:
      return "single";
    case traffic::Form::kMean:
      return "mean";
    case traffic::Form::kWeighted:
      return "weighted";
  }
  return {};
}

Json view(const traffic::Group& group) {
  return {{"machines", group.machines},
          {"inside", {{"messages", group.inside.messages}, {"bytes", group.inside.bytes}}},
          {"outside", {{"messages", group.outside.messages}, {"bytes", group.outside.bytes}}}};
}

Json view(const PeriodMatrix& answered, const traffic::GroupSettings& settings) {
  const traffic::Matrix& matrix = answered.matrix;
  Json parties = Json::array(), cells = Json::array(), groups = Json::array();
  for (const traffic::Party& party : matrix.parties)
    parties.push_back({{"name", party.name}, {"machine", party.is_vm}});
  for (const traffic::Cell& cell : matrix.cells)
    cells.push_back({{"from", matrix.parties[cell.from].name},
                     {"to", matrix.parties[cell.to].name},
                     {"messages", cell.volume.messages},
                     {"bytes", cell.volume.bytes}});
  traffic::Groups found = traffic::find_groups(matrix, settings);
  for (const traffic::Group& group : found.groups) groups.push_back(view(group));
  return {{"start", traffic::time_text(answered.period.start)},
          {"seconds", answered.period.seconds},
          {"parties", std::move(parties)},
          {"cells", std::move(cells)},
          {"missing", matrix.missing},
          {"estimated", matrix.estimated},
          {"groups", std::move(groups)},
          {"alone", std::move(found.alone)}};
}

std::string json_of(const traffic::Answer& answer, const traffic::GroupSettings& settings,
                    const traffic::MachineGroups& stable) {
  Json matrices = Json::array();
  for (const PeriodMatrix& one : answer.matrices) matrices.push_back(view(one, settings));
  const Json body = {{"form", name_of(answer.form)},
                     {"from", traffic::time_text(answer.first.start)},
                     {"to", traffic::time_text(answer.last.end())},
                     {"periods", answer.count},
                     {"matrices", std::move(matrices)},
                     {"estimated", answer.estimated},
                     {"stable_groups", stable}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> traffic_text(const traffic::Answer& answer, const TrafficRequest& request,
                                 const traffic::MachineGroups& stable) {
  if (request.format == TrafficFormat::kJson) return json_of(answer, request.groups, stable);
  const std::vector<PeriodMatrix>& periods = answer.matrices;
  if (request.format == TrafficFormat::kXml) return traffic::export_xml(periods);
  if (request.format == TrafficFormat::kCsv) return traffic::export_csv(periods);
  if (periods.size() != 1)
    return fail(
        ErrorCode::kInvalid,
        "this format shows one matrix: ask for one period, or for one matrix of all with form=mean or "
        "form=weighted (attune traffic --mean or --weight)");
  const PeriodMatrix& only = periods.front();
  const std::string span = traffic::span_text(answer);
  if (request.format == TrafficFormat::kMatrix) return traffic::picture_matrix(only, request.groups.by, span);
  if (request.format == TrafficFormat::kGnuplot)
    return traffic::export_gnuplot(only, request.groups.by, span);
  const traffic::Groups groups = traffic::find_groups(only.matrix, request.groups);
  if (request.format == TrafficFormat::kGraphml) return traffic::export_graphml(only, groups);
  return traffic::picture_graph(only, groups, request.groups.by, span);
}

}  // namespace attune::control
