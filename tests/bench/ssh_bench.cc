// SPDX-License-Identifier: Apache-2.0
// What the ssh benchmark measures of Attune: the daemon's own shell and deployer, without the daemon.
//   ssh_bench --key FILE --known-hosts FILE NAME=ADDRESS ...
// Each line of its input is one operation on all the hosts at once; when it has ended on all of them, one
// line is printed. So a whole process with one line on its input is the cold case, and one that is kept is
// the warm.
//   true
//   deploy ARCHIVE DIRLOCAL SCRIPT    puts the archive there, unpacks it, runs the script in it
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/task.h"
#include "runtime/deploy/deployer.h"
#include "runtime/main/asio_loop.h"
#include "runtime/transport/ssh_shell.h"

namespace attune::bench {
namespace {

using Words = std::vector<std::string>;

// A failure on one host: what is to be told. Empty: all is well.
using Trouble = std::string;

Trouble trouble_of(const Result<ports::CommandEnd>& end) {
  if (!end) return end.error().message;
  const auto* exited = std::get_if<ports::Exited>(&*end);
  if (exited == nullptr) return "the command did not come to its end";
  return exited->code == 0 ? "" : fmt::format("exit code {}: {}", exited->code, exited->error_output);
}

class Hosts {
 public:
  explicit Hosts(std::vector<ports::HostTarget> targets) : targets_(std::move(targets)) {}

  Trouble do_all(const Words& words) {
    size_t open = targets_.size();
    Trouble first;
    for (const ports::HostTarget& target : targets_) {
      start<Trouble>(do_one(target, words), [&](Trouble trouble) {
        if (first.empty()) first = std::move(trouble);
        if (--open == 0) loop_.stop();
      });
    }
    while (open > 0) loop_.run();
    return first;
  }

 private:
  Task<Trouble> do_one(ports::HostTarget target, Words words) {
    if (words[0] == "true") co_return trouble_of(co_await run(target, "true"));
    if (words[0] != "deploy" || words.size() != 4) co_return fmt::format("what is '{}'?", words[0]);
    deploy::DeployRequest request;
    request.component = "bench";
    request.archive = words[1];
    request.dirlocal = words[2];
    const Result<deploy::Deployed> deployed = co_await deployer_.deploy(target, request, {});
    if (!deployed) co_return deployed.error().message;
    co_return trouble_of(co_await run(target, deployed->directory + "/" + words[3]));
  }

  Task<Result<ports::CommandEnd>> run(const ports::HostTarget& target, std::string program) {
    ports::Command command;
    command.argv.push_back(std::move(program));
    return shell_.run(target, std::move(command), {});
  }

  main::AsioLoop loop_;
  transport::SshShell shell_{loop_};
  deploy::Deployer deployer_{loop_, shell_};
  std::vector<ports::HostTarget> targets_;
};

std::vector<ports::HostTarget> targets_of(const Words& arguments) {
  ports::HostTarget like;
  like.user = "root";
  std::vector<ports::HostTarget> targets;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--key" && has_value) {
      like.identity_file = arguments[++i];
    } else if (arguments[i] == "--known-hosts" && has_value) {
      like.known_hosts = arguments[++i];
    } else {
      const size_t equals = arguments[i].find('=');
      if (equals == std::string::npos) return {};
      targets.push_back(like);
      targets.back().name = arguments[i].substr(0, equals);
      targets.back().address = arguments[i].substr(equals + 1);
    }
  }
  return targets;
}

int serve(std::vector<ports::HostTarget> targets) {
  Hosts hosts(std::move(targets));
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream stream(line);
    Words words;
    for (std::string word; stream >> word;) words.push_back(word);
    if (words.empty()) continue;
    const Trouble trouble = hosts.do_all(words);
    if (!trouble.empty()) {
      std::cerr << "ssh_bench: " << trouble << '\n';
      return 1;
    }
    std::cout << "done\n" << std::flush;
  }
  return 0;
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) {
  auto targets = attune::bench::targets_of({argv + 1, argv + argc});
  if (targets.empty()) {
    std::cerr << "usage: ssh_bench --key FILE --known-hosts FILE NAME=ADDRESS ...\n";
    return 2;
  }
  return attune::bench::serve(std::move(targets));
}
