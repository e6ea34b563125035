// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/checkpoint_json.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/journal/canonical_reader.h"
#include "runtime/journal/json_writer.h"

namespace attune::journal {

// The fields of a checkpoint, named once, as record_fields.h has those of records. What is new is `later`: it
// is always written, and where an older Attune has not done so, it has its default.
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
// The stub by which a machine goes back.
template <class V>
void fields(V& visit, typename V::template Ref<std::pair<system::ComponentId, std::string>> of) {
  visit("component", of.first);
  visit("stub", of.second);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::Run> of) {
  visit("run", of.id);
  visit("diagram", of.run.diagram);
  visit("subject", of.run.subject);
  visit("begun", of.run.begun);
  visit.later("undo", of.run.undo.changes);
  visit.later("undoing", of.run.undo.under_way);
  visit.later("host", of.run.host);
  visit.later("migrated_by", of.run.undo.migrated_by);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::End> of) {
  visit("diagram", of.diagram);
  visit("subject", of.about);
  visit("at", of.at);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::OwnStop> of) {
  visit("component", of.component);
  visit("by", of.by);
  visit("run", of.run);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Checkpoint::OffHost> of) {
  visit("host", of.host);
  visit("since", of.off.since);
  visit("by", of.off.by);
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
  visit.later("run", of.run);
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
  visit.later("ends", of.ends);
  visit.later("resized", of.resized);
  visit.later("moves", of.moves);
  visit.later("modes", of.modes);
  visit.later("trials", of.trials);
  visit.later("own_stops", of.own_stops);
  visit.later("about", of.about);
  visit.later("off", of.off);
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
