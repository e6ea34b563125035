// SPDX-License-Identifier: Apache-2.0
// why: why a run did what it did, from the journal; and with `not`, why an event would not be answered, asked
// of the manager that runs.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/control/why_view.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/left_journal.h"
#include "runtime/main/cli/why_text.h"
#include "runtime/main/run_explainer.h"
#include "runtime/main/run_records.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

class Why final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("RUN|not", what_, "a run's number; or `not`, for an event that was not answered");
    options.arguments("EVENT COMPONENT NAME=VALUE", words_,
                      "after `not`: the event, the component it is about (- for none), what it carries");
    options.flag("--json", as_json_, "the explanation as JSON");
    options.option("--state-dir", "DIR", state_folder_,
                   "where attuned was told to keep its journal, which is read where none runs");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (what_ == "not") return explain_event(console);
    const bool is_number =
        std::all_of(what_.begin(), what_.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (what_.empty() || what_.size() > 18 || !is_number)
      return console.fail(ExitCode::kUsage,
                          fmt::format("why: '{}' is neither a run's number, as in 7, nor `not`", what_));
    if (!words_.empty())
      return console.fail(ExitCode::kUsage,
                          fmt::format("why: '{}' means nothing after a run", words_.front()));
    if (const auto journal = find_left_journal(link_, state_folder_)) return explain_from(*journal, console);
    const auto answer = link_.ask("GET", path_of({"runs", what_, "why"}));
    if (!answer) return link_.complain(answer.error(), console);
    return show(*answer, write_run_why, console);
  }

 private:
  ExitCode explain_from(const std::string& journal, Console& console) {
    (void)console.fail(ExitCode::kDone, "no attuned runs: this is its journal, " + journal);
    const auto records = main::records_of_run(journal, std::stoull(what_));
    if (!records) return console.fail(ExitCode::kFailed, records.error().message);
    main::Story story;
    learn_names(journal, [&](system::ComponentId id, std::string name) { story.know(id, std::move(name)); });
    main::RunExplainer explainer(std::move(story));
    for (const workflow::Record& record : *records) explainer.add(record);
    const Json view = control::run_why_view(explainer.explained());
    return show(view.dump(-1, ' ', false, Json::error_handler_t::replace), write_run_why, console);
  }

  ExitCode explain_event(Console& console) {
    if (words_.size() < 2)
      return console.fail(ExitCode::kUsage,
                          "why: `not` takes an event and a component, as in `attune why not cpu_high vm1`");
    Json body = {{"event", words_[0]}, {"values", Json::object()}};
    if (words_[1] != "-") body["component"] = words_[1];
    for (size_t i = 2; i < words_.size(); ++i) {
      const size_t sign = words_[i].find('=');
      if (sign == 0 || sign == std::string::npos)
        return console.fail(ExitCode::kUsage,
                            fmt::format("why: '{}' is not NAME=VALUE, as in cpu=97%", words_[i]));
      body["values"][words_[i].substr(0, sign)] = words_[i].substr(sign + 1);
    }
    const auto answer =
        link_.ask("POST", "/v1/events/explain", body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!answer) return link_.complain(answer.error(), console);
    return show(*answer, write_event_why, console);
  }

  ExitCode show(const std::string& answer, void (*write)(const Json&, Output&), Console& console) const {
    if (as_json_)
      console.write_json(answer);
    else
      write(Json::parse(answer, nullptr, false), console.out);
    return ExitCode::kDone;
  }

  std::string what_, state_folder_;
  std::vector<std::string> words_;
  bool as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_why() {
  return std::make_unique<Why>();
}

}  // namespace attune::cli
