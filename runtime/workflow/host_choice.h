// SPDX-License-Identifier: Apache-2.0
// The record of a host's choice: which hosts were considered, why each was refused, and the smallest change
// by which another one would have been chosen. Made when the choice is. Pure; loop thread only.
#pragma once

#include <string>

#include "runtime/model/expression.h"
#include "runtime/workflow/evaluator.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// `scope` is the one in which it was asked.
HostChosen record_of(RunId run, std::string variable, const Evaluator::Asked& asked, const Scope& scope);

// As a sentence: "lab2: load 3%, the least of 2 that fit; not lab1: free_memory = 100MiB".
std::string text_of(const HostChosen& chosen);

// The condition free_memory >= needed, of a host that a policy weighs.
model::Expression has_free_memory(model::Size needed);

}  // namespace attune::workflow
