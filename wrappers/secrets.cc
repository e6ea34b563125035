// SPDX-License-Identifier: Apache-2.0
#include "wrappers/secrets.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/secret.h"
#include "runtime/transport/quoting.h"

namespace attune::wrappers {

namespace {

constexpr size_t kLeastPiece = 4;  // bytes: a shorter line of a secret of several says nothing by itself

// The source of every Secret that a component has, or gets when it is made.
std::set<std::string> sources_of(const system::System& system) {
  std::set<std::string> sources;
  for (const model::Class& of : system.project().classes) {
    const bool has_any = std::any_of(of.attributes.begin(), of.attributes.end(), [](const auto& attribute) {
      return attribute.type == model::Type::kSecret;
    });
    if (!has_any || of.is_abstract) continue;
    for (const model::Attribute& attribute : of.attributes) {
      const auto* secret = attribute.value ? attribute.value->get_if<model::Secret>() : nullptr;
      if (secret != nullptr) sources.insert(secret->source);
    }
    for (const system::Component* component : system.instances(of.name)) {
      for (const auto& [index, value] : component->attributes) {
        if (const auto* secret = value.get_if<model::Secret>()) sources.insert(secret->source);
      }
    }
  }
  return sources;
}

void add_pieces(const std::string& secret, std::vector<std::string>& pieces) {
  pieces.push_back(secret);
  if (secret.find('\n') == secret.npos) return;
  for (size_t begin = 0; begin < secret.size();) {
    const size_t end = std::min(secret.find('\n', begin), secret.size());
    const std::string_view line = std::string_view(secret).substr(begin, end - begin);
    if (line.size() >= kLeastPiece) pieces.emplace_back(line);
    begin = end + 1;
  }
}

// What must not be told, longer pieces first: one may hold another.
Result<std::vector<std::string>> pieces_of(const std::set<std::string>& sources) {
  std::vector<std::string> pieces;
  for (const std::string& source : sources) {
    const auto secret = read_secret(source);
    if (!secret) return fail(secret.error());
    add_pieces(*secret, pieces);
  }
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return pieces;
}

void take_out(const std::string& piece, std::string& text) {
  constexpr std::string_view kInstead = "***";
  for (size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + kInstead.size()))
    text.replace(at, piece.size(), kInstead);
}

}  // namespace

Result<std::string> read(const model::Secret& secret) {
  return read_secret(secret.source);
}

Result<std::string> secret_exports(const system::System& system, const system::Component& component) {
  std::string exports;
  for (const model::Attribute& attribute : system.class_of(component).attributes) {
    if (attribute.type != model::Type::kSecret) continue;
    const auto value = system.attribute(component, attribute.name);
    const auto* secret = value ? value->get_if<model::Secret>() : nullptr;
    if (secret == nullptr) continue;
    auto text = read(*secret);
    if (text && text->find('\0') != text->npos)
      text = fail(ErrorCode::kInvalid, "it holds a NUL byte, which no environment can");
    if (!text) return fail(Error(text.error()).within(fmt::format("{}.{}", component.name, attribute.name)));
    exports += fmt::format("export ATTUNE_SECRET_{}={}\n", attribute.name, transport::shell_word(*text));
  }
  return exports;
}

Result<ports::CommandEnd> redacted(const system::System& system, Result<ports::CommandEnd> end) {
  auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  if (exited == nullptr || (exited->output.empty() && exited->error_output.empty())) return end;
  const std::set<std::string> sources = sources_of(system);
  const auto pieces = pieces_of(sources);
  if (!pieces) {
    exited->output.clear();
    exited->error_output = fmt::format("what it said is withheld: {}", pieces.error().message);
    return end;
  }
  for (const std::string& piece : *pieces) {
    take_out(piece, exited->output);
    take_out(piece, exited->error_output);
  }
  return end;
}

}  // namespace attune::wrappers
