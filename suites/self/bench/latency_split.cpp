// How well the latency split finds a delay that is added at a known place: before the request, in the server,
// or after it. A device of a few lines sits behind a pseudo-terminal and asks the origin over loopback; it
// keeps its own account of when it did what, on the same clock, and the error is what the split says beyond
// that. How late our side and the origin wake up is in the error: the processors are kept awake and we run
// before others, and how late the host is with a bare sleep, before that and then, stands above the table. On
// a busy host the tail tells of the host.
//
//     latency_split [COMMANDS_PER_ROW]       prints a table; exit 0 unless something did not work at all
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/at/session.hpp"
#include "harness/measure/budget.hpp"
#include "harness/measure/latency.hpp"
#include "harness/record/sinks.hpp"
#include "harness/transport/pty.hpp"
#include "server/control/origin.hpp"
#include "suites/self/bench/awake.hpp"
#include "suites/self/bench/line_device.hpp"
#include "suites/support/recorder.hpp"

namespace {
using namespace attest;
using namespace std::chrono_literals;
using measure::Split;

constexpr std::string_view kBody = "hello";

/// What the device did itself.
struct Account {
  Nanos before{}, server{}, after{};
};

class Device {
 public:
  explicit Device(int line) : line_(line), thread_([this] { run(); }) {}
  ~Device() { over_ = true; }

  void delay(Nanos before, Nanos after) {
    const std::lock_guard lock(mutex_);
    before_ = before, after_ = after;
  }
  [[nodiscard]] std::vector<Account> take_accounts() {
    const std::lock_guard lock(mutex_);
    return std::exchange(accounts_, {});
  }

 private:
  void run() {
    bench::serve_lines(line_, over_, [this](const std::string& command, Instant at) { serve(command, at); });
  }

  void serve(const std::string& command, Instant heard) {
    static constexpr std::string_view kUrl = "http://127.0.0.1:";
    const auto from = command.find(kUrl) + kUrl.size(), slash = command.find('/', from);
    const auto port = static_cast<std::uint16_t>(std::atoi(command.substr(from, slash - from).c_str()));
    const auto path = command.substr(slash, command.find(',', slash) - slash);
    std::this_thread::sleep_for(delays().first);
    const Fd socket = connected(port);
    const auto there = steady_clock().now();
    const auto asked = ask(socket, path);
    if (!await_answer(socket)) return tell("ERROR\r\n");
    const auto answered = steady_clock().now();
    std::this_thread::sleep_for(delays().second);
    enter({there - heard, answered - asked, steady_clock().now() - answered});
    tell(fmt::format("+HTTPCLIENT:{},{}\r\nOK\r\n", kBody.size(), kBody));
  }

  static Fd connected(std::uint16_t port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) socket.reset();
    return socket;
  }

