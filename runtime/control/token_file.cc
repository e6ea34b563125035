// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/token_file.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/base/private_file.h"

namespace attune::control {

Result<TokenFile> TokenFile::open(std::string path, Log& log) {
  TokenFile file(std::move(path), log);
  if (auto read = file.read(); !read) return fail(std::move(read.error()));
  return file;
}

Result<void> TokenFile::read() {
  version_ = version_of(path_);  // before it is read: what changes meanwhile is read again
  tokens_ = {};
  is_wrong_ = true;
  const auto text = read_private_file(path_, Guard::kSecret);
  if (!text) return fail(text.error());
  auto tokens = Tokens::parse(*text);
  if (!tokens) return fail(std::move(tokens.error()).within(printable(path_)));
  tokens_ = std::move(*tokens);
  is_wrong_ = false;
  return {};
}

std::optional<Tokens::Holder> TokenFile::find(std::string_view token) {
  if (version_of(path_) != version_) {
    const auto read = this->read();
    if (read)
      log_->info(fmt::format("{} has changed: {} tokens from now on", path_, tokens_.size()));
    else
      log_->error(read.error().message + "; nobody comes in by a token until it is mended");
  }
  const Tokens::Holder* holder = tokens_.find(token);
  return holder == nullptr ? std::nullopt : std::optional(*holder);
}

}  // namespace attune::control
