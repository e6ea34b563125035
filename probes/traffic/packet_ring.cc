// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/packet_ring.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace attune::probes {

namespace {

constexpr unsigned kBlock = 256 * 1024;
constexpr unsigned kBlocks = 32;
constexpr unsigned kKept = 128;  // bytes of a frame: the headers with all that may stand in them
constexpr std::size_t kRing = std::size_t{kBlock} * kBlocks;

// struct virtio_net_hdr, whose header is not C++: what the kernel puts before each packet.
struct Offload {
  std::uint8_t flags;
  std::uint8_t gso_type;  // 0: no super-packet
  std::uint16_t header_length;
  std::uint16_t gso_size;
  std::uint16_t checksum_start;
  std::uint16_t checksum_offset;
};
static_assert(sizeof(Offload) == 10);

Result<void> refused(std::string_view what) {
  const int error = errno;
  return fail(error == EPERM || error == EACCES ? ErrorCode::kDenied : ErrorCode::kFailed,
              std::string(what) + ": " + std::strerror(error));
}

template <class Value>
Result<void> set(int socket, int level, int option, const Value& value, std::string_view what) {
  if (::setsockopt(socket, level, option, &value, sizeof(value)) != 0) return refused(what);
  return {};
}

Result<void> prepare(int socket) {
  sock_filter keep{BPF_RET | BPF_K, 0, 0, kKept};
  tpacket_req3 ring{};
  ring.tp_block_size = kBlock;
  ring.tp_block_nr = kBlocks;
  ring.tp_frame_size = 2048;
  ring.tp_frame_nr = kBlock / ring.tp_frame_size * kBlocks;
  ring.tp_retire_blk_tov = PacketRing::kBlockPatience;
  if (auto done = set(socket, SOL_SOCKET, SO_ATTACH_FILTER, sock_fprog{1, &keep}, "no filter"); !done)
    return done;
  if (auto done = set(socket, SOL_PACKET, PACKET_VERSION, int{TPACKET_V3}, "no TPACKET_V3"); !done)
    return done;
  if (auto done = set(socket, SOL_PACKET, PACKET_VNET_HDR, int{1}, "no PACKET_VNET_HDR"); !done) return done;
  return set(socket, SOL_PACKET, PACKET_RX_RING, ring, "no packet ring");
}

PacketRing::Packet packet_at(const unsigned char* at) {
  tpacket3_hdr head;
  sockaddr_ll link;
  Offload offload;
  std::memcpy(&head, at, sizeof(head));
  std::memcpy(&link, at + TPACKET_ALIGN(sizeof(tpacket3_hdr)), sizeof(link));
  std::memcpy(&offload, at + head.tp_mac - sizeof(offload), sizeof(offload));
  PacketRing::Packet packet;
  packet.bytes = {at + head.tp_mac, head.tp_snaplen};
  packet.frame = {head.tp_len, offload.gso_type == 0 ? 0u : offload.gso_size, 0};
  packet.wall = std::int64_t{head.tp_sec} * 1'000'000'000 + head.tp_nsec;
  packet.is_to_vm = link.sll_pkttype == PACKET_OUTGOING;
  return packet;
}

}  // namespace

Result<std::unique_ptr<PacketRing>> PacketRing::open(unsigned interface) {
  UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return fail(refused("no packet socket").error());
  if (auto done = prepare(socket.get()); !done) return fail(done.error());
  void* blocks = ::mmap(nullptr, kRing, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(), 0);
  if (blocks == MAP_FAILED) return fail(refused("no memory for the ring").error());
  auto ring = std::make_unique<PacketRing>(std::move(socket), static_cast<unsigned char*>(blocks));
  sockaddr_ll link{};
  link.sll_family = AF_PACKET;
  link.sll_protocol = htons(ETH_P_ALL);
  link.sll_ifindex = static_cast<int>(interface);
  if (::bind(ring->descriptor(), reinterpret_cast<const sockaddr*>(&link), sizeof(link)) != 0)
    return fail(refused("the interface cannot be listened at").error());
  return ring;
}

PacketRing::~PacketRing() {
  ::munmap(blocks_, kRing);
}

void PacketRing::read(const Take& take) {
  // An interface that went down says so until it is asked; it is heard again when it is up.
  int error = 0;
  socklen_t size = sizeof(error);
  (void)::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  for (;; next_ = (next_ + 1) % kBlocks) {
    auto* block = reinterpret_cast<tpacket_block_desc*>(blocks_ + std::size_t{next_} * kBlock);
    tpacket_hdr_v1& head = block->hdr.bh1;
    if ((__atomic_load_n(&head.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0) return;
    const unsigned char* at = reinterpret_cast<const unsigned char*>(block) + head.offset_to_first_pkt;
    for (unsigned i = 0; i < head.num_pkts; ++i) {
      take(packet_at(at));
      at += reinterpret_cast<const tpacket3_hdr*>(at)->tp_next_offset;
    }
    __atomic_store_n(&head.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  }
}

std::uint64_t PacketRing::take_missed() {
  tpacket_stats_v3 since{};
  socklen_t size = sizeof(since);
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &since, &size) != 0) return 0;
  return since.tp_drops;
}

}  // namespace attune::probes
