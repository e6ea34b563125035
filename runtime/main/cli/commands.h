// SPDX-License-Identifier: Apache-2.0
// The table of `attune`'s commands, in the order of its help. Any thread.
#pragma once

#include <memory>
#include <span>

#include "runtime/main/cli/command.h"

namespace attune::cli {

std::span<const CommandEntry> commands();

// Each in the source of its name.
std::unique_ptr<Command> make_approve();
std::unique_ptr<Command> make_bind();
std::unique_ptr<Command> make_call();
std::unique_ptr<Command> make_cancel();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_create();
std::unique_ptr<Command> make_doc();
std::unique_ptr<Command> make_events();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_fmt();
std::unique_ptr<Command> make_graph();
std::unique_ptr<Command> make_lab();
std::unique_ptr<Command> make_log();
std::unique_ptr<Command> make_lsp();
std::unique_ptr<Command> make_maintenance();
std::unique_ptr<Command> make_mode();
std::unique_ptr<Command> make_new();
std::unique_ptr<Command> make_off();
std::unique_ptr<Command> make_place();
std::unique_ptr<Command> make_plan();
std::unique_ptr<Command> make_record();
std::unique_ptr<Command> make_reload();
std::unique_ptr<Command> make_remove();
std::unique_ptr<Command> make_replay();
std::unique_ptr<Command> make_resume();
std::unique_ptr<Command> make_send();
std::unique_ptr<Command> make_set();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_stop();
std::unique_ptr<Command> make_token();
std::unique_ptr<Command> make_torture();
std::unique_ptr<Command> make_traffic();
std::unique_ptr<Command> make_tree();
std::unique_ptr<Command> make_unbind();
std::unique_ptr<Command> make_undeploy();
std::unique_ptr<Command> make_why();

}  // namespace attune::cli
