// SPDX-License-Identifier: Apache-2.0
// log: asks for the journal's records and tells them as a story. Some records before those that are shown are
// asked for as well, so that the story knows what calls and runs are about. Where no attuned runs, it reads
// the journal itself.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/journal/reader.h"
#include "runtime/journal/record_json.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/interruption.h"
#include "runtime/main/cli/left_journal.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/log_feed.h"
#include "runtime/main/story.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kBefore = 1000;         // records that the story hears before the first that it tells
constexpr uint64_t kLastOfFollowing = 20;  // records that are shown first, where nobody says

// How the line begins that says why there are no more.
constexpr std::string_view kErrorLine = "{\"code\":";

Paint paint_of(const workflow::Record& record) {
  switch (main::level_of(record)) {
    case LogLevel::kDebug:
      return Paint::kFaint;
    case LogLevel::kInfo:
      return Paint::kNone;
    case LogLevel::kWarning:
      return Paint::kWarning;
    case LogLevel::kError:
      return Paint::kBad;
  }
  return Paint::kNone;
}

class Log final : public Command {
 public:
  void declare(Options& options) override {
    options.flag("-f,--follow", follows_, "go on with what comes, until interrupted");
    options.number("--run", "N", run_, "only this run's");
    options.number("--last", "N", last_, "only of the last N records");
    options.flag("--all", all_, "also the events that were heard and by rule not answered");
    options.flag("--json", as_json_, "the records as lines of JSON");
    options.option("--state-dir", "DIR", state_folder_,
                   "where attuned was told to keep its journal, which is read where none runs");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (!follows_)
      if (const auto journal = find_left_journal(link_, state_folder_)) return tell_file(*journal, console);
    std::optional<Interruption> interruption;  // each line is written before the next is waited for
    if (follows_) interruption.emplace(Interruption::Then::kEnds);
    if (Result<void> begun = find_first(); !begun) return link_.complain(begun.error(), console);
    if (!as_json_) learn_names();
    Result<bool> end = tell_of(last_ ? *last_ + (as_json_ ? 0 : kBefore) : 0, console);
    if (end && is_broken_before_first()) end = tell_of(*last_, console);
    const bool is_cut = !end && end.error().code == ErrorCode::kUnreachable && follows_ && has_told_;
    if (!end && !is_cut) return link_.complain(end.error(), console);
    if (failure_) return console.fail(ExitCode::kFailed, failure_->message);
    if (is_missing()) return no_run(console);
    tell_of_deleted(console);
    const bool has_ended = follows_ && (is_cut || *end);
    return has_ended && !has_told_end_ ? console.fail(ExitCode::kDone, "attuned has ended") : ExitCode::kDone;
  }

 private:
  Result<bool> tell_of(uint64_t last, Console& console) {
    failure_.reset();
    const std::string target = fmt::format("/v1/log?last={}{}{}", last, follows_ ? "&follow=true" : "",
                                           run_ ? fmt::format("&run={}", *run_) : "");
    const auto tell = [&](std::string_view line) {
      take(line, console.out);
      if (follows_) console.out.flush();
      return console.out.is_open();
    };
    return link_.read_lines(target, tell, console.out.fd());
  }

  // Only what the story was to hear before is damaged: without it, what is asked for can be told all the
  // same.
  bool is_broken_before_first() const { return failure_ && last_ && !has_reached_first_; }

  // Twice through all of it: first to learn the names of components, then to tell.
  ExitCode tell_file(const std::string& journal, Console& console) {
    (void)console.fail(ExitCode::kDone, "no attuned runs: this is its journal, " + journal);
    control::LogQuery of_run;
    of_run.run = run_.value_or(0);
    cli::learn_names(journal,
                     [this](system::ComponentId id, std::string name) { story_.know(id, std::move(name)); });
    const auto learn = [&](std::string_view line) {
      const auto record = journal::record_from_json(line);
      if (!record) return;
      const auto* changed = std::get_if<workflow::SystemChanged>(&record->what);
      const auto* created =
          changed == nullptr ? nullptr : std::get_if<system::ComponentCreated>(&changed->change);
      if (created != nullptr) story_.know(created->id, created->name);
    };
    if (Result<void> read = read_file(journal, {}, learn); !read)
      return console.fail(ExitCode::kFailed, read.error().message);
    const uint64_t last = last_in(journal);
    if (last_ && last > *last_) first_ = last - *last_ + 1;
    const auto tell = [&](std::string_view line) { take(line, console.out); };
    auto told = read_file(journal, of_run, tell);
    if (told && is_broken_before_first()) {
      failure_.reset();
      of_run.last = *last_;
      told = read_file(journal, of_run, tell);
    }
    if (!told) return console.fail(ExitCode::kFailed, told.error().message);
    if (failure_) return console.fail(ExitCode::kFailed, failure_->message);
    tell_of_deleted(console);
    return is_missing() ? no_run(console) : ExitCode::kDone;
  }

