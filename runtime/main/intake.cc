// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/intake.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "runtime/events/event_line.h"

namespace attune::main {

namespace {

constexpr std::string_view kPipe = "pipe";

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Intake::Intake(const model::Project& project, workflow::Engine& engine, Driver& driver, ports::Loop& loop,
               Log& log)
    : vocabulary_(project), engine_(engine), driver_(driver), loop_(loop), rejections_(log) {
  queue_.on_event([this] { schedule(); });
  driver_.on_caught_up([this] { schedule(); });
}

Intake::~Intake() {
  *alive_ = false;
}

void Intake::on_pause(std::function<void()> pause, std::function<void()> resume) {
  pause_ = std::move(pause);
  queue_.on_room(std::move(resume));
}

std::optional<workflow::Event> Intake::read(std::string_view line, std::string_view sender) {
  if (line.empty()) return std::nullopt;
  auto event = events::parse_event_line(line);
  if (event && vocabulary_.is_reserved(event->name))
    event = tl::unexpected<events::Rejection>(
        {events::Fault::kReserved,
         fmt::format("'{}' is raised by the manager alone, or by a person with `attune send`", event->name)});
  if (!event) {
    rejections_.add(event.error(), sender, line);
    return std::nullopt;
  }
  event->source = sender;
  event->received = driver_.now().steady;
  if (diverted_(*event)) return std::nullopt;
  return std::move(*event);
}

void Intake::pipe_line(std::string_view line) {
  auto event = read(line, kPipe);
  if (!event) return;
  queue_.push(std::move(*event));
  if (queue_.is_full()) pause_();
}

void Intake::channel_line(std::string_view line, std::string_view sender) {
  auto event = read(line, sender);
  if (!event) return;
  if (!queue_.offer(std::move(*event)))
    rejections_.add({events::Fault::kOverflow, "the queue is full"}, sender, line);
}

void Intake::raise(std::string_view name, std::string_view component,
                   std::vector<std::pair<std::string, std::string>> values, std::string source) {
  const std::string sender = source;
  workflow::Event event{std::string(name), std::string(component), std::move(values), std::move(source),
                        driver_.now().steady};
  const std::string line = queue_.is_full() ? events::to_line(event) : std::string();
  if (queue_.push_newest(std::move(event)))
    rejections_.add({events::Fault::kOverflow, "the queue is full, and a newer one takes its place"}, sender,
                    line);
}

Result<workflow::Effects> Intake::accept(const workflow::Event& event) {
  events::Fault fault{};
  return judged(event, fault);
}

Result<workflow::Effects> Intake::judged(const workflow::Event& event, events::Fault& fault) {
  if (!vocabulary_.has(event.name)) {
    fault = events::Fault::kUnknownEvent;
    return fail(ErrorCode::kNotFound,
                fmt::format("no event '{}' in this project: no diagram answers it and no wrapper declares it",
                            event.name));
  }
  auto effects = engine_.accept(event, driver_.now());
  if (!effects)
    fault = effects.error().code == ErrorCode::kNotFound ? events::Fault::kUnknownComponent
                                                         : events::Fault::kBadValue;
  return effects;
}

void Intake::hold(bool held) {
  held_ = held;
  schedule();
}

void Intake::schedule() {
  if (scheduled_ || held_) return;
  scheduled_ = true;
  loop_.post([this, alive = alive_] {
    if (!*alive) return;
    scheduled_ = false;
    drain();
  });
}

// What is taken together is written together.
void Intake::drain() {
  if (held_ || driver_.is_behind()) return;
  workflow::Effects all;
  const auto taken = queue_.take(kAtOnce);
  for (const workflow::Event& event : taken) {
    events::Fault fault{};
    auto effects = judged(event, fault);
    if (!effects) {
      rejections_.add({fault, effects.error().message}, event.source, events::to_line(event));
      continue;
    }
    append(all.records, std::move(effects->records));
    append(all.calls, std::move(effects->calls));
    append(all.cancels, std::move(effects->cancels));
  }
  if (!all.empty()) driver_.carry_out(std::move(all));
  if (queue_.size() > 0) return schedule();
  if (!taken.empty()) idle_();
}

}  // namespace attune::main
