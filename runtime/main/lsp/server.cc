// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/server.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/main/lsp/file_uri.h"
#include "runtime/main/lsp/questions.h"
#include "runtime/main/lsp/wire.h"
#include "runtime/main/lsp/workspace.h"

namespace attune::lsp {

namespace {

constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601,
              kNotInitialized = -32002;
constexpr int kRequestFailed = -32803;
constexpr int kIncrementalSync = 2;
constexpr const char* kWatched = "**/*.{mmd,xml,info,nodes}";
constexpr std::string_view kNodes = ".nodes";

// The first of the client's that is known, since it puts its favourite first.
Encoding chosen_encoding(const Json& capabilities) {
  const Json& offered = part(part(capabilities, "general"), "positionEncodings");
  if (!offered.is_array()) return Encoding::kUtf16;
  for (const Json& one : offered)
    if (const auto encoding = find_encoding(text_of(one))) return *encoding;
  return Encoding::kUtf16;
}

Json capabilities_of(Encoding encoding) {
  return {{"positionEncoding", name_of(encoding)},
          {"textDocumentSync", {{"openClose", true}, {"change", kIncrementalSync}, {"save", true}}},
          {"documentFormattingProvider", true},
          {"definitionProvider", true},
          {"referencesProvider", true},
          {"hoverProvider", true},
          {"completionProvider", {{"triggerCharacters", {".", "(", "[", "<", "\"", "$", "+", ":"}}}},
          {"renameProvider", {{"prepareProvider", true}}}};
}

}  // namespace

// One client, from its first message to its last.
class Server::Session {
 public:
  Session(Shipped shipped, Send send, Live live)
      : shipped_(std::move(shipped)), send_(std::move(send)), live_(std::move(live)), workspace_(shipped_) {}

  void take(std::string_view text) {
    const Json message = Json::parse(text, nullptr, false);
    if (message.is_discarded()) return refuse(nullptr, kParseError, "this is no JSON");
    if (!part(message, "method").is_string()) {
      const bool is_answer = message.is_object() && (message.contains("result") || message.contains("error"));
      if (!is_answer) refuse(nullptr, kInvalidRequest, "this is neither a request nor an answer");
      return;
    }
    const std::string method = text_of(part(message, "method"));
    const Json& id = part(message, "id");
    if (!id.is_null() && !id.is_number() && !id.is_string())
      return refuse(nullptr, kInvalidRequest, "an id is a number or a text");
    if (id.is_null())
      notice(method, part(message, "params"));
    else
      request(method, id, part(message, "params"));
  }

  void settle() {
    for (const std::string& folder : workspace_.take_left_projects()) {
      for (const auto& [path, file] : told_[folder].files) publish(file.uri, Json::array());
      told_.erase(folder);
    }
    for (ProjectView* project : workspace_.projects()) {
      project->load();
      watch_nodes(*project);
      if (told_[project->folder()].generation != project->generation()) tell(*project);
    }
  }

  std::optional<int> exit_code() const { return exit_code_; }

 private:
  // What the client was last told of a project's files.
  struct Told {
    struct File {
      std::string uri;       // under which it was told
      std::string findings;  // as JSON
    };
    unsigned generation = 0;
    std::map<std::string, File> files;
  };

  // --- messages ---

  void notice(const std::string& method, const Json& params) {
    if (method == "exit") exit_code_ = is_shut_down_ ? 0 : 1;
    if (!is_initialized_ || is_shut_down_) return;
    if (method == "initialized") return watch_files();
    if (method == "workspace/didChangeWatchedFiles" || method == "textDocument/didSave")
      return workspace_.set_stale();
    const Json& document = part(params, "textDocument");
    const auto path = path_of_uri(text_of(part(document, "uri")));
    if (!path) return;
    if (method == "textDocument/didOpen") open(*path, document);
    if (method == "textDocument/didChange") change(*path, part(params, "contentChanges"));
    if (method == "textDocument/didClose") close(*path);
  }

  void request(const std::string& method, const Json& id, const Json& params) {
    if (method == "initialize") {
      if (is_initialized_) return refuse(id, kInvalidRequest, "'initialize' has come before");
      return initialize(id, params);
    }
    if (!is_initialized_) return refuse(id, kNotInitialized, "'initialize' comes first");
    if (is_shut_down_) return refuse(id, kInvalidRequest, "the server has been shut down");
    if (method == "shutdown") {
      is_shut_down_ = true;
      return answer(id, nullptr);
    }
    const Question* question = find_question(method);
    if (question == nullptr)
      return refuse(id, kMethodNotFound, fmt::format("there is no method '{}'", method));
    auto made = (*question)({workspace_, encoding_, uris_, live_}, params);
    if (!made) return refuse(id, kRequestFailed, made.error().message);
    answer(id, std::move(*made));
  }

  void initialize(const Json& id, const Json& params) {
    is_initialized_ = true;
    const Json& capabilities = part(params, "capabilities");
    encoding_ = chosen_encoding(capabilities);
    const Json& watching = part(part(capabilities, "workspace"), "didChangeWatchedFiles");
    can_watch_ = part(watching, "dynamicRegistration") == true;
    const Json& publishing = part(part(capabilities, "textDocument"), "publishDiagnostics");
    can_relate_ = part(publishing, "relatedInformation") == true;
    answer(id, {{"capabilities", capabilities_of(encoding_)},
                {"serverInfo", {{"name", "attune"}, {"version", ATTUNE_VERSION}}}});
  }

