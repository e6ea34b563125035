// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/ssh_channel.h"

#include <algorithm>
#include <array>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace attune::transport {

namespace {

SshChannel::Listener& listener_of(void* userdata) {
  return *static_cast<SshChannel::Listener*>(userdata);
}

int on_data(ssh_session, ssh_channel, void* data, uint32_t length, int is_error, void* userdata) {
  return static_cast<int>(
      listener_of(userdata).on_output({static_cast<const char*>(data), length}, is_error != 0));
}
void on_eof(ssh_session, ssh_channel, void* userdata) {
  listener_of(userdata).on_end_of_output();
}
void on_close(ssh_session, ssh_channel, void* userdata) {
  listener_of(userdata).on_close();
}
void on_exit_status(ssh_session, ssh_channel, int code, void* userdata) {
  listener_of(userdata).on_exit_code(code);
}
void on_exit_signal(ssh_session, ssh_channel, const char* name, int, const char*, const char*,
                    void* userdata) {
  listener_of(userdata).on_exit_signal(name == nullptr ? "" : name);
}

// How much a host may have of a command's input that it has not passed on yet. sshd keeps it in a buffer that
// grows, and is copied and cleared as it grows: filling the window that it grants costs the host three times
// as much processor time as the rest of the transfer. A distant host gets more, so that the way there stays
// full.
size_t most_unread(ssh_session session) {
  constexpr size_t kNear = size_t{256} * 1024;
  constexpr size_t kBytesPerMicrosecond = 200;
  // Only of these it is known that they grant more as soon as they have passed on a little.
  if (ssh_get_openssh_version(session) < SSH_VERSION_INT(5, 0, 0)) return SIZE_MAX;
  tcp_info link{};
  socklen_t length = sizeof(link);
  if (::getsockopt(ssh_get_fd(session), IPPROTO_TCP, TCP_INFO, &link, &length) != 0) return SIZE_MAX;
  return std::max(kNear, kBytesPerMicrosecond * link.tcpi_min_rtt);
}

SshChannel::Progress progress_of(int rc) {
  if (rc == SSH_OK) return SshChannel::Progress::kDone;
  return rc == SSH_AGAIN ? SshChannel::Progress::kAgain : SshChannel::Progress::kFailed;
}

}  // namespace

bool is_gone(ssh_session_struct* session) {
  return ssh_is_connected(session) == 0 || (ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
}

struct SshChannel::Callbacks : ssh_channel_callbacks_struct {};

SshChannel::SshChannel(ssh_session_struct* session, Listener& listener)
    : session_(session),
      channel_(ssh_channel_new(session)),
      listener_(listener),
      callbacks_(std::make_unique<Callbacks>()) {
  callbacks_->userdata = &listener;
  callbacks_->channel_data_function = on_data;
  callbacks_->channel_eof_function = on_eof;
  callbacks_->channel_close_function = transport::on_close;
  callbacks_->channel_exit_status_function = on_exit_status;
  callbacks_->channel_exit_signal_function = transport::on_exit_signal;
  ssh_callbacks_init(callbacks_.get());
  if (channel_ != nullptr) ssh_set_channel_callbacks(channel_, callbacks_.get());
}

SshChannel::~SshChannel() {
  if (channel_ == nullptr) return;
  // libssh keeps a channel that the peer has not closed yet: it must not call us any more.
  ssh_remove_channel_callbacks(channel_, callbacks_.get());
  ssh_channel_free(channel_);
}

SshChannel::Progress SshChannel::open() {
  return channel_ == nullptr ? Progress::kFailed : progress_of(ssh_channel_open_session(channel_));
}

SshChannel::Progress SshChannel::execute(const std::string& text) {
  most_unread_ = most_unread(session_);
  return progress_of(ssh_channel_request_exec(channel_, text.c_str()));
}

size_t SshChannel::room() {
  constexpr size_t kAtOnce = size_t{256} * 1024;
  const bool is_piled_up = (ssh_get_status(session_) & SSH_WRITE_PENDING) != 0;
  if (is_piled_up || ssh_channel_is_closed(channel_) != 0) return 0;
  const size_t window = ssh_channel_window_size(channel_);
  widest_window_ = std::max(widest_window_, window);
  const size_t unread = widest_window_ - window;
  return unread >= most_unread_ ? 0 : std::min({window, kAtOnce, most_unread_ - unread});
}

size_t SshChannel::write(std::string_view bytes) {
  const int written = ssh_channel_write(channel_, bytes.data(), static_cast<uint32_t>(bytes.size()));
  return written > 0 ? static_cast<size_t>(written) : 0;
}

void SshChannel::end_input() {
  ssh_channel_send_eof(channel_);
}

void SshChannel::resume() {
  std::array<char, size_t{32} * 1024> bytes;
  for (const bool is_error : {false, true}) {
    while (true) {
      const int count = ssh_channel_read_nonblocking(channel_, bytes.data(), bytes.size(), is_error ? 1 : 0);
      if (count <= 0) break;
      listener_.on_output({bytes.data(), static_cast<size_t>(count)}, is_error);
    }
  }
}

bool SshChannel::is_cut() const {
  return is_gone(session_);
}

std::string SshChannel::why() const {
  return ssh_get_error(session_);
}

}  // namespace attune::transport
