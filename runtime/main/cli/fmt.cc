// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsl/formatter.h"
#include "dsl/source.h"
#include "runtime/base/log.h"
#include "runtime/base/replace_file.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/findings.h"

namespace attune::cli {

namespace {

constexpr std::string_view kStandardInput = "-", kDiagram = ".mmd", kWrapper = ".xml", kWrappers = "wrappers";

// Of XML, which may be anybody's, only what stands where a project has its wrappers.
bool is_to_format(const std::filesystem::path& file) {
  return file.extension() == kDiagram ||
         (file.extension() == kWrapper && file.parent_path().filename() == kWrappers);
}

class Fmt final : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("PATH", paths_, "diagrams and wrappers, or folders with them; '-' is standard input");
    options.flag("--check", is_check_, "change nothing, and fail where something would be changed");
    options.flag("--json", as_json_, "what became of each file as JSON");
  }

  ExitCode run(Console& console) override {
    if (paths_.empty())
      return console.fail(ExitCode::kUsage, "fmt: name files or a folder, as in `attune fmt examples/local`");
    if (std::ranges::count(paths_, kStandardInput) > 0) return pass_on(console);
    std::vector<std::string> files;
    for (const std::string& path : paths_)
      if (!add_files(path, files, console)) return ExitCode::kUsage;
    for (const std::string& file : files) format_file(file, console);
    return conclude(console);
  }

 private:
  enum class Outcome { kAlready, kChanged, kFailed };
  struct File {
    std::string path;
    Outcome outcome;
    size_t errors = 0;
  };

  // For editors: from standard input to standard output, where nothing comes that is not whole.
  ExitCode pass_on(Console& console) const {
    if (paths_.size() > 1 || is_check_ || as_json_)
      return console.fail(ExitCode::kUsage, "fmt: '-' stands alone, without options");
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    Diagnostics found;
    const auto made = formatted("standard input", text, found);
    if (made) {
      console.out.write(*made);
      return ExitCode::kDone;
    }
    tell(found, console);
    return ExitCode::kFailed;
  }

  static std::optional<std::string> formatted(const std::string& path, const std::string& text,
                                              Diagnostics& found) {
    const auto made = dsl::formatted(dsl::make_source(path, text, found), found);
    return made ? std::optional(dsl::with_ends_of(text, *made)) : std::nullopt;
  }

  static bool add_files(const std::string& path, std::vector<std::string>& files, Console& console) {
    std::error_code failure;
    if (!std::filesystem::exists(path, failure)) {
      console.fail(ExitCode::kUsage, fmt::format("fmt: {}: no such file or folder", path));
      return false;
    }
    if (!std::filesystem::is_directory(path, failure)) {
      const std::filesystem::path extension = std::filesystem::path(path).extension();
      if (extension != kDiagram && extension != kWrapper) {
        console.fail(ExitCode::kUsage, fmt::format("fmt: {}: no diagram (*{}) and no wrapper (*{})",
                                                   printable(path), kDiagram, kWrapper));
        return false;
      }
      files.push_back(path);
      return true;
    }
    const size_t before = files.size();
    for (auto at = std::filesystem::recursive_directory_iterator(
             path, std::filesystem::directory_options::skip_permission_denied, failure);
         !failure && at != std::filesystem::end(at); at.increment(failure)) {
      if (at->path().filename().string().starts_with('.') && at->is_directory(failure))
        at.disable_recursion_pending();
      else if (is_to_format(at->path()) && at->is_regular_file(failure) && !at->is_symlink(failure))
        files.push_back(at->path());
    }
    if (files.size() == before)
      console.fail(ExitCode::kUsage,
                   fmt::format("fmt: there is no diagram (*{}) and no wrapper ({}/*{}) in '{}'", kDiagram,
                               kWrappers, kWrapper, path));
    std::sort(files.begin() + static_cast<ptrdiff_t>(before), files.end());
    return files.size() > before;
  }

  void format_file(const std::string& path, Console& console) {
    File& file = files_.emplace_back(File{path, Outcome::kFailed});
    auto text = dsl::load_text(path);
    if (!text) {
      console.fail(ExitCode::kFailed, text.error().message);
      return;
    }
    Diagnostics found;
    const auto made = formatted(path, *text, found);
    file.errors = count(found, Severity::kError);
    if (!made) return tell(found, console);
    file.outcome = *made == *text ? Outcome::kAlready : Outcome::kChanged;
    if (file.outcome == Outcome::kAlready || is_check_) return;
    if (const auto done = replace_file(path, *made); !done) {
      file.outcome = Outcome::kFailed;
      console.fail(ExitCode::kFailed, done.error().message);
    }
  }

  // Warnings are for `attune check`.
  static void tell(Diagnostics& found, Console& console) {
    found.sort();
    Diagnostics errors;
    for (const Diagnostic& one : found.all())
      if (one.severity == Severity::kError) errors.add(one);
    write_findings(errors, console.err);
  }

  size_t how_many(Outcome outcome) const {
    return static_cast<size_t>(std::ranges::count(files_, outcome, &File::outcome));
  }

  ExitCode conclude(Console& console) const {
    if (as_json_)
      console.write_json(json().dump());
    else
      write_text(console);
    const bool is_wrong = how_many(Outcome::kFailed) > 0 || (is_check_ && how_many(Outcome::kChanged) > 0);
    return is_wrong ? ExitCode::kFailed : ExitCode::kDone;
  }

  void write_text(Console& console) const {
    for (const File& file : files_) {
      if (file.outcome == Outcome::kAlready) continue;
      const char* word = file.outcome == Outcome::kFailed ? "left as it is"
                         : is_check_                      ? "would be changed"
                                                          : "changed";
      console.out.write(fmt::format("{}: {}\n", printable(file.path), word));
    }
    console.out.write(fmt::format("{} of {} {} {}\n", how_many(Outcome::kChanged), files_.size(),
                                  files_.size() == 1 ? "file" : "files",
                                  is_check_ ? "would be changed" : "changed"));
  }

  nlohmann::ordered_json json() const {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const File& file : files_)
      all.push_back({{"file", file.path},
                     {"changed", file.outcome == Outcome::kChanged},
                     {"failed", file.outcome == Outcome::kFailed},
                     {"errors", file.errors}});
    return {{"files", std::move(all)}};
  }

  std::vector<std::string> paths_;
  std::vector<File> files_;
  bool is_check_ = false, as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_fmt() {
  return std::make_unique<Fmt>();
}

}  // namespace attune::cli
