// SPDX-License-Identifier: Apache-2.0
// graph: the running system, or what a run did so far, as a drawing.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "runtime/base/unique_fd.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/drawing.h"
#include "runtime/main/cli/view_text.h"

extern char** environ;

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNowhere = "nowhere";

Look look_of(const std::string& state) {
  if (state == "started" || state == "up") return Look::kGood;
  if (state == "failed" || state == "lost" || state == "down") return Look::kBad;
  return state == "off" || state == "stopped" || state == "declared" ? Look::kFaint : Look::kPlain;
}

// --- the system ---

Box component_box(const Json& component) {
  const std::string name = text_of(part(component, "name")), state = text_of(part(component, "state"));
  Box box{"component " + name, {name, text_of(part(component, "class")) + ", " + state}, look_of(state), {}};
  for (const Json& content : part(component, "contents")) box.inner.push_back(component_box(content));
  return box;
}

void add_bindings(const Json& component, std::vector<Arrow>& arrows) {
  const std::string from = "component " + text_of(part(component, "name"));
  for (const auto& [role, to] : part(component, "bindings").items()) {
    for (const Json& one : to) arrows.push_back({from, "component " + text_of(one), role});
  }
  for (const Json& content : part(component, "contents")) add_bindings(content, arrows);
}

Box host_box(const Json& host) {
  const std::string name = text_of(part(host, "name")), state = text_of(part(host, "state"));
  const bool is_kept = part(host, "maintenance") == true;
  return {"host " + name, {name, is_kept ? state + ", maintenance" : state}, look_of(state), {}};
}

// Each host with what is on it, then what has no host.
Drawing system_drawing(const std::string& project, const Json& hosts, const Json& tree) {
  Drawing drawing{project, {}, {}};
  std::map<std::string, size_t> places;
  for (const Json& host : part(hosts, "hosts")) {
    places[text_of(part(host, "name"))] = drawing.boxes.size();
    drawing.boxes.push_back(host_box(host));
  }
  Box nowhere{std::string(kNowhere), {"on no host"}, Look::kFaint, {}};
  for (const Json& component : part(tree, "components")) {
    const auto place = places.find(text_of(part(component, "host")));
    auto& inner = place == places.end() ? nowhere.inner : drawing.boxes[place->second].inner;
    inner.push_back(component_box(component));
    add_bindings(component, drawing.arrows);
  }
  if (!nowhere.inner.empty()) drawing.boxes.push_back(std::move(nowhere));
  return drawing;
}

// --- a run ---

// Each state as often as it was entered, with what was done there; an arrow says by which guard it was left.
// Which of the states that go on at once led to another is not on record: it is the one where something ended
// last, and where that is still at work, the one that led to it, as a fork does.
class RunDrawing {
 public:
  explicit RunDrawing(const Json& why) {
    const std::string subject = text_of(part(why, "subject"));
    drawing_.title = fmt::format("run {}: {}{}", part(why, "run").dump(), text_of(part(why, "diagram")),
                                 subject.empty() ? "" : " of " + subject);
    add_box("[*]", Look::kPlain, kNone);
    for (const Json& step : part(why, "steps")) add(step);
    end(why);
  }

  Drawing take() { return std::move(drawing_); }

 private:
  static constexpr size_t kNone = SIZE_MAX;
  struct Entered {
    std::string state;
    size_t from = kNone;
    size_t calls = 0;  // under way
    bool is_left = false;
    std::string guard;  // the last one looked at there
  };

  void add_box(const std::string& state, Look look, size_t from) {
    now_ = drawing_.boxes.size();
    drawing_.boxes.push_back({fmt::format("step {}", now_), {state}, look, {}});
    entered_.push_back({state, from, 0, false, {}});
  }

  void lead(size_t from, size_t to) {
    drawing_.arrows.push_back(
        {drawing_.boxes[from].id, drawing_.boxes[to].id, std::exchange(entered_[from].guard, {})});
    entered_[from].is_left = true;
  }

  void enter(const std::string& state, Look look) {
    size_t from = now_;
    while (entered_[from].calls > 0 && entered_[from].from != kNone) from = entered_[from].from;
    add_box(state, look, from);
    lead(from, now_);
    // Nothing is at work any more: the branches have come together.
    const bool is_quiet =
        std::all_of(entered_.begin(), entered_.end(), [](const Entered& one) { return one.calls == 0; });
    for (size_t i = 0; is_quiet && i < now_; ++i)
      if (!entered_[i].is_left) lead(i, now_);
  }

  // The branch that goes on is the one in which this was done.
  void go_on_in(const std::string& state) {
    for (size_t i = entered_.size(); i > 0; --i) {
      if (entered_[i - 1].state != state) continue;
      now_ = i - 1;
      return;
    }
  }

