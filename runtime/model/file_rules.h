// SPDX-License-Identifier: Apache-2.0
// FileRules: which keys, params and attributes name files that are read or run when a stub is called: handed
// to the checker by whoever implements the keys (wrappers/catalog.h), beside the catalog. Immutable; any
// thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace attune::model {

enum class NamedFile {
  kTemplate,  // of the project's, with $ navigation in it
  kProbe,     // of the project's, or else one of the probes that ship
};

struct FileRules {
  struct Param {  // the operation's first
    std::string key, operation;
    NamedFile names = NamedFile::kTemplate;
  };
  std::vector<Param> params;
  struct Attribute {  // names a template
    std::string key, attribute;
  };
  std::vector<Attribute> attributes;
  std::string script_key;  // its operations are files of the project's or of the archive
  // Whether the archive has a file of the name; an Error where that cannot be told. May be empty.
  std::function<Result<bool>(const std::string& archive, const std::string& name)> holds;
  // Whether a key of a family, such as nagios:check_http, names something; the Error says what was expected.
  // May be empty.
  std::function<Result<void>(const std::string& key)> check_key;
};

}  // namespace attune::model
