// SPDX-License-Identifier: Apache-2.0
// What SSH says when hosts, keys and links fail, on a real sshd. Each error names the host and what to do.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "runtime/base/unique_fd.h"
#include "runtime/transport/local_shell.h"
#include "tests/transport/ssh_fixture.h"

namespace attune::transport {
namespace {

using ports::HostHealth;
using ports::Lost;
using testing::ElementsAre;
using testing::HasSubstr;
using std::chrono_literals::operator""ms;

class SshFaults : public SshTest {
 protected:
  void expect_error(ErrorCode code, const std::vector<std::string>& parts) {
    const Error problem = error();
    EXPECT_EQ(problem.code, code) << problem.message;
    EXPECT_THAT(problem.message, testing::StartsWith("host box (" + test::current_user() + "@127.0.0.1:"));
    EXPECT_EQ(problem.message.find('\n'), std::string::npos);
    for (const std::string& part : parts) EXPECT_THAT(problem.message, HasSubstr(part));
  }
};

TEST_F(SshFaults, NobodyListens) {
  sshd_.stop();
  expect_error(ErrorCode::kUnreachable, {"Connection refused", "check that it is up and runs sshd"});
}

TEST_F(SshFaults, NobodyAnswers) {
  options_.connect_timeout = 200ms;
  ::kill(sshd_.pid(), SIGSTOP);
  expect_error(ErrorCode::kUnreachable, {"does not answer", "within 1 s"});
  ::kill(sshd_.pid(), SIGCONT);
}

TEST_F(SshFaults, NameIsUnknown) {
  host_.address = "no-such-host.invalid";
  const Error problem = error();
  EXPECT_EQ(problem.code, ErrorCode::kUnreachable);
  EXPECT_THAT(problem.message, HasSubstr("its address 'no-such-host.invalid' is not known"));
}

TEST_F(SshFaults, HostKeyIsUnknown) {
  host_.known_hosts = dir_ / "none";
  expect_error(ErrorCode::kDenied, {"is not in " + host_.known_hosts, "ssh-keyscan", "ssh-ed25519 SHA256:"});
  EXPECT_FALSE(std::filesystem::exists(host_.known_hosts));
}

TEST_F(SshFaults, NewHostKeyIsLearntWhereThatIsAllowed) {
  host_.known_hosts = dir_ / "new";
  host_.accept_new_host_key = true;
  EXPECT_EQ(output("echo ok"), "ok\n");
  EXPECT_EQ(dir_.read("new"), sshd_.host_key_line());
}

TEST_F(SshFaults, ChangedHostKeyIsRefusedEvenWhereNewOnesAreLearnt) {
  host_.accept_new_host_key = true;
  sshd_.stop();
  sshd_.change_host_key();
  sshd_.start();
  expect_error(ErrorCode::kDenied, {"has changed", sshd_.known_hosts() + ":1", "ssh-keygen -f"});
}

TEST_F(SshFaults, RevokedHostKeyIsRefused) {
  const std::string line = sshd_.host_key_line();
  host_.known_hosts = dir_.write("known", line + "@revoked " + line);
  expect_error(ErrorCode::kDenied, {"revoked", "known:2"});
}

TEST_F(SshFaults, AuthorityInKnownHostsIsSaidNotToBeUnderstood) {
  const std::string line = sshd_.host_key_line();
  host_.known_hosts = dir_.write("known", "@cert-authority * " + line.substr(line.find(' ') + 1, 40) + "A\n");
  host_.accept_new_host_key = true;
  expect_error(ErrorCode::kDenied,
               {"known:1", "@cert-authority", "does not understand", "add the host's own key"});
}

TEST_F(SshFaults, KeyIsRefused) {
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "other"});
  host_.identity_file = dir_ / "other";
  expect_error(ErrorCode::kDenied, {"is refused", dir_ / "other", "authorized_keys"});
}

TEST_F(SshFaults, KeyFileIsMissing) {
  ::unsetenv("SSH_AUTH_SOCK");
  host_.identity_file = dir_ / "missing";
  expect_error(ErrorCode::kDenied, {"there is no key file " + dir_ / "missing"});
}

TEST_F(SshFaults, KeyNeedsAPassphrase) {
  ::unsetenv("SSH_AUTH_SOCK");
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", dir_ / "locked"});
  host_.identity_file = dir_ / "locked";
  expect_error(ErrorCode::kDenied, {"protected by a passphrase", "ssh-add"});
}

TEST_F(SshFaults, CertificateLogsIn) {
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "ca"});
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "user"});
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-s", dir_ / "ca", "-I", "test", "-n", test::current_user(),
                     dir_ / "user.pub"});
  sshd_.dir().write("authorized_keys", "cert-authority " + dir_.read("ca.pub"));
  host_.identity_file = dir_ / "user";
  EXPECT_EQ(output("echo in"), "in\n");
}

