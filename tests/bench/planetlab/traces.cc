// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/traces.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace attune::planetlab {

namespace {

Result<Trace> load_trace(const std::filesystem::path& file) {
  std::ifstream input(file);
  if (!input) return fail(ErrorCode::kNotFound, fmt::format("{}: cannot be read", file.string()));
  Trace trace;
  for (size_t i = 0; i < kSamples; ++i) {
    int percent = -1;
    if (!(input >> percent) || percent < 0 || percent > 100)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}:{}: there should be a whole number from 0 to 100", file.string(), i + 1));
    trace.use[i] = percent / 100.0;
  }
  trace.use[kSamples] = trace.use[kSamples - 1];
  return trace;
}

}  // namespace

double Trace::at(double time) const {
  const double place = std::clamp(time / kInterval, 0.0, static_cast<double>(kSamples));
  const auto before = static_cast<size_t>(place);
  if (before == kSamples) return use[kSamples];
  return use[before] +
         (use[before + 1] - use[before]) / kInterval * (time - kInterval * static_cast<double>(before));
}

Result<std::vector<Trace>> load_traces(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    files.push_back(at->path());
  if (error) return fail(ErrorCode::kNotFound, fmt::format("{}: {}", folder, error.message()));
  if (files.empty()) return fail(ErrorCode::kNotFound, fmt::format("{}: there is no trace in it", folder));
  std::ranges::sort(files);
  std::vector<Trace> traces;
  for (const auto& file : files) {
    auto trace = load_trace(file);
    if (!trace) return fail(std::move(trace.error()));
    traces.push_back(*trace);
  }
  return traces;
}

}  // namespace attune::planetlab
