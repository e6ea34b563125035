// SPDX-License-Identifier: Apache-2.0
// traffic_groups: what sensors told, given to the collector as the manager gives it; prints who exchanged how
// much in a span of time, and the groups by each method and measure. For the live test of groups.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <sysexits.h>

#include "runtime/events/event_line.h"
#include "runtime/traffic/groups.h"
#include "runtime/traffic/keeper.h"
#include "tests/support/temp_dir.h"

namespace attune::traffic {

namespace {

constexpr char kUsage[] =
    "usage: traffic_groups ROSTER LINES SECONDS FROM TO MINIMUM\n"
    "ROSTER has lines as the store keeps them, LINES those of the sensors, whose periods have SECONDS. Who "
    "exchanged less than\n"
    "MINIMUM bytes from FROM to TO is left out. All of it must be known.\n";
// A resolution of 1 cuts a chain of four machines in two: docs/traffic.md.
constexpr double kResolution = 0.5;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  if (!file || !(content << file.rdbuf())) return fail(ErrorCode::kNotFound, "cannot read " + path);
  return content.str();
}

Result<void> take_all(Keeper& keeper, std::string_view lines, int64_t now) {
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const auto event = events::parse_event_line(lines.substr(at, end - at));
    if (!event) return fail(ErrorCode::kInvalid, event.error().why);
    keeper.take(*event, now);
    at = end + 1;
  }
  const auto problems = keeper.take_problems();
  if (!problems.empty()) return fail(ErrorCode::kInvalid, problems.front());
  return {};
}

// All that was exchanged in the span: its periods' mean, as often as there are periods.
Result<Matrix> sum_of(Keeper& keeper, const Question& question, int64_t now) {
  auto reply = keeper.ask(question, now);
  if (!reply) return fail(std::move(reply.error()));
  if (const auto* refusal = std::get_if<Refusal>(&*reply))
    return fail(ErrorCode::kNotFound, to_text(*refusal));
  auto* answer = std::get_if<Answer>(&*reply);
  if (answer == nullptr) return fail(ErrorCode::kNotFound, to_text(std::get<Waiting>(*reply)));
  Matrix sum = std::move(answer->matrices.front().matrix);
  const auto count = static_cast<double>(answer->count);
  for (Cell& cell : sum.cells) cell.volume = {cell.volume.messages * count, cell.volume.bytes * count};
  return sum;
}

// The pairs that exchange enough, with both directions together; by messages they are the same ones.
Matrix above(const Matrix& matrix, double minimum) {
  const PairGraph graph = pairs_of(matrix, Measure::kBytes, minimum);
  MatrixBuilder builder;
  for (const std::string& machine : graph.machines) builder.add_party(machine, true);
  for (const Pair& pair : graph.pairs) {
    const auto& one = graph.machines[pair.from];
    const auto& other = graph.machines[pair.to];
    const uint32_t from = *find_party(matrix, one), to = *find_party(matrix, other);
    Volume volume = volume_of(matrix, from, to);
    builder.add(one, other, volume += volume_of(matrix, to, from));
  }
  return builder.build();
}

void print(const Matrix& matrix) {
  for (const Cell& cell : matrix.cells)
    std::cout << fmt::format("pair {} {} {:.0f} {:.0f}\n", matrix.parties[cell.from].name,
                             matrix.parties[cell.to].name, cell.volume.messages, cell.volume.bytes);
  for (const GroupMethod method : {GroupMethod::kThreshold, GroupMethod::kLeiden}) {
    for (const Measure by : {Measure::kMessages, Measure::kBytes}) {
      const GroupSettings settings{.method = method, .by = by, .resolution = kResolution};
      for (const Group& group : find_groups(matrix, settings).groups)
        std::cout << fmt::format("{} {} {}\n", name_of(method), name_of(by), fmt::join(group.machines, " "));
    }
  }
}

Result<int64_t> parse_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no whole number", text));
}

struct Arguments {
  Roster roster;
  std::string lines;
  Question question;
  int64_t minimum = 0;
};

Result<Arguments> read_arguments(char** arguments) {
  const auto roster_text = read_file(arguments[1]);
  auto lines = read_file(arguments[2]);
  if (!roster_text) return fail(roster_text.error());
  if (!lines) return fail(lines.error());
  auto roster = parse_roster(*roster_text);
  if (!roster) return fail(roster.error());
  Arguments read{*std::move(roster), *std::move(lines), {.form = Form::kMean}};
  int64_t* const numbers[] = {&read.question.seconds, &read.question.from, &read.question.to, &read.minimum};
  for (size_t i = 0; i < std::size(numbers); ++i) {
    const auto number = parse_number(arguments[3 + i]);
    if (!number) return fail(number.error());
    *numbers[i] = *number;
  }
  return read;
}

Result<void> run(char** words) {
  auto arguments = read_arguments(words);
  if (!arguments) return fail(arguments.error());
  const Question& question = arguments->question;
  const int64_t now = question.to + 600;  // all are settled
  const test::TempDir folder;
  auto keeper = Keeper::open(folder / "traffic.db", "test", {.seconds = question.seconds}, {});
  if (!keeper) return fail(keeper.error());
  (*keeper)->set_roster(std::move(arguments->roster), 0);
  if (auto taken = take_all(**keeper, arguments->lines, now); !taken) return taken;
  const auto sum = sum_of(**keeper, question, now);
  if (!sum) return fail(sum.error());
  print(above(*sum, static_cast<double>(arguments->minimum)));
  return {};
}

}  // namespace

}  // namespace attune::traffic

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << attune::traffic::kUsage;
    return EX_USAGE;
  }
  if (const auto ran = attune::traffic::run(argv); !ran) {
    std::cerr << "traffic_groups: " << ran.error().message << '\n';
    return EXIT_FAILURE;
  }
}