  // Node files, wrappers and diagrams that are not open are read from disk: the client tells when they
  // change.
  void watch_files() { watch(kWatched, "files"); }

  // Those that are not called like node files are only known once the deployment diagram is.
  void watch_nodes(const ProjectView& project) {
    for (std::string name : project.node_files()) {
      if (name.empty() || name.ends_with(kNodes) || !watched_.insert(name).second) continue;
      const std::string id = "files " + name;
      for (char& c : name)
        if (std::string_view("*?{}[]").find(c) != std::string_view::npos) c = '?';
      watch("**/" + name, id);
    }
  }

  void watch(const std::string& pattern, const std::string& id) {
    if (!can_watch_) return;
    const Json registration = {{"id", id},
                               {"method", "workspace/didChangeWatchedFiles"},
                               {"registerOptions", {{"watchers", {{{"globPattern", pattern}}}}}}};
    send({{"jsonrpc", "2.0"},
          {"id", "watch " + id},
          {"method", "client/registerCapability"},
          {"params", {{"registrations", {registration}}}}});
  }

  // --- documents ---

  void open(const std::string& path, const Json& document) {
    uris_.opened(Workspace::real_path(path), text_of(part(document, "uri")));
    workspace_.open(path, text_of(part(document, "text")));
  }

  void change(const std::string& path, const Json& changes) {
    Document* document = workspace_.find_document(path);
    if (document == nullptr || !changes.is_array()) return;
    for (const Json& one : changes) {
      const auto range = range_of(part(one, "range"));
      if (range)
        document->replace(*range, text_of(part(one, "text")), encoding_);
      else
        document->replace(text_of(part(one, "text")));
    }
    workspace_.changed(path);
  }

  void close(const std::string& path) {
    workspace_.close(path);
    uris_.closed(Workspace::real_path(path));
  }

  // --- diagnostics ---

  // What is about no file stands at the head of the deployment diagram. What is found in files that ship is
  // told where the project names them.
  std::string path_of(const Diagnostic& one, const ProjectView& project) const {
    if (!one.place.file) return project.folder() + "/deployment.mmd";
    return one.place.file->path.starts_with(project.folder() + "/") ? one.place.file->path : std::string();
  }

  // With the way that shows it, for a client that can lead along it.
  Json finding(const Diagnostic& one) const {
    Json made = json_of(one, encoding_);
    if (!can_relate_ || one.path.empty()) return made;
    Json way = Json::array();
    for (const Waypoint& step : one.path)
      if (step.place.file)
        way.push_back(
            {{"location", location_of(uris_.of(step.place.file->path), range_of(step.place, encoding_))},
             {"message", step.text}});
    made["relatedInformation"] = std::move(way);
    return made;
  }

  void tell(const ProjectView& project) {
    Told& told = told_[project.folder()];
    told.generation = project.generation();
    std::map<std::string, Json> files;
    for (const auto& [path, file] : told.files) files.emplace(path, Json::array());
    for (const Diagnostic& one : project.found().all()) {
      if (!one.allowed.empty()) continue;
      const std::string path = path_of(one, project);
      if (!path.empty()) files.emplace(path, Json::array()).first->second.push_back(finding(one));
    }
    for (auto& [path, findings] : files) {
      Told::File now{uris_.of(path), line_of(findings)};
      const auto before = told.files.find(path);
      if (before != told.files.end()) {
        if (before->second.uri == now.uri && before->second.findings == now.findings) continue;
        if (before->second.uri != now.uri) publish(before->second.uri, Json::array());
      }
      const bool is_clear = findings.empty();
      publish(now.uri, std::move(findings));
      if (is_clear)
        told.files.erase(path);
      else
        told.files[path] = std::move(now);
    }
  }

  void publish(const std::string& uri, Json findings) {
    send({{"jsonrpc", "2.0"},
          {"method", "textDocument/publishDiagnostics"},
          {"params", {{"uri", uri}, {"diagnostics", std::move(findings)}}}});
  }

  // --- answers ---

  void answer(const Json& id, Json result) {
    send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  }
  void refuse(const Json& id, int code, const std::string& message) {
    send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
  }
  void send(const Json& message) { send_(line_of(message)); }

  const Shipped shipped_;
  const Send send_;
  const Live live_;
  Workspace workspace_;
  Uris uris_;
  Encoding encoding_ = Encoding::kUtf16;
  bool is_initialized_ = false, is_shut_down_ = false, can_watch_ = false, can_relate_ = false;
  std::optional<int> exit_code_;
  std::map<std::string, Told> told_;  // by the projects' folders
  std::set<std::string> watched_;     // node files by name, beside those that are called like some
};

Server::Server(Shipped shipped, Send send, Live live)
    : session_(std::make_unique<Session>(std::move(shipped), std::move(send), std::move(live))) {}

Server::~Server() = default;

void Server::take(std::string_view message) {
  session_->take(message);
}

void Server::settle() {
  session_->settle();
}

std::optional<int> Server::exit_code() const {
  return session_->exit_code();
}

}  // namespace attune::lsp
