// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/checkpoint_json.h"

#include <fmt/format.h>

#include "runtime/journal/canonical_reader.h"
#include "runtime/journal/json_writer.h"

namespace attune::journal {

// The fields of a checkpoint, named once, as record_fields.h has those of records.
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Numbers> of) {
  visit("record", of.record);
  visit("event", of.event);
  visit("run", of.run);
  visit("call", of.call);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::NextNumber> of) {
  visit("class", of.class_name);
  visit("number", of.number);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::Run> of) {
  visit("run", of.id);
  visit("diagram", of.run.diagram);
  visit("subject", of.run.subject);
  visit("begun", of.run.begun);
  visit("undo", of.run.undo.changes);
  visit("undoing", of.run.undo.under_way);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::End> of) {
  visit("diagram", of.diagram);
  visit("subject", of.subject);
  visit("at", of.at);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::Trial> of) {
  visit("diagram", of.diagram);
  visit("subject", of.subject);
  visit("runs", of.trial.in_row);
  visit("off", of.trial.off);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Lately<WallTime>::Resized> of) {
  visit("class", of.class_name);
  visit("grew", of.grew);
  visit("at", of.at);
  visit("run", of.run);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint> of) {
  visit("next", of.next);
  visit("started", of.started);
  visit("component", of.system.next_id);
  visit("numbers", of.system.next_numbers);
  visit("changes", of.system.changes);
  visit("runs", of.runs);
  visit("calls", of.calls);
  visit("ends", of.ends);
  visit("resized", of.resized);
  visit("moves", of.moves);
  visit("modes", of.modes);
  visit("trials", of.trials);
}

std::string to_json(const workflow::Checkpoint& checkpoint) {
  std::string out;
  out.reserve(1024 + 96 * checkpoint.system.changes.size());
  JsonWriter(out).write(checkpoint);
  return out;
}

Result<workflow::Checkpoint> checkpoint_from_json(std::string_view text) {
  workflow::Checkpoint checkpoint;
  CanonicalReader reader(text);
  if (!reader.read(checkpoint) || !reader.is_at_end())
    return fail(ErrorCode::kCorrupt, fmt::format("a checkpoint was expected, at byte {}", reader.at()));
  if (checkpoint.next.record == 0) return fail(ErrorCode::kCorrupt, "it stands before the first record");
  return checkpoint;
}

}  // namespace attune::journal
