// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/inspector.h"

#include <utility>

#include <sys/stat.h>

namespace attune::deploy {

Task<Inspector::Found> Inspector::inspect(std::string path) {
  const auto known = known_.find(path);
  if (known != known_.end() && known->second.content) {
    const Version now = version_of(path);
    const Version& then = known->second.version;
    const bool is_same = now.size == then.size && now.inode == then.inode &&
                         now.changed.tv_sec == then.changed.tv_sec &&
                         now.changed.tv_nsec == then.changed.tv_nsec;
    if (is_same) co_return known->second.content;
  }
  co_return co_await Awaitable<Found>([&](std::function<void(Found)> done) { begin(path, std::move(done)); });
}

Inspector::Version Inspector::version_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim, static_cast<uint64_t>(status.st_size), status.st_ino};
}

void Inspector::begin(const std::string& path, std::function<void(Found)> done) {
  Known& known = known_[path];
  known.waiting.push_back(std::move(done));
  if (known.waiting.size() > 1) return;
  known.content.reset();
  worker_.post([this, alive = std::weak_ptr(alive_), &loop = loop_, path] {
    const Version version = version_of(path);
    Result<Content> content = deploy::inspect(path);
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
  const auto waiting = std::exchange(known.waiting, {});
  for (const auto& done : waiting) done(found);
}

}  // namespace attune::deploy
