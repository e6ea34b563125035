// SPDX-License-Identifier: Apache-2.0
// DiagramSyntax: a reconfiguration diagram as it is written, before anybody asked what its names mean.
// Between the parser and the checker; also what `attune check --ast` prints. Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/front_matter.h"
#include "dsl/source.h"
#include "runtime/base/clock.h"
#include "runtime/model/expression.h"

namespace attune::dsl {

// A piece of text without the blanks around it, and where it stands.
struct Text {
  std::string text;
  Place place;
};

// One action. Which of the model's actions it is may depend on what its names mean.
struct ActionSyntax {
  enum class Form {
    kCall,    // target: a kCall
    kAssign,  // target, a kName or kMember, = value
    kCreate,  // [variable =] name ++
    kRemove,  // name -- [(value)]
    kEmit,    // emit(name, value, values...)
    kWait,    // wait(value)
    kAlert,   // alert(value [, about])
  };
  Form form = Form::kCall;
  Text name;
  Text variable;  // empty where there is none
  std::optional<model::Expression> target, value, about;
  std::vector<std::pair<Text, model::Expression>> values;
};

// What stands behind a transition's colon.
struct LabelSyntax {
  enum class On { kDone, kError, kAfter };
  On on = On::kDone;
  Duration after{};
  std::optional<model::Expression> guard;
  bool otherwise = false;
};

struct Description {
  Text text;
  std::optional<ActionSyntax> action;  // absent where the text has an error
};

struct StateSyntax {
  enum class Kind { kState, kChoice, kFork, kJoin, kComposite, kRegion };
  Kind kind = Kind::kState;
  std::string id;
  Place place;                  // where it is mentioned first
  std::vector<Place> mentions;  // each place where its id is written; none of a region
  size_t declaration = 0;       // which of them declares or describes it first, if one does
  Text label;                   // of state "label" as id
  std::string parent;           // the id of the composite or region it stands in; empty: at the top
  bool declared = false;        // by a line of its own, or described
  std::vector<Description> descriptions;
};

inline constexpr const char* kPoint = "[*]";  // the beginning of a region, or its end

struct TransitionSyntax {
  std::string parent;
  Text from, to;                       // a state's id or kPoint
  Text label;                          // as written; empty where there is none
  std::optional<LabelSyntax> meaning;  // absent where there is no label, or it has an error
};

struct NoteSyntax {
  Text state;
  std::string text;
};

struct DiagramSyntax {
  std::shared_ptr<const SourceFile> file;
  std::string name;  // the file's stem: the event it answers
  FrontMatter front;
  std::vector<StateSyntax> states;  // in the order in which they are first mentioned
  std::vector<TransitionSyntax> transitions;
  std::vector<NoteSyntax> notes;
  Place place;          // of the line that names the diagram's kind
  bool broken = false;  // something in it could not be read: what is there may still be checked

  const StateSyntax* find_state(const std::string& id) const;
};

}  // namespace attune::dsl
