// SPDX-License-Identifier: Apache-2.0
// Deployer: puts components' software onto hosts over the Shell, and takes it away again. What is pushed is
// kept on the host by its checksum, so that each content goes to each host once; a component gets a directory
// of its own, made in one step. Run again after any failure it goes on where it stopped. The loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/deploy/extra_file.h"
#include "runtime/deploy/inspector.h"
#include "runtime/deploy/waiting_list.h"
#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"

namespace attune::deploy {

class Deployment;
struct Survey;

struct DeployRequest {
  std::string component;         // an identifier
  std::string dirlocal;          // the host's directory for everything of ours, absolute
  std::string archive;           // of this machine: tar, tar.gz, tar.zst or a single file; empty: none
  std::vector<ExtraFile> files;  // put over what the archive holds
  // An executable script whose interpreter the host lacks is an error. Say so where an archive carries
  // scripts that nobody runs.
  bool may_lack_interpreters = false;
};

struct Deployed {
  std::string directory;   // the component's, on the host
  bool was_there = false;  // all of it, from before
  uint64_t bytes_sent = 0;
};

struct Undeployed {
  uint64_t files_left = 0;  // in the component's directories, by others than us
};

// What lies on a host.
struct Lying {
  std::string component;
  bool runs = false;  // its process
};

// How far a host is.
struct DeployProgress {
  enum class Stage { kLooking, kSending, kUnpacking };
  Stage stage = Stage::kLooking;
  uint64_t sent = 0;  // of the content, with what was there from before
  uint64_t total = 0;
};
using OnProgress = std::function<void(const DeployProgress&)>;

class Deployer {
 public:
  // Both must outlive it; no deploy() may be under way at its end.
  // What is more than `limits` is refused before a byte of it is sent.
  Deployer(ports::Loop& loop, ports::Shell& shell, Limits limits = {})
      : loop_(loop), shell_(shell), inspector_(loop, limits) {}

  // An Error is one line that names the host and says what to do. What has arrived stays for the next time.
  // Deploying another content replaces the component's directory in one step; files in it that were not
  // deployed move along.
  Task<Result<Deployed>> deploy(ports::HostTarget host, DeployRequest request, std::stop_token stop,
                                OnProgress on_progress = {});

  // Removes exactly what was deployed, with what was kept of the component's process, and the content once no
  // component of the host uses it. Nothing there is no error; a process that still runs is.
  Task<Result<Undeployed>> undeploy(ports::HostTarget host, std::string component, std::string dirlocal,
                                    std::stop_token stop);

  // What was deployed to the host under this name of its, or begun to be, by the components' names.
  Task<Result<std::vector<Lying>>> list(ports::HostTarget host, std::string dirlocal, std::stop_token stop);

  // Where a component is on a host.
  static std::string directory_of(const std::string& dirlocal, const std::string& component);

 private:
  // Host's name, user, address, port, and the directory below which we are.
  using Place = std::tuple<std::string, std::string, std::string, uint16_t, std::string>;
  using PushKey = std::pair<Place, std::string>;  // and the checksum
  using ComponentKey = std::pair<Place, std::string>;
  using PushEnd = Result<void>;

  Task<Result<Survey>> bring(Deployment& deployment, PushKey key);
  Task<PushEnd> await_push(const Deployment& deployment, PushKey key, std::stop_token stop);
  static Place place_of(const ports::HostTarget& host, const std::string& dirlocal);

  ports::Loop& loop_;
  ports::Shell& shell_;
  Inspector inspector_;
  // Who waits for a content that another deployment is pushing to the same place.
  std::map<PushKey, WaitingList<PushEnd>> pushes_;
  std::set<ComponentKey> busy_;
};

// A component's name that may become a file's: letters, digits, '_' and '-', not beginning with '-'.
bool is_component_name(std::string_view name);

}  // namespace attune::deploy