  // To who wants to see all there is.
  void tell_of_deleted(Console& console) const {
    if (run_ || last_ || follows_ || first_seen_ <= 1) return;
    (void)console.fail(
        ExitCode::kDone,
        fmt::format("records before {} were deleted: `journal.records` in attune.info says how "
                    "many are kept",
                    first_seen_));
  }

  static Result<void> read_file(const std::string& journal, const control::LogQuery& query,
                                const std::function<void(std::string_view)>& on_line) {
    const auto feed = main::LogFeed::open(journal, query);
    if (!feed) return fail(feed.error());
    while (const auto lines = (*feed)->next()) {
      for (size_t at = 0; at < lines->size();) {
        const size_t end = std::min(lines->find('\n', at), lines->size());
        on_line(std::string_view(*lines).substr(at, end - at));
        at = end + 1;
      }
    }
    return {};
  }

  // 0: none, or it cannot be read, which is told elsewhere.
  static uint64_t last_in(const std::string& journal) {
    auto reader = journal::Reader::open(journal);
    return reader ? reader->last().value_or(0) : 0;
  }

  bool is_missing() const { return run_ && !has_told_; }
  ExitCode no_run(Console& console) const {
    return console.fail(ExitCode::kFailed, fmt::format("log: there is no run {} in the journal", *run_));
  }

  // The first record that is shown.
  Result<void> find_first() {
    if (follows_ && !last_ && !run_) last_ = kLastOfFollowing;
    if (!last_) return {};
    const auto body = link_.ask("GET", "/v1/status");
    if (!body) return fail(body.error());
    const Json status = Json::parse(*body, nullptr, false);
    const Json& records = part(status, "records");
    const uint64_t count = records.is_number() ? records.get<uint64_t>() : 0;
    first_ = count > *last_ ? count - *last_ + 1 : 1;
    return {};
  }

  // Components that were made before the first record. It does no harm where they cannot be had.
  void learn_names() {
    const auto body = link_.ask("GET", "/v1/components");
    if (!body) return;
    const Json all = Json::parse(*body, nullptr, false);
    for (const Json& component : part(all, "components"))
      if (part(component, "id").is_number())
        story_.know(part(component, "id").get<system::ComponentId>(), text_of(part(component, "name")));
  }

  void take(std::string_view line, Output& out) {
    const auto record = journal::record_from_json(line);
    if (!record && line.starts_with(kErrorLine)) return failure_.emplace(control::error_of(line)), void();
    if (!has_told_ && record) first_seen_ = record->sequence;
    has_told_ = true;
    if (record && record->sequence >= first_) has_reached_first_ = true;
    has_told_end_ = record && std::holds_alternative<workflow::ManagerStopped>(record->what);
    if (as_json_)
      return !record || record->sequence >= first_ ? out.write(escaped_json(line) + "\n") : void();
    if (!record) return out.write(fmt::format("cannot be read: {}\n", printable(record.error().message)));
    const std::string told = printable(story_.tell(*record));
    const bool is_shown = all_ || main::level_of(*record) != LogLevel::kDebug;
    if (record->sequence < first_ || !is_shown) return;
    write_day(record->at, out);
    out.write(fmt::format("{}  {}\n", out.painted(Paint::kFaint, main::clock_text(record->at)),
                          out.painted(paint_of(*record), told)));
  }

  // Where another day begins.
  void write_day(WallTime at, Output& out) {
    const std::string day = local_time(Json(to_text(at))).substr(0, 10);
    if (day != day_) out.write(fmt::format("{}\n", out.painted(Paint::kStrong, day)));
    day_ = day;
  }

  bool follows_ = false, all_ = false, as_json_ = false;
  bool has_told_end_ = false;  // the last record was attuned's end
  std::optional<uint64_t> run_, last_;
  std::string state_folder_;
  DaemonLink link_;
  uint64_t first_ = 1, first_seen_ = 0;
  bool has_told_ = false, has_reached_first_ = false;
  std::optional<Error> failure_;  // by which the log ended
  main::Story story_;
  std::string day_;
};

}  // namespace

std::unique_ptr<Command> make_log() {
  return std::make_unique<Log>();
}

}  // namespace attune::cli
