// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsl/known_events.h"
#include "dsl/source.h"
#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/places.h"
#include "runtime/model/own_runs.h"

namespace attune::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "THE_NAME", kProject = "project", kDiagram = "diagram";
constexpr size_t kMostNameLength = 64;

// What can be made, with what is to be done then, in which THE_NAME and THE_FOLDER stand for what was said.
struct Kind {
  std::string_view name, next;
};
constexpr std::array kKinds = {
    Kind{kProject,
         "look at it:  attune check THE_FOLDER; attune plan THE_FOLDER\nrun it:      attuned THE_FOLDER\n"},
    Kind{"wrapper", "draw whom it is for, in deployment.mmd:\n    +wrapper: String = \"THE_NAME.xml\"\n"},
    Kind{"probe",
         "draw it, and whom it observes, in deployment.mmd:\n"
         "  class THE_NAME_probe {\n    +wrapper: String = \"THE_NAME_probe.xml\"\n    +threshold: Integer = "
         "100000\n"
         "    +period: Integer = 5\n  }\n  app \"1\" *-- \"1\" THE_NAME_probe : THE_NAME\n  THE_NAME_probe "
         "\"1\" "
         "--> \"1\" app : observed\n"
         "start it with app, in diagrams/start.mmd:  run : app.THE_NAME.start()\n"
         "and say what is to be done:  attune new diagram THE_NAME_high THE_FOLDER\n"},
    Kind{kDiagram, "draw what is to be done:  THE_FOLDER/diagrams/THE_NAME.mmd\n"},
};

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
  for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
  return text;
}

// The nearest to it that can be a name.
std::string right_name(std::string_view wrong) {
  std::string made;
  for (const char c : wrong.substr(0, kMostNameLength)) {
    const std::string_view one(&c, 1);
    if (dsl::is_name(one) || (!made.empty() && c >= '0' && c <= '9'))
      made += c;
    else if (!made.empty() && made.back() != '_')
      made += '_';
  }
  while (made.ends_with('_')) made.pop_back();
  return made.empty() ? std::string("shop") : made;
}

