// SPDX-License-Identifier: Apache-2.0
// Deployment: one component's way onto one host, in three steps that each can be done again: look what is
// there, send what is not, unpack. A host that has nothing of it yet gets all at one go. The Deployer orders
// them. The loop's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/deploy/content.h"
#include "runtime/deploy/deployer.h"
#include "runtime/deploy/host_script.h"
#include "runtime/deploy/scripts.h"
#include "runtime/ports/shell.h"

namespace attune::deploy {

// What a host has.
struct Survey {
  bool is_deployed = false;  // exactly this
  bool has_content = false;
  bool goes_on = false;      // it takes the input
  bool has_arrived = false;  // the content did
  uint64_t part_bytes = 0;   // of the content, from an earlier time
  std::optional<uint64_t> free_bytes;
  std::vector<std::string> missing_tools;
  std::vector<std::string> missing_interpreters;
};
Survey read_survey(std::string_view text);

class Deployment {
 public:
  // `content`: null where there is no archive.
  Deployment(ports::Shell& shell, ports::HostTarget host, DeployRequest request,
             std::shared_ptr<const Content> content, std::stop_token stop, OnProgress on_progress);

  // An Error where the host lacks something, or space.
  Task<Result<Survey>> survey();
  // The same, and where the host has nothing of this yet, the other steps in the same command: push() as
  // below, or without a content unpack().
  Task<Result<Survey>> bring();
  // Sends the content from `offset` on. Where nothing else is to be sent the host unpacks it at once: then
  // is_unpacked(), unless that failed. kExists: what is there is no longer what the survey saw; survey again.
  Task<Result<void>> push(uint64_t offset);
  // False: the content is no longer there, or damaged; survey again.
  Task<Result<bool>> unpack(bool verify);

  Error cancelled() const;  // while another sends the content
  bool is_unpacked() const { return is_unpacked_; }
  // By the last survey(), bring() or push().
  uint64_t bytes_sent() const { return bytes_sent_; }

  const Content* content() const { return content_.get(); }
  // What a host remembers: differs whenever anything in the request does.
  const std::string& digest() const { return digest_; }

 private:
  std::vector<std::string> tools() const;
  std::vector<Interpreter> interpreters() const;
  uint64_t bytes_needed(const Survey& survey) const;
  Result<void> check(const Survey& survey) const;
  bool unpacks_what_it_pushes() const { return extra_.empty(); }
  HostScript script(const ScriptSteps& steps, bool verify = false, uint64_t offset = 0) const;
  void send_from(HostScript& script, uint64_t offset);
  Result<Survey> surveyed(const ports::Exited& end) const;
  Result<void> pushed(const ports::Exited& end);
  std::string what() const;  // "app.tar.gz", or "app1"
  std::string below() const;
  Error script_error(const ports::Exited& end, const std::string& doing) const;
  void report(DeployProgress::Stage stage, uint64_t sent) const;

  ports::Shell& shell_;
  ports::HostTarget host_;
  DeployRequest request_;
  std::shared_ptr<const Content> content_;
  std::stop_token stop_;
  OnProgress on_progress_;
  std::string extra_;  // the request's own files, as a tar
  std::string digest_;
  bool is_unpacked_ = false;
  uint64_t bytes_sent_ = 0;
};

}  // namespace attune::deploy