  static Instant ask(const Fd& socket, const std::string& path) {
    const auto request = fmt::format("GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path);
    const auto at = steady_clock().now();
    (void)::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
    return at;
  }

  static bool await_answer(const Fd& socket) {
    std::string all;
    std::array<char, 1024> bytes{};
    while (!all.ends_with(kBody)) {
      const auto count = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
      if (count <= 0) return false;
      all.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return true;
  }

  void tell(const std::string& text) { (void)!::write(line_, text.data(), text.size()); }
  std::pair<Nanos, Nanos> delays() {
    const std::lock_guard lock(mutex_);
    return {before_, after_};
  }
  void enter(Account account) {
    const std::lock_guard lock(mutex_);
    accounts_.push_back(account);
  }

  int line_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  Nanos before_{}, after_{};
  std::vector<Account> accounts_;
  std::jthread thread_;
};

/// The origin tells whichever recorder is there.
struct Listener {
  std::atomic<suites::Recorder*> to = nullptr;
  void operator()(std::string_view event, Instant at, const server::Served& served) const {
    if (auto* recorder = to.load()) recorder->served(event, at, served);
  }
};

struct Bench {
  transport::PtyPair pty = must(transport::PtyPair::open(steady_clock()));
  std::unique_ptr<transport::Link> near =
      must(transport::open_link(must(transport::parse_link(pty.address() + "?lock=off")), steady_clock(),
                                Deadline::in(steady_clock(), 5s)));
  Device device{pty.far_fd()};
  Listener listener;
  std::unique_ptr<server::Origin> origin = must(server::start_origin(
      {}, steady_clock(), [this](auto event, auto at, const auto& served) { listener(event, at, served); }));
};

enum class Place { nowhere, before, server, after };
constexpr const char* kNames[] = {"nowhere", "before", "server", "after"};

/// As many commands, and the record of them.
std::vector<record::Event> run(Bench& bench, Place place, Nanos delay, int count) {
  const auto if_at = [&](Place one) { return place == one ? delay : Nanos(0); };
  bench.device.delay(if_at(Place::before), if_at(Place::after));
  const auto resource = bench.origin->add({.body = std::string(kBody), .delay = if_at(Place::server)});
  record::MemorySink sink;
  suites::Recorder recorder(sink, steady_clock());
  bench.listener.to = &recorder;
  at::Dialect dialect;
  dialect.guard = 0ns;
  at::Session session(*bench.near, dialect, steady_clock(), &recorder);
  for (int i = 0; i < count; ++i) (void)session.command("AT+HTTPCLIENT=2,0," + resource->url() + ",,,1");
  const auto deadline = Deadline::in(steady_clock(), 5s);
  (void)resource->wait_answered(static_cast<std::size_t>(count), deadline);
  (void)resource->wait_closed(deadline);
  bench.listener.to = nullptr;
  return sink.events();
}

using Errors = std::vector<double>;  // ms

double millis(Nanos span) {
  return static_cast<double>(span.count()) / 1e6;
}

Errors errors(const std::vector<measure::Sample>& samples, const std::vector<Account>& accounts,
              Split::Part Split::*part, Nanos Account::*own) {
  Errors all;
  for (std::size_t i = 0; i < samples.size(); ++i)
    all.push_back(millis((samples[i].split.*part).value_or(Nanos(0)) - accounts[i].*own));
  return all;
}

double p99_of_size(Errors all) {
  for (auto& one : all) one = std::abs(one);
  return measure::statistic(all, "p99").value_or(0);
}

struct Watched {
  Place place;
  Split::Part Split::*part;
  Nanos Account::*own;
};
constexpr Watched kWatched[] = {{Place::before, &Split::before, &Account::before},
                                {Place::server, &Split::server, &Account::server},
                                {Place::after, &Split::after, &Account::after}};

/// How late a thread of this host is after a sleep of a millisecond.
Errors lateness(int count) {
  Errors all;
  for (int i = 0; i < count; ++i) {
    const auto due = steady_clock().now() + 1ms;
    std::this_thread::sleep_for(1ms);
    all.push_back(millis(steady_clock().now() - due));
  }
  return all;
}

void tell_lateness(std::string_view when, int count) {
  const auto late = lateness(std::max(count, 1));
  fmt::print("A sleep ends late by {:.3f} ms (p50), {:.3f} ms (p99) {}\n",
             measure::statistic(late, "p50").value_or(0), measure::statistic(late, "p99").value_or(0), when);
}

/// The error of the part that had the delay, its size at p99; nothing where something did not work.
std::optional<double> row(Bench& bench, Place place, Nanos delay, int count) {
  const auto found = measure::latencies(run(bench, place, delay, count));
  const auto accounts = bench.device.take_accounts();
  if (found.size() != 1 || found[0].samples.size() != accounts.size() || accounts.empty()) return {};
  fmt::print("{:<10}{:>6.0f}", kNames[static_cast<int>(place)], millis(delay));
  double worst = 0;
  for (const auto& [at, part, own] : kWatched) {
    const auto all = errors(found[0].samples, accounts, part, own);
    if (at == place) worst = p99_of_size(all);
    fmt::print("{:>10.3f}{:>8.3f}{:>8.3f}{}",
               measure::statistic(found[0].part(part), "p50").value_or(0) / 1e6,
               measure::statistic(all, "p50").value_or(0), p99_of_size(all), at == place ? " <" : "  ");
  }
  fmt::print("\n");
  return worst;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200;
  tell_lateness("as the host is", count);
  const bench::Awake awake;
  tell_lateness(awake.first() ? "with its processors awake, and us before all others"
                              : "with its processors awake; we may not go before others (SCHED_FIFO)",
                count);
  Bench bench;
  fmt::print(
      "Parts in ms, and their error beside the device's own account: signed at p50, its size at p99\n");
  fmt::print("{:<10}{:>6}", "delay", "ms");
  for (const auto* part : {"before", "server", "after"}) fmt::print("{:>10}{:>8}{:>8}  ", part, "p50", "p99");
  fmt::print("\n");
  bool worked = row(bench, Place::nowhere, 0ms, count).has_value();
  double worst = 0;
  for (const auto place : {Place::before, Place::server, Place::after})
    for (const Nanos delay : {1ms, 5ms, 20ms, 100ms}) {
      const auto error = row(bench, place, delay, count);
      worked = worked && error;
      worst = std::max(worst, error.value_or(0));
    }
  fmt::print("The worst p99 of a part that had the delay: {:.3f} ms\n", worst);
  return worked ? 0 : 1;
}
