// SPDX-License-Identifier: Apache-2.0
// The customers of examples/web: requests at a steady rate, whatever becomes of them, and a line for each
// one.
//   web_client ADDRESS PORT RATE OUTPUT
// A line on standard input is another rate, in requests a second; its end is the end. The rate does not wait
// for answers: a server that stands still has as many requests waiting as come in that time. Each request
// says
//   DUE TOOK STATUS NUMBER METHOD SERVER
// when it was due (seconds since 1970), how many milliseconds after that it was over, the answer's HTTP
// status (0: there was none), and the first word of the answer. Every fifth is a new order, with its own
// number; the others ask for the newest one that was taken. Nothing is asked twice.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace attune::web {
namespace {

using Clock = std::chrono::system_clock;
using Seconds = std::chrono::duration<double>;

constexpr int kCustomers = 400;     // as many can wait at once
constexpr uint64_t kOrderEach = 5;  // the fifth, the tenth ...
constexpr timeval kPatience{2, 0};  // of a customer

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

// What the text is, where it is a number and nothing else.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Hands out requests at the moments at which they are due.
class Pace {
 public:
  explicit Pace(double rate) : rate_(rate) {}

  // From now on: what was due later than at this rate is due sooner.
  void set_rate(double rate) {
    const std::lock_guard lock(mutex_);
    rate_ = rate;
    due_ = std::min(due_, Clock::now() + step());
    changed_.notify_one();
  }
  // There is no request any more.
  void end() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    changed_.notify_one();
  }

  // The number of the next request, from 1 on, and when it was due, as soon as it is; nothing after the end.
  std::optional<std::pair<uint64_t, Clock::time_point>> next() {
    const std::lock_guard first(turn_);
    std::unique_lock lock(mutex_);
    while (!is_over_ && Clock::now() < due_) changed_.wait_until(lock, due_);
    if (is_over_) return std::nullopt;
    const Clock::time_point due = due_;
    due_ += step();
    return std::pair(++number_, due);
  }

 private:
  Clock::duration step() const { return std::chrono::duration_cast<Clock::duration>(Seconds(1 / rate_)); }

  std::mutex turn_;  // who has it waits for the next request; the others wait for the turn
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  double rate_;
  uint64_t number_ = 0;
  Clock::time_point due_ = Clock::now();
};

struct Answer {
  int status = 0;  // 0: there was none
  std::string server = "-";
};

// A customer's connection, which is kept as long as the server keeps it.
class Connection {
 public:
  explicit Connection(sockaddr_in server) : server_(server) {}
  ~Connection() { drop(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Answer ask(const std::string& request) {
    if (!is_open() && !open()) return {};
    std::optional<Answer> answer;
    if (send(fd_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()))
      answer = receive();
    if (!answer) drop();
    return answer.value_or(Answer{});
  }

 private:
  // Whether there is one, and the server has not closed it since.
  bool is_open() {
    if (fd_ < 0) return false;
    char byte = 0;
    if (recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN) return true;
    drop();
    return false;
  }

  bool open() {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0) give_up("socket");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);  // of connecting too
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&server_), sizeof server_) == 0) return true;
    drop();
    return false;
  }

  // The whole answer, or nothing where it does not come.
  std::optional<Answer> receive() {
    std::string text;
    std::array<char, 4096> piece;
    while (true) {
      if (std::optional<Answer> whole = parsed(text)) return whole;
      const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
      if (got <= 0) return std::nullopt;
      text.append(piece.data(), static_cast<size_t>(got));
    }
  }

  // Answers of the shop and of HAProxy; nothing while it is not all there.
  std::optional<Answer> parsed(const std::string& text) {
    const size_t head = text.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    std::string low = text.substr(0, head);
    std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::string_view kLength = "content-length: ";
    const size_t at = low.find(kLength);
    const size_t length =
        at == std::string::npos ? 0 : std::strtoul(low.c_str() + at + kLength.size(), nullptr, 10);
    const std::string body = text.substr(head + 4);
    if (body.size() < length) return std::nullopt;
    Answer answer;
    answer.status =
        number_of<int>(std::string_view(low).substr(std::min<size_t>(9, low.size()), 3)).value_or(0);
    if (answer.status >= 200 && answer.status < 300) answer.server = body.substr(0, body.find(' '));
    return answer;
  }

  void drop() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  sockaddr_in server_;
  int fd_ = -1;
};

class Customers {
 public:
  Customers(sockaddr_in server, double rate, int output) : server_(server), pace_(rate), output_(output) {}

  void begin() {
    for (int number = 0; number < kCustomers; ++number) threads_.emplace_back([this] { run(); });
  }
  void set_rate(double rate) { pace_.set_rate(rate); }

  // Waits for the answers that are due.
  void end() {
    pace_.end();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void run() {
    Connection connection(server_);
    while (const auto next = pace_.next()) {
      const auto [number, due] = *next;
      const bool is_order = number % kOrderEach == 0 || newest_ == 0;
      const std::string path = "/orders/" + std::to_string(is_order ? number : newest_.load());
      const char* method = is_order ? "POST" : "GET";
      const Answer answer = connection.ask(std::string(method) + ' ' + path + " HTTP/1.1\r\nHost: shop\r\n" +
                                           (is_order ? "Content-Length: 0\r\n\r\n" : "\r\n"));
      if (is_order && answer.status == 201) newest_ = number;
      write_line(due, number, method, answer);
    }
  }

  // One call, so that lines stay whole.
  void write_line(Clock::time_point due, uint64_t number, const char* method, const Answer& answer) const {
    const double at = Seconds(due.time_since_epoch()).count();
    const double took = Seconds(Clock::now() - due).count() * 1000;
    std::array<char, 160> line;
    const int size =
        std::snprintf(line.data(), line.size(), "%.4f %.1f %d %llu %s %.32s\n", at, took, answer.status,
                      static_cast<unsigned long long>(number), method, answer.server.c_str());
    if (write(output_, line.data(), static_cast<size_t>(size)) != size) give_up("the output");
  }

  sockaddr_in server_;
  Pace pace_;
  int output_;
  std::atomic<uint64_t> newest_ = 0;  // order that was taken
  std::vector<std::thread> threads_;
};

std::optional<double> rate_of(std::string_view text) {
  const std::optional<double> rate = number_of<double>(text);
  return rate && *rate >= 1 && *rate <= 100000 ? rate : std::nullopt;
}

int serve(const char* address, const char* port, std::string_view rate, const char* path) {
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(number_of<uint16_t>(port).value_or(0));
  const std::optional<double> first = rate_of(rate);
  if (inet_pton(AF_INET, address, &server.sin_addr) != 1 || server.sin_port == 0 || !first) {
    std::cerr << "web_client: an IPv4 address, a port, and a rate from 1 to 100000 are wanted\n";
    return 2;
  }
  const int output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (output < 0) give_up(path);
  Customers customers(server, *first, output);
  customers.begin();
  for (std::string line; std::getline(std::cin, line);) {
    const std::optional<double> other = rate_of(line);
    if (other)
      customers.set_rate(*other);
    else
      std::cerr << "web_client: '" << line << "' is no rate from 1 to 100000\n";
  }
  customers.end();
  close(output);
  return 0;
}

}  // namespace
}  // namespace attune::web

int main(int count, char** words) {
  if (count == 5) return attune::web::serve(words[1], words[2], words[3], words[4]);
  std::cerr << "usage: web_client ADDRESS PORT RATE OUTPUT\n";
  return 2;
}