TEST_F(SshFaults, RsaKeyLogsIn) {
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", dir_ / "rsa"});
  sshd_.dir().write("authorized_keys", dir_.read("rsa.pub"));
  host_.identity_file = dir_ / "rsa";
  EXPECT_EQ(output("echo in"), "in\n");
}

TEST_F(SshFaults, AgentLogsInWhereTheKeyIsLocked) {
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_ / "user"});
  sshd_.dir().write("authorized_keys", dir_.read("user.pub"));
  ports::Command agent = sh("exec ssh-agent -D -a " + (dir_ / "agent"));
  LocalShell local(loop_);
  std::stop_source stop;
  bool has_ended = false;
  start<End>(local.run({.name = "here", .protocol = Protocol::kLocal}, agent, stop.get_token()),
             [&](const End&) { has_ended = true; });
  loop_.run_until([&] { return std::filesystem::exists(dir_ / "agent"); });
  ::setenv("SSH_AUTH_SOCK", (dir_ / "agent").c_str(), 1);
  test::run_program({"/usr/bin/ssh-add", "-q", dir_ / "user"});
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", dir_ / "user"});

  host_.identity_file = dir_ / "user";
  EXPECT_EQ(output("echo in"), "in\n");
  ::unsetenv("SSH_AUTH_SOCK");
  stop.request_stop();
  loop_.run_until([&] { return has_ended; });
}

TEST_F(SshFaults, CommandIsLostWhenItsConnectionIsKilled) {
  const auto running = begin("echo $$ >" + (dir_ / "pid") + "; sleep 60");
  const std::string pid = await_line("pid");
  sshd_.kill_connections();
  const End& end = await(running);
  ASSERT_TRUE(end);
  ASSERT_TRUE(std::holds_alternative<Lost>(*end));
  EXPECT_THAT(std::get<Lost>(*end).why, HasSubstr("host box"));
  ::kill(std::stoi(pid), SIGKILL);
}

TEST_F(SshFaults, NextUseConnectsAnew) {
  EXPECT_EQ(output("echo one"), "one\n");
  sshd_.kill_connections();
  EXPECT_EQ(output("echo two"), "two\n");
  sshd_.stop();
  error();
  sshd_.start();
  EXPECT_EQ(output("echo three"), "three\n");
}

// Long enough for a host that lives to say so on a machine that is busy.
constexpr std::chrono::seconds kSilence(1);

TEST_F(SshFaults, SilentHostLosesItsCommands) {
  options_.silence = kSilence;
  const auto running = begin("echo $$ >" + (dir_ / "pid") + "; sleep 60");
  const std::string pid = await_line("pid");
  sshd_.freeze_connections();
  const End& end = await(running);
  ASSERT_TRUE(end && std::holds_alternative<Lost>(*end));
  EXPECT_THAT(std::get<Lost>(*end).why, HasSubstr("silent for 1 s"));
  ::kill(std::stoi(pid), SIGKILL);
}

TEST_F(SshFaults, QuietCommandOnALivingHostIsNotLost) {
  options_.silence = kSilence;
  EXPECT_EQ(output("sleep 2; echo done"), "done\n");
}

TEST_F(SshFaults, CommandThatHasNotBegunRunsOnAFreshConnection) {
  options_.open_timeout = kSilence;
  EXPECT_EQ(output("echo one"), "one\n");
  sshd_.freeze_connections();
  EXPECT_EQ(output("echo two"), "two\n");
}

TEST_F(SshFaults, CommandThatHasNotBegunRunsOnce) {
  options_.open_timeout = kSilence;
  EXPECT_EQ(output("echo one"), "one\n");
  sshd_.freeze_connections();
  const auto first = begin("echo first >>" + (dir_ / "ran"));
  const auto second = begin("echo second >>" + (dir_ / "ran"));
  EXPECT_TRUE(await(first));
  EXPECT_TRUE(await(second));
  EXPECT_EQ(output("sort " + (dir_ / "ran")), "first\nsecond\n");
}

TEST_F(SshFaults, CancelOfACommandOnASilentHostIsLost) {
  options_.open_timeout = kSilence;
  const auto running = begin("echo $$ >" + (dir_ / "pid") + "; sleep 60");
  const std::string pid = await_line("pid");
  sshd_.freeze_connections();
  ::kill(sshd_.pid(), SIGSTOP);  // nor does a new connection help
  running->stop.request_stop();
  const End& end = await(running);
  EXPECT_TRUE(end && std::holds_alternative<Lost>(*end));
  ::kill(sshd_.pid(), SIGCONT);
  ::kill(std::stoi(pid), SIGKILL);
}

class HostWatch : public SshTest {
 protected:
  void watch() {
    shell().watch(host_, kSilence, [this](HostHealth health) { said_.push_back(health); });
  }
  void await_said(size_t count) {
    loop_.run_until([&] { return said_.size() >= count; });
  }
  std::vector<HostHealth> said_;
};

