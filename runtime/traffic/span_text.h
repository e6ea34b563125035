// SPDX-License-Identifier: Apache-2.0
// Of which time a matrix is, for the titles of pictures: of one period, or of the mean of several. Behind the
// queries. Pure; any thread.
#pragma once

#include <string>

#include "runtime/traffic/query.h"

namespace attune::traffic {

// "30 s from 2026-05-04T12:00:30Z".
std::string span_text(const Period& period);

// The same of the one matrix of an answer: "mean of 5 periods of 30 s from ... to ...", or as of one period.
std::string span_text(const Answer& answer);

}  // namespace attune::traffic
