// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/inspector.h"

#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

namespace attune::deploy {

Task<Inspector::Found> Inspector::inspect(std::string path, std::stop_token stop) {
  Known& known = known_[path];
  if (known.content) {
    const Version now = version_of(path);
    const Version& then = known.version;
    const bool is_same = now.size == then.size && now.inode == then.inode &&
                         now.changed.tv_sec == then.changed.tv_sec &&
                         now.changed.tv_nsec == then.changed.tv_nsec;
    if (is_same) co_return known.content;
  }
  if (!known.is_looked_at) begin(path, known);
  co_return co_await known.waiting.wait(
      loop_, std::move(stop),
      fail(ErrorCode::kCancelled, fmt::format("cancelled while looking into {}", path)));
}

Inspector::Version Inspector::version_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim, static_cast<uint64_t>(status.st_size), status.st_ino};
}

void Inspector::begin(const std::string& path, Known& known) {
  known.is_looked_at = true;
  known.content.reset();
  worker_.post([this, alive = std::weak_ptr(alive_), &loop = loop_, limits = limits_, path] {
    const Version version = version_of(path);
    Result<Content> content = deploy::inspect(path, limits);
    Found found = content ? Found(std::make_shared<const Content>(std::move(*content)))
                          : Found(fail(std::move(content).error()));
    loop.post([this, alive, path, version, found = std::move(found)] {
      if (!alive.expired()) end(path, version, found);
    });
  });
}

void Inspector::end(const std::string& path, const Version& version, const Found& found) {
  Known& known = known_[path];
  known.version = version;
  if (found) known.content = *found;
  known.is_looked_at = false;
  known.waiting.end_all(found);
}

}  // namespace attune::deploy
