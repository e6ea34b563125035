// SPDX-License-Identifier: Apache-2.0
// The fields of every record, named once: what a record's stored form is made of (docs/journal.md). A visitor
// that writes and one that reads walk the same list. Internal to journal/; any thread.
#pragma once

#include "runtime/workflow/record.h"

namespace attune::journal {

// A visitor V declares `template <class T> using Ref`, const T& to write and T& to read, and is called with
// the name and the field; `unless` with the value first for which the field is left out. The names are
// stored: they may be added to, never changed.

template <class V>
void fields(V& visit, typename V::template Ref<system::ComponentCreated> of) {
  visit("component", of.id);
  visit("name", of.name);
  visit("class", of.class_name);
  visit("number", of.number);
  visit("container", of.container);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::ComponentRemoved> of) {
  visit("component", of.id);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::LifecycleChanged> of) {
  visit("component", of.id);
  visit("to", of.to);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::AttributeSet> of) {
  visit("component", of.id);
  visit("attribute", of.attribute);
  visit("value", of.value);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::AttributeUnset> of) {
  visit("component", of.id);
  visit("attribute", of.attribute);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::HostAssigned> of) {
  visit("component", of.id);
  visit("host", of.host);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::LeftNothing> of) {
  visit("component", of.id);
  visit("host", of.host);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::Bound> of) {
  visit("from", of.from);
  visit("role", of.role);
  visit("to", of.to);
  visit.unless(system::kNoComponent, "before", of.before);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::Unbound> of) {
  visit("from", of.from);
  visit("role", of.role);
  visit("to", of.to);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::HostChanged> of) {
  visit("host", of.host);
  visit("state", of.state);
  visit("cpus", of.cpus);
  visit("memory", of.memory.bytes);
  visit("address", of.address);
  visit.unless(system::Maintenance::kAsBefore, "maintenance", of.maintenance);
}
template <class V>
void fields(V& visit, typename V::template Ref<system::PropertyChanged> of) {
  visit("of", of.of);
  visit("property", of.property);
  visit("value", of.value);
  visit.unless(std::string(), "to", of.to);
}

template <class V>
void fields(V& visit, typename V::template Ref<workflow::Call> of) {
  visit("call", of.id);
  visit("run", of.run);
  visit("component", of.component);
  visit("name", of.component_name);
  visit("stub", of.stub);
  visit("key", of.key);
  visit("operation", of.operation);
  visit("arguments", of.arguments);
  visit("host", of.host);
  visit("timeout", of.timeout);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallExited> of) {
  visit("code", of.code);
  visit("message", of.message);
  visit("changes", of.changes);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallTimedOut> of) {
  visit("changes", of.changes);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallCancelled> of) {
  visit("changes", of.changes);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallLost> of) {
  visit("why", of.why);
}

template <class V>
void fields(V& visit, typename V::template Ref<workflow::ManagerStarted> of) {
  visit("version", of.version);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::ManagerStopped> of) {
  visit("why", of.why);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::EventAccepted> of) {
  visit("event", of.event);
  visit("name", of.name);
  visit("component", of.component);
  visit("source", of.source);
  visit("values", of.values);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::EventSuppressed> of) {
  visit("name", of.name);
  visit("component", of.component);
  visit("why", of.why);
  visit("count", of.count);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunStarted> of) {
  visit("run", of.run);
  visit("event", of.event);
  visit("diagram", of.diagram);
  visit("subject", of.subject);
  visit.unless(std::string(), "rule", of.rule);
  visit.unless(std::string(), "terms", of.terms);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunWaits> of) {
  visit("run", of.run);
  visit("why", of.why);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::StateEntered> of) {
  visit("run", of.run);
  visit("state", of.state);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::GuardEvaluated> of) {
  visit("run", of.run);
  visit("state", of.state);
  visit("guard", of.guard);
  visit("holds", of.holds);
  visit("seen", of.seen);
  visit.unless(std::string(), "turned_by", of.turned_by);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::ConsideredHost> of) {
  visit("host", of.host);
  visit("measure", of.measure);
  visit.unless(std::string(), "refused", of.refused);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::HostChosen> of) {
  visit("run", of.run);
  visit("variable", of.variable);
  visit("host", of.host);
  visit("why", of.why);
  visit.unless(std::vector<workflow::ConsideredHost>(), "considered", of.considered);
  visit.unless(uint64_t{0}, "more", of.more);
  visit.unless(std::string(), "otherwise", of.otherwise);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::VariableSet> of) {
  visit("run", of.run);
  visit("variable", of.variable);
  visit("value", of.value);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallIntent> of) {
  fields(visit, of.call);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::CallEnded> of) {
  visit("call", of.call);
  visit("run", of.run);
  visit("outcome", of.outcome);
  visit("took", of.took);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::SystemChanged> of) {
  visit("run", of.run);
  visit("change", of.change);
  visit("by", of.by);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::Alerted> of) {
  visit("run", of.run);
  visit("text", of.text);
  visit("component", of.component);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunEnded> of) {
  visit("run", of.run);
  visit("end", of.end);
  visit("why", of.why);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::ModeSet> of) {
  visit("mode", of.mode);
  visit("component", of.component);
  visit("by", of.by);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunApproved> of) {
  visit("run", of.run);
  visit("by", of.by);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunRenewed> of) {
  visit("run", of.run);
  visit("source", of.source);
  visit("values", of.values);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::RunJudged> of) {
  visit("run", of.run);
  visit("diagram", of.diagram);
  visit("subject", of.subject);
  visit("helped", of.helped);
  visit("seen", of.seen);
}
template <class V>
void fields(V& visit, typename V::template Ref<workflow::ReactionSwitched> of) {
  visit("diagram", of.diagram);
  visit("subject", of.subject);
  visit("on", of.on);
  visit("why", of.why);
  visit("by", of.by);
}

}  // namespace attune::journal
