// SPDX-License-Identifier: Apache-2.0
// Questions: what a client asks about the text: formatting, definitions, hover, completion, renaming. Between
// the server and the views of the projects. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/main/lsp/live.h"
#include "runtime/main/lsp/wire.h"
#include "runtime/main/lsp/workspace.h"

namespace attune::lsp {

// How the client calls files: as it opened them, or, where it did not, by their real paths.
class Uris {
 public:
  void opened(const std::string& real, std::string uri) { open_[real] = std::move(uri); }
  void closed(const std::string& real) { open_.erase(real); }
  std::string of(const std::string& real) const;

 private:
  std::map<std::string, std::string> open_;
};

struct Desk {
  Workspace& workspace;
  Encoding encoding;
  const Uris& uris;
  const Live& live;
};

// The answer; an Error says to a person why there is none.
using Question = Result<Json> (*)(const Desk& desk, const Json& params);

// By the name of the protocol's method; nullptr where it is not answered.
const Question* find_question(std::string_view method);

}  // namespace attune::lsp
