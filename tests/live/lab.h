// SPDX-License-Identifier: Apache-2.0
// Lab: hosts on this machine for live tests, each with its own sshd and libvirtd, and the guest in their
// shared directory. It has a name of its own, so that several stand side by side, and is taken down with its
// owner, also when the test program crashes or is killed. One thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/unique_fd.h"

namespace attune::test {

class Lab {
 public:
  explicit Lab(unsigned hosts);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  const std::string& name() const { return name_; }
  const std::string& home() const { return home_; }  // keys, known_hosts, lab.nodes, shared/
  const std::vector<std::string>& hosts() const { return hosts_; }
  std::string address(const std::string& host) const;
  std::string guest_address(unsigned guest = 1) const;  // from 1 to 125
  std::string path(const std::string& name) const { return home_ + "/" + name; }

  // Runs a command in the host, without SSH. Its output; where it fails the test does.
  std::string exec(const std::string& host, const std::vector<std::string>& argv) const;
  // The same for a line of shell.
  std::string shell(const std::string& host, const std::string& line) const;

  // Its file system as this machine reaches it.
  std::string root_of(const std::string& host) const;

  void cut(const std::string& host) const;   // pulls its cable
  void join(const std::string& host) const;  // puts it back
  void kill(const std::string& host) const;  // it dies at once
  bool is_dead(const std::string& host) const;
  void up() const;  // who died lives again, with nothing of what ran on it
  void kill_libvirtd(const std::string& host) const;
  void start_libvirtd(const std::string& host) const;  // where it does not run
  // Whether libvirt does nothing more with the guest, because of a lock that nobody gives up.
  bool is_stuck(const std::string& host, const std::string& guest) const;
  void mend() const;  // whatever of the above was done is undone
  void remove_guests() const;

 private:
  void call(std::vector<std::string> words) const;

  std::string name_;
  std::string home_;
  std::string net_;  // "10.213.0"
  std::vector<std::string> hosts_;
  UniqueFd guard_;  // its reader takes the lab down when this end closes without a word
};

// The lab of the test program, brought up when it is first asked for and taken down at the program's end.
Lab& the_lab();

}  // namespace attune::test