class New final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("KIND", kind_, "project, wrapper, probe or diagram");
    options.argument("NAME", name_, "how it is to be called; a project's new folder; a diagram's event");
    options.optional_argument("DIR", folder_,
                              "the project that it is for; where silent, the folder one is in");
    options.flag("--json", as_json_, "the files that were made as JSON");
  }

  ExitCode run(Console& console) override {
    const auto* const kind = std::ranges::find(kKinds, kind_, &Kind::name);
    if (kind == kKinds.end())
      return console.fail(
          ExitCode::kUsage,
          fmt::format("new: there is no '{}' to make: project, wrapper, probe or diagram", kind_));
    if (const std::string wrong = what_is_wrong(); !wrong.empty())
      return console.fail(ExitCode::kUsage, "new: " + wrong);
    const auto stock = main::stock_folder();
    if (!stock) return console.fail(ExitCode::kFailed, stock.error().message);
    find_files(fs::path(*stock) / "templates" / template_name());
    return make(*kind, console);
  }

 private:
  struct File {
    fs::path from, to;
  };

  // The project's beginning and its end are about no component, and take no settings.
  std::string_view template_name() const {
    const bool is_life = kind_ == kDiagram && (name_ == dsl::kStart || name_ == dsl::kStop);
    return is_life ? "life" : std::string_view(kind_);
  }

  // Settles name and folder; empty where all is right.
  std::string what_is_wrong() {
    const bool is_project = kind_ == kProject;
    if (is_project) {
      if (!folder_.empty())
        return "a project has one folder, which it is called after: attune new project shop";
      folder_ = fs::path(name_).lexically_normal().string();
      if (folder_.ends_with('/')) folder_.pop_back();
      name_ = fs::path(folder_).filename().string();
    } else if (folder_.empty()) {
      folder_ = ".";
    }
    if (!dsl::is_name(name_) || name_.size() > kMostNameLength)
      return fmt::format(
          "'{}' cannot be a name: one has letters (a to z, A to Z), digits and '_', begins with a letter, "
          "does "
          "not end with '_', and has {} characters at most; write `attune new {} {}{}`",
          name_, kMostNameLength, kind_,
          is_project ? fs::path(folder_).replace_filename(right_name(name_)).string() : right_name(name_),
          is_project || folder_ == "." ? std::string() : " " + folder_);
    if (kind_ == kDiagram && model::is_own_run(name_))
      return fmt::format("an event cannot be called '{}': {}", name_, dsl::kOwnRunHelp);
    std::error_code failure;
    if (is_project && fs::exists(folder_, failure) && !fs::is_empty(folder_, failure))
      return fmt::format("'{}' is there already, and not an empty folder: name another", folder_);
    if (!is_project && !fs::exists(fs::path(folder_) / "deployment.mmd", failure))
      return fmt::format("'{}' is no project's folder, which has a deployment.mmd: name it behind the name",
                         folder_);
    return {};
  }

  void find_files(const fs::path& templates) {
    std::error_code failure;
    for (auto at = fs::recursive_directory_iterator(templates, failure); !failure && at != fs::end(at);
         at.increment(failure))
      if (at->is_regular_file(failure))
        files_.push_back(
            {at->path(),
             fs::path(folder_) / replaced(at->path().lexically_relative(templates).string(), kMark, name_)});
    std::ranges::sort(files_, {}, &File::to);
  }

  // All or none, as far as can be told before.
  ExitCode make(const Kind& kind, Console& console) const {
    std::error_code failure;
    if (files_.empty())
      return console.fail(ExitCode::kFailed, "new: the templates are not among the stock files");
    for (const File& file : files_)
      if (fs::exists(fs::symlink_status(file.to, failure)))
        return console.fail(
            ExitCode::kFailed,
            fmt::format("new: '{}' is there already, and nothing was made: choose another name",
                        file.to.string()));
    for (const File& file : files_)
      if (const std::error_code failed = copy(file))
        return console.fail(ExitCode::kFailed,
                            fmt::format("new: cannot write '{}': {}", file.to.string(), failed.message()));
    tell(kind, console);
    return ExitCode::kDone;
  }

  std::error_code copy(const File& file) const {
    std::error_code failure;
    fs::create_directories(file.to.parent_path(), failure);
    if (failure) return failure;
    const auto text = dsl::load_text(file.from);
    if (!text) return std::make_error_code(std::errc::io_error);
    errno = 0;  // a stream tells that it failed, and leaves why in there
    std::ofstream out(file.to, std::ios::binary);
    out << replaced(*text, kMark, name_);
    out.close();
    if (!out) return {errno == 0 ? EIO : errno, std::generic_category()};
    const bool is_program =
        (fs::status(file.from, failure).permissions() & fs::perms::owner_exec) != fs::perms::none;
    if (is_program)
      fs::permissions(file.to, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                      fs::perm_options::add, failure);
    return failure;
  }

  void tell(const Kind& kind, Console& console) const {
    if (as_json_) {
      nlohmann::ordered_json files = nlohmann::ordered_json::array();
      for (const File& file : files_) files.push_back(file.to.string());
      return console.write_json(nlohmann::ordered_json{{"files", std::move(files)}}.dump());
    }
    for (const File& file : files_) console.out.write(fmt::format("{}: made\n", printable(file.to.string())));
    console.out.write(
        printable_lines(replaced(replaced(std::string(kind.next), kMark, name_), "THE_FOLDER", folder_)));
  }

  // The folder's name is the user's.
  static std::string printable_lines(std::string_view text) {
    std::string made;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      made += printable(text.substr(at, end - at)) + '\n';
      at = end + 1;
    }
    return made;
  }

  std::string kind_, name_, folder_;
  bool as_json_ = false;
  std::vector<File> files_;
};

}  // namespace

std::unique_ptr<Command> make_new() {
  return std::make_unique<New>();
}

}  // namespace attune::cli
