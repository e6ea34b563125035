// SPDX-License-Identifier: Apache-2.0
// The application of examples/sites, inside each guest: a message goes to the partner and comes back, which
// is a round, again and again. Whoever has no partner on the kernel's command line (attune.partner=ADDRESS)
// only sends back. Port 5006 takes the messages; port 5007 answers each line with how many rounds there were.
// Needs nothing but libc, so that it can be linked statically into a tiny guest.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace attune::sites {
namespace {

constexpr uint16_t kTalkPort = 5006, kRoundsPort = 5007;
constexpr size_t kMessage = 64 * 1024;                 // bytes
constexpr auto kWork = std::chrono::milliseconds(10);  // what the application does between two rounds
constexpr auto kAgain = std::chrono::milliseconds(200);
constexpr auto kTurn = std::chrono::milliseconds(1);
constexpr std::string_view kPartner = "attune.partner=";

using Message = std::array<char, kMessage>;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "talker: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

sockaddr_in endpoint(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  return address;
}

int connect_to(const std::string& partner) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) give_up("socket");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address = endpoint(kTalkPort);
  if (inet_pton(AF_INET, partner.c_str(), &address.sin_addr) != 1) give_up(partner.c_str());
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool send_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

// Piece by piece as it comes, and so without MSG_WAITALL: see keep_turning.
bool receive_all(int fd, char* data, size_t size) {
  while (size > 0) {
    const ssize_t got = recv(fd, data, size, 0);
    if (got <= 0) return false;
    data += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

// QEMU before 9.0 without KVM can miss what a guest's kernel writes while the guest is moved, until that
// kernel turns to a program or back (docs/vms.md). So there is a program to turn to all the time.
void keep_turning() {
  while (true) std::this_thread::sleep_for(kTurn);
}

// Each connection has a thread of its own, which `serve` runs until it ends.
template <class Serve>
void listen_on(uint16_t port, Serve serve) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) give_up("socket");
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = endpoint(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 16) != 0)
    give_up("cannot listen");
  while (true) {
    const int peer = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([peer, serve] {
      serve(peer);
      close(peer);
    }).detach();
  }
}

void send_back(int fd) {
  Message message;
  while (receive_all(fd, message.data(), message.size()) && send_all(fd, message.data(), message.size()))
    continue;
}

std::atomic<uint64_t> rounds = 0;

void tell_rounds(int fd) {
  char asked = 0;
  while (recv(fd, &asked, 1, 0) == 1) {
    if (asked != '\n') continue;
    const std::string line = std::to_string(rounds) + '\n';
    if (!send_all(fd, line.data(), line.size())) return;
  }
}

void talk_on(int fd) {
  Message message{};
  while (send_all(fd, message.data(), message.size()) && receive_all(fd, message.data(), message.size())) {
    ++rounds;
    std::this_thread::sleep_for(kWork);
  }
}

// The partner may not have booted yet.
void talk_to(const std::string& partner) {
  while (true) {
    const int fd = connect_to(partner);
    if (fd >= 0) {
      talk_on(fd);
      close(fd);
    }
    std::this_thread::sleep_for(kAgain);
  }
}

std::string partner_of_ours() {
  std::ifstream line("/proc/cmdline");
  for (std::string word; line >> word;)
    if (word.starts_with(kPartner)) return word.substr(kPartner.size());
  return {};
}

}  // namespace
}  // namespace attune::sites

int main() {
  using namespace attune::sites;
  std::thread(keep_turning).detach();
  std::thread([] { listen_on(kTalkPort, send_back); }).detach();
  if (const std::string partner = partner_of_ours(); !partner.empty())
    std::thread([partner] { talk_to(partner); }).detach();
  listen_on(kRoundsPort, tell_rounds);
}
