// SPDX-License-Identifier: Apache-2.0
// Does nothing: what the kernel notes of its time is what noting takes.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("tc")
int bench_empty(struct __sk_buff* skb) {
  (void)skb;
  return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Apache-2.0";
