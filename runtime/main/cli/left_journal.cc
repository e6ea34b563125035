// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/left_journal.h"

#include <filesystem>
#include <system_error>
#include <variant>

#include "runtime/journal/reader.h"
#include "runtime/main/places.h"

namespace attune::cli {

namespace {

constexpr size_t kAtOnce = 1000;  // records

// A journal without a checkpoint is a short one.
void learn_from_records(journal::Reader& reader, const std::function<void(const system::Change&)>& learn) {
  const auto first = reader.first();
  for (uint64_t from = first ? *first : 1;;) {
    const auto records = reader.read(from, kAtOnce);
    if (!records || records->empty()) return;
    for (const workflow::Record& record : *records)
      if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what)) learn(changed->change);
    from = records->back().sequence + 1;
  }
}

}  // namespace

std::optional<std::string> find_left_journal(DaemonLink& link, const std::string& state_folder) {
  if (link.is_remote() || (state_folder.empty() && !link.run_folder().empty())) return std::nullopt;
  const auto running = link.ask("GET", "/v1/status");
  if (running ||
      (running.error().code != ErrorCode::kNotFound && running.error().code != ErrorCode::kUnreachable))
    return std::nullopt;
  const auto project = link.project().empty() ? main::only_project_with_journal(state_folder)
                                              : Result<std::string>(link.project());
  if (!project) return std::nullopt;
  const auto journal = main::journal_of(*project, state_folder);
  if (!journal) return std::nullopt;
  std::error_code failure;  // it may be there, and not be for this user, who is told when it is read
  const bool is_there = std::filesystem::exists(*journal, failure) || failure;
  return is_there ? std::optional(*journal) : std::nullopt;
}

void learn_names(const std::string& journal,
                 const std::function<void(system::ComponentId, std::string)>& know) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return;
  const auto checkpoint = reader->checkpoint();
  const auto learn = [&know](const system::Change& change) {
    if (const auto* created = std::get_if<system::ComponentCreated>(&change))
      know(created->id, created->name);
  };
  if (checkpoint && *checkpoint) {
    for (const system::Change& change : (*checkpoint)->system.changes) learn(change);
  } else {
    learn_from_records(*reader, learn);
  }
}

}  // namespace attune::cli
