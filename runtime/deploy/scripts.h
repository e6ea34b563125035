// SPDX-License-Identifier: Apache-2.0
// The constant shell scripts that deployment runs on a host, and the layout they keep below `dirlocal`:
//   content/SHA256          what was pushed, once for all components      content/SHA256.part   on its way
//   components/NAME/        a component's own directory                   components/.NAME.new  being made
//   deployed/NAME           the record of what was deployed               deployed/NAME.pending begun, not
//   done
//   run/NAME/               where the wrappers keep its process           .made  what was made to hold all
//   this
// They need a POSIX sh, the POSIX tools, tar and sha256sum (or openssl); busybox has them all.
// docs/host-files.md has the record's format. Immutable; any thread.
#pragma once

#include <string>

namespace attune::deploy {

// Exit codes of all scripts beyond the tools' own; standard error says more.
enum ScriptExit {
  kForeign = 10,         // a directory of ours belongs to somebody else, or is no directory
  kNotWhole = 11,        // the input ended early
  kDamaged = 12,         // what arrived has another checksum
  kContentChanged = 13,  // the content came, grew or was removed meanwhile: survey again
  kCannotUnpack = 14,
  kStillRuns = 15,  // its process, whose number is told
};

// What one script does, in this order.
struct ScriptSteps {
  // Makes the directories and prints what it finds, a line each: "deployed", "have", "part BYTES", "no-tool
  // NAME", "no-interpreter NAME", and what df(1) says of the space. Where other steps follow and nothing of
  // that kind is in their way, it prints but "send" and goes on.
  bool look = false;
  // Standard input, appended to the part of `offset` bytes that is there, becomes the content. Prints
  // "pushed" when it is there; before it, without a look, "send".
  bool push = false;
  // Makes the component's directory in one step and writes its record. Standard input is a tar of extra files
  // where `extra` is 1, which it cannot be after a push.
  bool unpack = false;
};

// dirlocal component sha256 kind filename mode request verify extra size offset need host tool... --
// interpreter... sha256 "-": no content. need: how many KiB are to be free. host: its name, for the record.
// Tools and interpreters: for look.
std::string deploy_script(const ScriptSteps& steps);

// dirlocal component   Removes what the record names, what was kept of its process, and what nobody else
// uses. Prints "left COUNT" where files of others remain.
std::string undeploy_script();

// dirlocal host   Prints what was deployed, or begun to be, for the host of that name, a line each: "NAME",
// or "NAME runs" where its process does.
std::string list_script();

}  // namespace attune::deploy
