// SPDX-License-Identifier: Apache-2.0
// Connection: one connection to a host's libvirt. Its calls block: worker threads only, save is_alive(),
// host() and uri(), and one at a time: who is not its only user takes a Turn. Closed when the last owner lets
// go of it, which blocks as well.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/base/result.h"
#include "runtime/hypervisor/libvirt_error.h"
#include "runtime/hypervisor/libvirt_settings.h"
#include "runtime/ports/hypervisor.h"

struct _virConnect;
struct _virDomain;

namespace attune::hypervisor {

// A lifecycle event as libvirt puts it: virDomainEventType and its detail.
struct RawEvent {
  ports::DomainId domain;
  int event = 0;
  int detail = 0;
};

class Connection {
 public:
  // Never asks anybody anything: what cannot log in by itself is refused. Scripts for ssh go to `folder`.
  static Result<std::shared_ptr<Connection>> open(const std::string& uri, Keepalive keepalive,
                                                  const std::string& folder);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  _virConnect* get() const { return connect_; }
  const std::string& uri() const { return uri_; }
  const std::string& host() const { return host_; }  // as messages name it
  bool is_alive() const;

  // What the host's libvirt can do, as its XML; empty where it does not say. Asked for once: libvirtd tries
  // out every QEMU that is installed when it is asked for the first time, which takes seconds.
  const std::string& capabilities();

  // `closed` is called once, on libvirt's event thread, when the connection is lost; not when we close it.
  void on_close(std::function<void()> closed);
  // `on_event` is called on libvirt's event thread; it replaces an earlier one. One caller at a time.
  Result<void> subscribe(std::function<void(const RawEvent&)> on_event);

 private:
  friend class Turn;
  Connection(_virConnect* connect, std::string uri);

  _virConnect* const connect_;
  const std::string uri_;
  const std::string host_;
  std::function<void()> closed_;  // libvirt refers to it until it is told otherwise
  bool close_told_ = false;
  int subscription_ = -1;
  std::string capabilities_;
  std::mutex turn_;
};
using ConnectionPtr = std::shared_ptr<Connection>;

// Waits until nobody else calls over the connection, and keeps others waiting while it lives. libvirt
// before 10.4 crashes when two threads do so at once (CVE-2024-4418; Debian 12 has 9.0).
class Turn {
 public:
  explicit Turn(Connection& connection) : first_(connection.turn_) {}
  Turn(Connection& one, Connection& other);  // may be the same

 private:
  std::unique_lock<std::mutex> first_, second_;
};

struct DomainRelease {
  void operator()(_virDomain* domain) const;
};
using DomainHandle = std::unique_ptr<_virDomain, DomainRelease>;

// Looks the domain up by its UUID; by its name where it comes without. kNotFound says on which host there is
// none, and of a stranger that has its name there.
Result<DomainHandle> lookup(Connection& connection, const ports::DomainId& domain);
// The same for who wants libvirt's own word: empty where it fails, and last_fault() says why.
DomainHandle try_lookup(Connection& connection, const ports::DomainId& domain);

std::string uuid_text(_virDomain* domain);
// "lab2 has a domain 'vm1' that is not this project's (UUID ...): ..."
std::string stranger_text(Connection& connection, _virDomain* stranger);

// The text with "no_tty=1" where libvirt would start an ssh that could ask for a password.
std::string unattended_uri(const std::string& uri);

}  // namespace attune::hypervisor
