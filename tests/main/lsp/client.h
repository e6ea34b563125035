// SPDX-License-Identifier: Apache-2.0
// Client: a client of the language server, in the same process: it opens files, types, asks, and keeps what
// it is told. For tests only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/main/lsp/file_uri.h"
#include "runtime/main/lsp/server.h"
#include "tests/support/catalog.h"
#include "tests/support/temp_dir.h"

namespace attune::test {

using Json = nlohmann::ordered_json;

class Client {
 public:
  // What this machine has, as the server is told.
  static std::vector<std::string> keys_here() {
    return {"ocf:heartbeat:IPaddr2", "ocf:heartbeat:nginx", "ocf:pacemaker:ping", "systemd:ssh.service"};
  }
  static model::Catalog catalog_with_families() {
    model::Catalog all = catalog();
    for (const char* family : {"ocf:", "systemd:"}) all.keys.push_back({.name = family});
    return all;
  }

  explicit Client(const std::vector<std::string>& encodings = {"utf-8"}, std::string stock = {},
                  lsp::Live live = {})
      : server_(
            {catalog_with_families(), file_rules(), std::move(stock), keys_here},
            [this](const std::string& message) { keep(Json::parse(message)); }, std::move(live)) {
    const Json watching = {{"didChangeWatchedFiles", {{"dynamicRegistration", true}}}};
    const Json publishing = {{"publishDiagnostics", {{"relatedInformation", true}}}};
    initialized = ask("initialize", {{"capabilities",
                                      {{"general", {{"positionEncodings", encodings}}},
                                       {"textDocument", publishing},
                                       {"workspace", watching}}}});
    notify("initialized", Json::object());
  }

  // The answer's result, or its error.
  Json ask(const std::string& method, const Json& params) {
    send({{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", params}});
    const Json answer = answers_[id_];
    return answer.contains("result") ? answer["result"] : answer["error"];
  }
  void notify(const std::string& method, const Json& params) {
    send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
  }
  void send(const Json& message) { server_.take(message.dump()); }
  void send_text(std::string_view text) { server_.take(text); }

  void open(const std::string& path, const std::string& text) {
    notify("textDocument/didOpen",
           {{"textDocument", {{"uri", lsp::uri_of_path(path)}, {"version", 1}, {"text", text}}}});
    texts_[path] = text;
    server_.settle();
  }
  // The whole text anew.
  void rewrite(const std::string& path, const std::string& text) {
    change(path, Json::array({{{"text", text}}}));
    texts_[path] = text;
  }
  void change(const std::string& path, const Json& changes) {
    notify("textDocument/didChange",
           {{"textDocument", {{"uri", lsp::uri_of_path(path)}}}, {"contentChanges", changes}});
    server_.settle();
  }
  void close(const std::string& path) {
    notify("textDocument/didClose", {{"textDocument", {{"uri", lsp::uri_of_path(path)}}}});
    server_.settle();
  }
  void settle() { server_.settle(); }

  // Asks about where `word` stands in the open file, or, with `is_behind`, about its end.
  Json ask_at(const std::string& method, const std::string& path, std::string_view word,
              bool is_behind = false, Json more = Json::object()) {
    Json params = {{"textDocument", {{"uri", lsp::uri_of_path(path)}}},
                   {"position", position(texts_.at(path), word, is_behind)}};
    params.update(more);
    return ask(method, params);
  }

  static Json position(const std::string& text, std::string_view word, bool is_behind) {
    size_t at = text.find(word);
    if (at == text.npos) std::abort();
    if (is_behind) at += word.size();
    const size_t line_begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(line_begin), '\n');
    return {{"line", lines}, {"character", at - line_begin}};
  }

  // "code@line:character", of the last diagnostics of the file.
  std::vector<std::string> found(const std::string& path) const {
    std::vector<std::string> all;
    const auto at = diagnostics.find(lsp::uri_of_path(path));
    if (at == diagnostics.end()) return all;
    for (const Json& one : at->second) {
      const Json& start = one["range"]["start"];
      all.push_back(one["code"].get<std::string>() + "@" + start["line"].dump() + ":" +
                    start["character"].dump());
    }
    return all;
  }

  lsp::Server& server() { return server_; }

  Json initialized;
  std::map<std::string, Json> diagnostics;  // by URI: what the client was last told
  size_t published = 0;                     // how often it was told
  std::vector<Json> others;                 // what else came

 private:
  void keep(const Json& message) {
    if (message.value("method", "") == "textDocument/publishDiagnostics") {
      diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"];
      ++published;
    } else if (message.contains("id") && message["id"].is_number() && !message.contains("method")) {
      answers_[message["id"].get<int>()] = message;
    } else {
      others.push_back(message);
    }
  }

  int id_ = 0;
  std::map<int, Json> answers_;
  std::map<std::string, std::string> texts_;
  lsp::Server server_;
};

}  // namespace attune::test
