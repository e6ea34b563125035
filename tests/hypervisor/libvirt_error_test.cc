// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/libvirt_error.h"

#include <gmock/gmock.h>
#include <libvirt/virterror.h>

namespace attune::hypervisor {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(LibvirtError, NamesTheHostOfAUri) {
  EXPECT_EQ(host_of_uri("qemu+ssh://root@lab1/system"), "lab1");
  EXPECT_EQ(host_of_uri("qemu+libssh://root@10.0.0.7:2222/system?keyfile=/k"), "10.0.0.7");
  EXPECT_EQ(host_of_uri("qemu+ssh://[fd00::1]:22/system"), "fd00::1");
  EXPECT_EQ(host_of_uri("qemu:///system"), "this machine");
  EXPECT_EQ(host_of_uri("nonsense"), "nonsense");
}

Error connecting(const std::string& said) {
  return explain_connection({.code = VIR_ERR_SYSTEM_ERROR, .domain = VIR_FROM_RPC, .message = said},
                            "qemu+ssh://root@lab1/system");
}

TEST(LibvirtError, SaysWhatToDoAboutAConnection) {
  const Error key = connecting("Cannot recv data: Host key verification failed.: Connection reset by peer");
  EXPECT_EQ(key.code, ErrorCode::kDenied);
  EXPECT_THAT(key.message, HasSubstr("lab1"));
  EXPECT_THAT(key.message, EndsWith("mend known_hosts"));
  const Error login = connecting("Cannot recv data: root@lab1: Permission denied (publickey).");
  EXPECT_EQ(login.code, ErrorCode::kDenied);
  EXPECT_THAT(login.message, EndsWith("authorized_keys"));
  const Error silent = connecting("Cannot recv data: ssh: connect to host lab1 port 22: No route to host");
  EXPECT_EQ(silent.code, ErrorCode::kUnreachable);
  const Error daemon = connecting(
      "End of file while reading data: Failed to connect socket to "
      "'/run/libvirt/libvirt-sock': No such file or directory");
  EXPECT_EQ(daemon.code, ErrorCode::kUnreachable);
  EXPECT_THAT(daemon.message, EndsWith("start it"));
}

TEST(LibvirtError, GivesACommandToTryWhenItHasNoAdvice) {
  EXPECT_THAT(connecting("something new").message,
              EndsWith("try 'virsh -c qemu+ssh://root@lab1/system list' by hand"));
}

TEST(LibvirtError, TellsALostConnectionFromARefusal) {
  EXPECT_TRUE(
      (Fault{.code = VIR_ERR_INTERNAL_ERROR, .domain = VIR_FROM_RPC, .message = ""}).is_of_connection());
  EXPECT_FALSE(
      (Fault{.code = VIR_ERR_OPERATION_FAILED, .domain = VIR_FROM_QEMU, .message = ""}).is_of_connection());
}

TEST(LibvirtError, NamesWhatFailedAndWhere) {
  const Error error = explain({.code = VIR_ERR_OPERATION_FAILED, .domain = VIR_FROM_QEMU, .message = "no"},
                              "start vm1", "lab1");
  EXPECT_EQ(error.message, "cannot start vm1 on lab1: no");
  EXPECT_EQ(error.code, ErrorCode::kFailed);
}

}  // namespace
}  // namespace attune::hypervisor
