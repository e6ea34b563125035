// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/event_thread.h"

#include <cstdlib>
#include <mutex>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace attune::hypervisor {

namespace {

// Once per process: libvirt's own state is the process's. What it says goes into our Errors, not to stderr.
void prepare_libvirt() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", /*overwrite=*/0);
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    virEventRegisterDefaultImpl();
    virInitialize();
  });
}

}  // namespace

EventThread::EventThread() {
  prepare_libvirt();
  // Off until the end: then it fires at once and so ends the wait.
  wake_timer_ = virEventAddTimeout(
      -1, [](int, void*) {}, nullptr, nullptr);
  thread_ = std::thread([this] { run(); });
}

EventThread::~EventThread() {
  ending_ = true;
  virEventUpdateTimeout(wake_timer_, 0);
  thread_.join();
  virEventRemoveTimeout(wake_timer_);
}

void EventThread::run() {
  while (!ending_) virEventRunDefaultImpl();
}

}  // namespace attune::hypervisor