TEST_F(HostWatch, SaysUpOnceTheHostAnswers) {
  watch();
  await_said(1);
  EXPECT_THAT(said_, ElementsAre(HostHealth::kUp));
}

TEST_F(HostWatch, SaysDownWhenTheHostNeverAnswers) {
  sshd_.stop();
  watch();
  await_said(1);
  EXPECT_THAT(said_, ElementsAre(HostHealth::kDown));
  sshd_.start();
  await_said(2);
  EXPECT_THAT(said_, ElementsAre(HostHealth::kDown, HostHealth::kUp));
}

TEST_F(HostWatch, SaysDownWhenTheHostFallsSilentAndUpWhenItIsBack) {
  watch();
  await_said(1);
  ::kill(sshd_.pid(), SIGSTOP);
  sshd_.freeze_connections();
  await_said(2);
  ::kill(sshd_.pid(), SIGCONT);
  await_said(3);
  EXPECT_THAT(said_, ElementsAre(HostHealth::kUp, HostHealth::kDown, HostHealth::kUp));
}

TEST_F(HostWatch, DoesNotMindAConnectionThatIsBackAtOnce) {
  watch();
  await_said(1);
  sshd_.kill_connections();
  loop_.run_until(
      [&] { return sshd_.log().find("Accepted publickey") != sshd_.log().rfind("Accepted publickey"); });
  EXPECT_EQ(output("echo ok"), "ok\n");
  EXPECT_THAT(said_, ElementsAre(HostHealth::kUp));
}

// Stands between an sshd and who connects, one connection after the other. Of the first it holds back what
// the sshd says once it has accepted the login, and passes that on together with the connection's end.
class EndsWithLogin {
 public:
  explicit EndsWithLogin(test::Sshd& sshd) : sshd_(sshd) {
    sockaddr_in here = loopback(0);
    socklen_t size = sizeof(here);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&here), size) != 0 ||
        ::listen(listener_.get(), 1) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&here), &size) != 0)
      throw std::system_error(errno, std::generic_category(), "listening");
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~EndsWithLogin() {
    eventfd_write(over_.get(), 1);
    thread_.join();
  }
  uint16_t port() const { return port_; }

 private:
  static sockaddr_in loopback(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static UniqueFd make_socket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

  void serve() {
    for (bool is_first = true; await({&listener_}) != nullptr; is_first = false) {
      const UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      const UniqueFd server = make_socket();
      const sockaddr_in there = loopback(sshd_.port());
      if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&there), sizeof(there)) != 0) return;
      while (const UniqueFd* from = await({&client, &server})) {
        std::string said = read_some(*from);
        if (said.empty()) break;
        if (is_first && from == &server && sshd_.log().find("Accepted publickey") != std::string::npos) {
          sshd_.kill_connections();
          for (std::string more = said; !more.empty(); said += more) more = read_some(server);
          send_all(client, said);
          break;
        }
        send_all(from == &client ? server : client, said);
      }
    }
  }
  // The first that has something to say; nullptr once all is over.
  const UniqueFd* await(std::vector<const UniqueFd*> any) {
    std::vector<pollfd> all = {{over_.get(), POLLIN, 0}};
    for (const UniqueFd* one : any) all.push_back({one->get(), POLLIN, 0});
    while (::poll(all.data(), all.size(), -1) < 0) {
    }
    if (all[0].revents != 0) return nullptr;
    for (size_t i = 1; i < all.size(); ++i)
      if (all[i].revents != 0) return any[i - 1];
    return nullptr;
  }
  static std::string read_some(const UniqueFd& from) {
    std::string some(65536, '\0');
    const ssize_t count = ::recv(from.get(), some.data(), some.size(), 0);
    some.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    return some;
  }
  static void send_all(const UniqueFd& to, std::string_view said) {
    while (!said.empty()) {
      const ssize_t count = ::send(to.get(), said.data(), said.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      said.remove_prefix(static_cast<size_t>(count));
    }
  }

  test::Sshd& sshd_;
  UniqueFd listener_ = make_socket();
  UniqueFd over_{eventfd(0, EFD_CLOEXEC)};
  uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(HostWatch, FindsAHostWhoseFirstConnectionEndedWithItsLogin) {
  EndsWithLogin way(sshd_);
  host_.port = way.port();
  host_.known_hosts = dir_ / "known_hosts";
  host_.accept_new_host_key = true;
  watch();
  loop_.run_until([&] { return !said_.empty() && said_.back() == HostHealth::kUp; });
  EXPECT_EQ(output("echo ok"), "ok\n");
}

TEST_F(HostWatch, IsSilentAfterItsEnd) {
  watch();
  await_said(1);
  shell().unwatch(host_.name);
  sshd_.stop();
  bool is_over = false;
  const auto end = loop_.loop().after(2 * kSilence, [&] { is_over = true; });
  loop_.run_until([&] { return is_over; });
  EXPECT_EQ(said_.size(), 1U);
}

}  // namespace
}  // namespace attune::transport
