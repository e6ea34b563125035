// SPDX-License-Identifier: Apache-2.0
// The API: what each request over the control socket means, as routes to the daemon: docs/control-api.md.
// Loop thread only.
#pragma once

#include "runtime/control/daemon.h"
#include "runtime/control/router.h"

namespace attune::control {

// The daemon must outlive the router.
Router make_api(Daemon& daemon);

}  // namespace attune::control
