// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/event_thread.h"

#include <cstdlib>
#include <string>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace attune::hypervisor {

namespace {

// What libvirt has last said of a failure in this thread.
std::string last_word() {
  const char* message = virGetLastErrorMessage();
  return message == nullptr || *message == '\0' ? "no reason given" : message;
}

// Once per process: libvirt's own state is the process's. What it says goes into our Errors, not to stderr.
// Why it failed; empty where it did not.
const std::string& prepare_libvirt() {
  static const std::string kObstacle = []() -> std::string {
    setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", /*overwrite=*/0);
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    if (virInitialize() != 0 || virEventRegisterDefaultImpl() != 0) return last_word();
    return {};
  }();
  return kObstacle;
}

}  // namespace

EventThread::EventThread() : obstacle_(prepare_libvirt()) {
  if (!obstacle_.empty()) return;
  // Off until the end: then it fires at once and so ends the wait.
  wake_timer_ = virEventAddTimeout(
      -1, [](int, void*) {}, nullptr, nullptr);
  if (wake_timer_ == -1)
    obstacle_ = last_word();
  else
    thread_ = std::thread([this] { run(); });
}

EventThread::~EventThread() {
  if (!thread_.joinable()) return;
  ending_ = true;
  virEventUpdateTimeout(wake_timer_, 0);
  thread_.join();
  virEventRemoveTimeout(wake_timer_);
}

void EventThread::run() {
  while (!ending_) virEventRunDefaultImpl();
}

}  // namespace attune::hypervisor
