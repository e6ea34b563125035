// SPDX-License-Identifier: Apache-2.0
// traffic-probe: counts what reaches each VM of this host, and tells it period by period (docs/traffic.md).
#include <cstdio>
#include <string>
#include <vector>

#include <sysexits.h>

#include "probes/traffic/sensor.h"
#include "probes/traffic/servers.h"

namespace {

int complain(const attune::Error& error) {
  std::fputs(("traffic-probe: " + error.message + "\n").c_str(), stderr);
  if (error.code == attune::ErrorCode::kInvalid) return EX_USAGE;
  return error.code == attune::ErrorCode::kDenied ? EX_NOPERM : EX_OSERR;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  auto options = attune::probes::parse_options(arguments);
  if (!options) return complain(options.error());
  const auto found = attune::probes::look_up(options->server_names);
  if (!found) return complain(found.error());
  options->servers.insert(options->servers.end(), found->begin(), found->end());
  auto sensor = attune::probes::Sensor::open(*std::move(options));
  if (!sensor) return complain(sensor.error());
  if (auto ran = (*sensor)->run(); !ran) return complain(ran.error());
  return EX_OK;
}
