// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/event_figure_keeper.h"

#include <utility>
#include <variant>

namespace attune::main {

void EventFigureKeeper::look(const workflow::Record& record) {
  if (const auto* event = std::get_if<workflow::EventAccepted>(&record.what)) {
    ++sums_.accepted;
    count(event->name, 1);
    keep({record.at, event->name, event->component, event->source, event->values, {}});
  } else if (const auto* suppressed = std::get_if<workflow::EventSuppressed>(&record.what)) {
    sums_.suppressed += suppressed->count;
    count(suppressed->name, suppressed->count);
    keep({record.at, suppressed->name, suppressed->component, {}, {}, suppressed->why});
  }
}

void EventFigureKeeper::count(const std::string& name, uint64_t times) {
  if (sums_.by_name.size() < kMaxNames || sums_.by_name.contains(name)) sums_.by_name[name] += times;
}

void EventFigureKeeper::keep(control::EventFigures::Recent event) {
  recent_.push_back(std::move(event));
  if (recent_.size() > kRecent) recent_.pop_front();
}

control::EventFigures EventFigureKeeper::figures() const {
  control::EventFigures figures = sums_;
  figures.recent.assign(recent_.begin(), recent_.end());
  return figures;
}

}  // namespace attune::main
