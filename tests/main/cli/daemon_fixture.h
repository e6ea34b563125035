// SPDX-License-Identifier: Apache-2.0
// DaemonFixture: a small daemon behind a real control socket, on a loop of its own thread, and commands typed
// at it. For tests only.
#pragma once

#include <cstdlib>
#include <ctime>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/control/api.h"
#include "runtime/control/server.h"
#include "runtime/main/asio_loop.h"
#include "tests/control/small_daemon.h"
#include "tests/control/small_reloads.h"
#include "tests/control/small_traffic.h"
#include "tests/main/cli/transcript.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {

class DaemonFixture : public ::testing::Test {
 protected:
  DaemonFixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    std::filesystem::create_directories(run_folder_ / "migration");
    control::add_reload(api_, reloads_);
    control::add_traffic(api_, &traffic_);
    thread_ = std::thread([this] { loop_.run(); });
    on_loop([this] {
      auto opened = control::Server::open(run_folder_ / "migration/control", loop_, api_, log_);
      if (opened) server_ = std::move(*opened);
    });
    EXPECT_TRUE(server_);
    typed_.stand("--run-dir", run_folder_.path());
  }
  ~DaemonFixture() override {
    end();
    loop_.stop();
    thread_.join();
  }

  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  void end() {
    on_loop([this] { server_.reset(); });
  }
  // What the daemon was asked since the last time.
  std::vector<std::string> asked() {
    std::vector<std::string> all;
    on_loop([&] { all = std::exchange(daemon_.asked, {}); });
    for (std::string& one : all) {
      const size_t peer = one.find("attune (");
      if (peer != one.npos) one.replace(peer, one.find(')', peer) + 1 - peer, "me");
    }
    return all;
  }
  std::string transcript() {
    typed_.replace(run_folder_.path().string(), "RUN");
    typed_.replace("process " + std::to_string(::getpid()), "process 4711");
    return typed_.text();
  }

  const test::TempDir run_folder_;
  main::AsioLoop loop_;
  SilentLog log_;
  control::SmallDaemon daemon_;
  control::SmallReloads reloads_;
  control::SmallTraffic traffic_;
  control::Router api_ = control::make_api(daemon_);
  std::unique_ptr<control::Server> server_;
  std::thread thread_;
  Transcript typed_;
};

}  // namespace attune::cli
