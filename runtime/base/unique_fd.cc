// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/unique_fd.h"

#include <unistd.h>

namespace attune {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace attune