  void add(const Json& step) {
    const std::string kind = text_of(part(step, "kind")), text = text_of(part(step, "text")),
                      state = text_of(part(step, "state"));
    if (kind == "state-entered") return enter(state, Look::kPlain);
    go_on_in(state);
    Entered& now = entered_[now_];
    if (kind == "call-intent") {
      ++now.calls;
    } else if (kind == "guard") {
      now.guard = text.find("] does not hold") == text.npos ? text : "[else]";
    } else {
      drawing_.boxes[now_].lines.push_back(text);
      if (kind == "call-ended" && now.calls > 0) --now.calls;
    }
  }

  void end(const Json& why) {
    const std::string end = text_of(part(why, "end"));
    if (end.empty()) {
      for (size_t i = 0; i < entered_.size(); ++i) {
        if (entered_[i].is_left) continue;
        drawing_.boxes[i].lines.push_back("goes on");
        drawing_.boxes[i].look = Look::kFaint;
      }
      return;
    }
    enter(end, end == "done" ? Look::kGood : Look::kBad);
    if (const std::string reason = text_of(part(why, "why")); !reason.empty())
      drawing_.boxes.back().lines.push_back(reason);
  }

  Drawing drawing_;
  std::vector<Entered> entered_;  // one for each box
  size_t now_ = 0;                // where what comes next is done
};

// --- SVG ---

// What Graphviz makes of it, written to `out`.
Result<void> write_svg(const std::string& dot, int out) {
  const UniqueFd text(::memfd_create("graph", MFD_CLOEXEC));
  if (!text || ::write(text.get(), dot.data(), dot.size()) != static_cast<ssize_t>(dot.size()) ||
      ::lseek(text.get(), 0, SEEK_SET) != 0)
    return fail(ErrorCode::kFailed, fmt::format("no memory for the drawing: {}", std::strerror(errno)));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, text.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  std::string program = "dot", format = "-Tsvg";
  char* arguments[] = {program.data(), format.data(), nullptr};
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    return fail(ErrorCode::kNotFound,
                "an SVG is drawn by Graphviz: apt install graphviz, or take --dot or --mermaid");
  if (error != 0) return fail(ErrorCode::kFailed, fmt::format("dot cannot be run: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return fail(ErrorCode::kFailed, "dot could not draw it: see above");
  return {};
}

class Graph final : public Command {
 public:
  void declare(Options& options) override {
    options.optional_argument("RUN", run_, "a run's number; where silent, the system as it is now");
    options.flag("--mermaid", is_mermaid_, "as a Mermaid flowchart, which is what it is where silent");
    options.flag("--dot", is_dot_, "as a graph for Graphviz");
    options.flag("--svg", is_svg_, "as an SVG picture, which Graphviz draws");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (int{is_mermaid_} + int{is_dot_} + int{is_svg_} > 1)
      return console.fail(ExitCode::kUsage, "graph: one of --mermaid, --dot and --svg");
    const bool is_number = std::all_of(run_.begin(), run_.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (run_.size() > 18 || !is_number)
      return console.fail(ExitCode::kUsage, fmt::format("graph: '{}' is no run's number, as in 7", run_));
    const auto drawing = run_.empty() ? draw_system() : draw_run();
    if (!drawing) return link_.complain(drawing.error(), console);
    if (!is_svg_) {
      console.out.write(is_dot_ ? dot_text(*drawing) : mermaid_text(*drawing));
      return ExitCode::kDone;
    }
    console.out.flush();
    const auto written = write_svg(dot_text(*drawing), console.out.fd());
    return written ? ExitCode::kDone : console.fail(ExitCode::kFailed, written.error().message);
  }

 private:
  Result<Drawing> draw_system() {
    const auto status = link_.ask("GET", "/v1/status");
    if (!status) return tl::unexpected(status.error());
    const auto hosts = link_.ask("GET", "/v1/hosts");
    if (!hosts) return tl::unexpected(hosts.error());
    const auto tree = link_.ask("GET", "/v1/tree");
    if (!tree) return tl::unexpected(tree.error());
    return system_drawing(text_of(part(Json::parse(*status, nullptr, false), "project")),
                          Json::parse(*hosts, nullptr, false), Json::parse(*tree, nullptr, false));
  }

  Result<Drawing> draw_run() {
    const auto why = link_.ask("GET", path_of({"runs", run_, "why"}));
    if (!why) return tl::unexpected(why.error());
    return RunDrawing(Json::parse(*why, nullptr, false)).take();
  }

  std::string run_;
  bool is_mermaid_ = false, is_dot_ = false, is_svg_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_graph() {
  return std::make_unique<Graph>();
}

}  // namespace attune::cli
