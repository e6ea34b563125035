// SPDX-License-Identifier: Apache-2.0
// export: the journal's records as lines of JSON, after a first line that says what they are. It reads the
// file itself, whether or not an attuned runs, and checks each record on the way.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/journal/reader.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/places.h"
#include "runtime/main/version.h"

namespace attune::cli {

namespace {

constexpr uint64_t kAtOnce = 1000;  // records

class Export final : public Command {
 public:
  void declare(Options& options) override {
    options.option("-p,--project", "PROJECT", project_,
                   "which of the projects that have a journal; the only one where silent");
    options.number("--from", "N", from_, "only from record N on");
    options.number("--to", "N", to_, "only up to record N");
    options.option("--state-dir", "DIR", state_folder_, "where attuned was told to keep its journal");
  }

  ExitCode run(Console& console) override {
    if (from_ && to_ && *from_ > *to_)
      return console.fail(ExitCode::kUsage, fmt::format("export: --from {} is after --to {}", *from_, *to_));
    const Result<void> written = write(console);
    return written ? ExitCode::kDone : console.fail(ExitCode::kFailed, written.error().message);
  }

 private:
  Result<void> write(Console& console) {
    auto reader = open();
    if (!reader) return fail(std::move(reader.error()));
    const auto first = reader->first(), last = reader->last();
    for (const auto* number : {&first, &last})
      if (!*number) return fail(number->error());
    const uint64_t to = std::min(to_.value_or(*last), *last);
    const uint64_t from = std::max<uint64_t>(from_.value_or(std::min(*first, to_.value_or(*first))), 1);
    const nlohmann::ordered_json head = {{"kind", "journal"},
                                         {"format", journal::kFormatVersion},
                                         {"project", project_},
                                         {"version", main::kVersion}};
    console.write_json(head.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return write_records(*reader, from, to, console);
  }

  static Result<void> write_records(journal::Reader& reader, uint64_t from, uint64_t to, Console& console) {
    for (uint64_t next = from; next <= to && console.out.is_open();) {
      const auto records = reader.read_stored(next, std::min(kAtOnce, to - next + 1));
      if (!records) return fail(records.error());
      for (const journal::StoredRecord& record : *records) console.write_json(record.body);
      if (records->empty()) break;
      next = records->back().sequence + 1;
    }
    return {};
  }

  Result<journal::Reader> open() {
    if (project_.empty()) {
      auto only = main::only_project_with_journal(state_folder_);
      if (!only) return fail(std::move(only.error()));
      project_ = std::move(*only);
    }
    const auto journal = main::journal_of(project_, state_folder_);
    if (!journal) return fail(journal.error());
    return journal::Reader::open(*journal);
  }

  std::string project_, state_folder_;
  std::optional<uint64_t> from_, to_;
};

}  // namespace

std::unique_ptr<Command> make_export() {
  return std::make_unique<Export>();
}

}  // namespace attune::cli
