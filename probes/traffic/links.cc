// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/links.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace attune::probes {

namespace {

constexpr std::size_t kDatagram = 64 * 1024;

template <class Head>
std::optional<Head> head_at(std::string_view bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < sizeof(Head)) return std::nullopt;
  Head head;
  std::memcpy(&head, bytes.data() + at, sizeof(head));
  return head;
}

std::size_t aligned(std::size_t length) {
  return (length + 3) & ~std::size_t{3};
}

void read_attributes(std::string_view bytes, Link& link) {
  for (std::size_t at = 0;;) {
    const auto head = head_at<rtattr>(bytes, at);
    if (!head || head->rta_len < sizeof(rtattr) || head->rta_len > bytes.size() - at) return;
    const std::string_view value = bytes.substr(at + sizeof(rtattr), head->rta_len - sizeof(rtattr));
    if (head->rta_type == IFLA_IFNAME) link.name = value.substr(0, value.find('\0'));
    if (head->rta_type == IFLA_ADDRESS && value.size() == link.mac.size())
      std::copy(value.begin(), value.end(), link.mac.begin());
    at += aligned(head->rta_len);
  }
}

}  // namespace

std::vector<Link> parse_links(std::string_view datagram) {
  std::vector<Link> links;
  for (std::size_t at = 0;;) {
    const auto head = head_at<nlmsghdr>(datagram, at);
    if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > datagram.size() - at) return links;
    const std::string_view message = datagram.substr(at, head->nlmsg_len);
    at += aligned(head->nlmsg_len);
    const auto about = head_at<ifinfomsg>(message, sizeof(nlmsghdr));
    if ((head->nlmsg_type != RTM_NEWLINK && head->nlmsg_type != RTM_DELLINK) || !about) continue;
    if (about->ifi_family != AF_UNSPEC) continue;  // a bridge tells of its ports in the same form
    Link link;
    link.index = static_cast<unsigned>(about->ifi_index);
    link.is_gone = head->nlmsg_type == RTM_DELLINK;
    read_attributes(message.substr(sizeof(nlmsghdr) + sizeof(ifinfomsg)), link);
    links.push_back(std::move(link));
  }
}

Result<Links> Links::open() {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return fail(ErrorCode::kFailed,
                std::string("the kernel does not tell of interfaces: ") + std::strerror(errno));
  const int room = 4 << 20;
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
  Links links(std::move(socket));
  if (auto asked = links.ask_for_all(); !asked) return fail(asked.error());
  return links;
}

Result<void> Links::ask_for_all() {
  struct {
    nlmsghdr head;
    ifinfomsg about;
  } request{};
  request.head.nlmsg_len = sizeof(request);
  request.head.nlmsg_type = RTM_GETLINK;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (::send(socket_.get(), &request, sizeof(request), 0) < 0)
    return fail(ErrorCode::kFailed,
                std::string("the kernel cannot be asked for interfaces: ") + std::strerror(errno));
  return {};
}

Result<std::vector<Link>> Links::news() {
  std::vector<Link> all;
  std::vector<char> buffer(kDatagram);
  for (;;) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) {  // more came than was read: all are asked for again
      if (auto asked = ask_for_all(); !asked && errno != EBUSY) return fail(asked.error());
      continue;
    }
    if (size <= 0) return all;
    auto links = parse_links({buffer.data(), static_cast<std::size_t>(size)});
    std::move(links.begin(), links.end(), std::back_inserter(all));
  }
}

}  // namespace attune::probes
