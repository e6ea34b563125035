// SPDX-License-Identifier: Apache-2.0
// SshChannel: one channel of an SSH session that runs one command: opened, asked to execute, fed with input,
// listened to. Says what happens and decides nothing. The SSH thread; nothing here blocks.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ssh_session_struct;
struct ssh_channel_struct;

namespace attune::transport {

// Whether the session's connection is gone, by whatever end.
bool is_gone(ssh_session_struct* session);

class SshChannel {
 public:
  // Called from within libssh: an implementation takes note and calls nothing of the session's.
  class Listener {
   public:
    virtual ~Listener() = default;
    // Gives how many bytes it took; the others are given again after resume().
    virtual size_t on_output(std::string_view bytes, bool is_error) = 0;
    virtual void on_exit_code(int code) = 0;
    virtual void on_exit_signal(std::string_view name) = 0;  // "TERM"
    virtual void on_end_of_output() = 0;
    virtual void on_close() = 0;
  };

  SshChannel(ssh_session_struct* session, Listener& listener);
  ~SshChannel();  // closes it
  SshChannel(const SshChannel&) = delete;
  SshChannel& operator=(const SshChannel&) = delete;

  enum class Progress { kDone, kAgain, kFailed };  // kFailed: why() tells
  // Each is called until it is no longer kAgain.
  Progress open();
  Progress execute(const std::string& text);

  // How many bytes write() would take now without piling them up in memory, here or on the host.
  size_t room();
  // Gives how many it took; 0 also when the channel has gone.
  size_t write(std::string_view bytes);
  void end_input();
  // Gives what the listener left behind, on both streams.
  void resume();

  std::string why() const;
  bool is_cut() const;  // its session's connection is gone

 private:
  struct Callbacks;

  ssh_session_struct* session_;
  ssh_channel_struct* channel_;
  Listener& listener_;
  std::unique_ptr<Callbacks> callbacks_;
  size_t widest_window_ = 0;  // that the host has granted
  size_t most_unread_ = 0;
};

}  // namespace attune::transport
