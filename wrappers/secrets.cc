// SPDX-License-Identifier: Apache-2.0
#include "wrappers/secrets.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/base/secret.h"
#include "runtime/transport/quoting.h"

namespace attune::wrappers {

namespace {

void hide_secrets(const system::System& system, Redaction& in) {
  for (const std::string& source : system.secret_sources()) {
    const auto secret = read_secret(source);
    if (secret)
      in.hide(*secret);
    else
      in.withhold(secret.error().message);
  }
}

bool says_something(const Result<ports::CommandEnd>& end) {
  if (!end || std::holds_alternative<ports::Lost>(*end)) return true;
  const auto* exited = std::get_if<ports::Exited>(&*end);
  return exited != nullptr && !(exited->output.empty() && exited->error_output.empty());
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

Redaction secrets_of_now(const system::System& system) {
  Redaction known;
  hide_secrets(system, known);
  return known;
}

Result<ports::CommandEnd> redacted(const system::System& system, Redaction then,
                                   Result<ports::CommandEnd> end) {
  if (!says_something(end)) return end;
  hide_secrets(system, then);
  return then.cleaned(std::move(end));
}

}  // namespace attune::wrappers
