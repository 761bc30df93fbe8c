// How well the rate that the cases of throughput measure (HC-52, CP-18) agrees with the rate at which a
// device pays a body out. The device is of a few lines, sits behind a pseudo-terminal and writes each piece
// when its last byte is due, by deadlines that do not move, so that a late one is not added to those after
// it. Its own account is of what it really did, from the first byte's start to the end of the last write.
// What stands between the two is the command's way there, the lines around the body, and how late either side
// wakes up: a few tenths of a millisecond, which weigh the more the shorter the body is. On a busy host it is
// the host's milliseconds: how many stands in the last two columns.
//
//     throughput_rate [TIMES] [SECONDS]      prints a table; exit 0 unless something did not work at all
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/at/session.hpp"
#include "harness/base/random.hpp"
#include "harness/measure/budget.hpp"
#include "harness/measure/rate.hpp"
#include "harness/record/sinks.hpp"
#include "harness/transport/pty.hpp"
#include "suites/self/bench/line_device.hpp"
#include "suites/support/http.hpp"
#include "suites/support/recorder.hpp"

namespace {
using namespace attest;
using namespace std::chrono_literals;

constexpr double kClaim = 0.5;  // %
constexpr double kRates[] = {11520, 92160, 300000};
constexpr std::size_t kShort = 4096;

void sleep_until(Instant due) {
  const timespec at{due.ns() / 1'000'000'000, due.ns() % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
  }
}

struct Task {
  std::string body;
  double rate = 0;  ///< bytes per second
};

class Device {
 public:
  explicit Device(int line) : line_(line), thread_([this] { run(); }) {}
  ~Device() { over_ = true; }

  void pay_out(Task task) {
    const std::lock_guard lock(mutex_);
    task_ = std::move(task);
  }
  /// From the start of the last body's first byte to the end of its last write.
  [[nodiscard]] Nanos took() const {
    const std::lock_guard lock(mutex_);
    return took_;
  }

 private:
  void run() {
    bench::serve_lines(line_, over_, [this](const std::string&, Instant) { serve(); });
  }

  void serve() {
    const auto task = this->task();
    write(fmt::format("+HTTPCLIENT:{},", task.body.size()));
    enter(pace(task));
    write("\r\nOK\r\n");
  }

  /// A piece is what the rate makes of a millisecond.
  [[nodiscard]] Nanos pace(const Task& task) const {
    const auto piece = static_cast<std::size_t>(std::max(1.0, task.rate / 1000));
    const auto begun = steady_clock().now();
    for (std::size_t done = 0; done < task.body.size();) {
      const auto more = std::string_view(task.body).substr(done, piece);
      done += more.size();
      sleep_until(begun + Nanos(std::llround(static_cast<double>(done) / task.rate * 1e9)));
      write(more);
    }
    return steady_clock().now() - begun;
  }

  /// The line's buffer may be full while the other side sleeps.
  void write(std::string_view bytes) const {
    while (!bytes.empty() && !over_) {
      const auto count = ::write(line_, bytes.data(), bytes.size());
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
      pollfd wait{line_, POLLOUT, 0};
      if (count < 0) (void)::poll(&wait, 1, 100);
    }
  }

  [[nodiscard]] Task task() const {
    const std::lock_guard lock(mutex_);
    return task_;
  }
  void enter(Nanos took) {
    const std::lock_guard lock(mutex_);
    took_ = took;
  }

  int line_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  Task task_;
  Nanos took_{};
  std::jthread thread_;
};

struct Bench {
  transport::PtyPair pty = must(transport::PtyPair::open(steady_clock()));
  std::unique_ptr<transport::Link> near =
      must(transport::open_link(must(transport::parse_link(pty.address() + "?lock=off")), steady_clock(),
                                Deadline::in(steady_clock(), 5s)));
  Device device{pty.far_fd()};
  record::MemorySink sink;
  suites::Recorder recorder{sink, steady_clock()};
  at::Session session{*near, at::Dialect{}, steady_clock(), &recorder};
  Random random{1};
};

struct Rates {
  double own = 0, measured = 0;
  double more = 0;  ///< ms that the measure counts beyond the device's own account
  [[nodiscard]] double error() const { return 100 * (measured / own - 1); }
};

/// Nothing where the body did not come as it is.
std::optional<Rates> transfer(Bench& bench, double rate, std::size_t bytes) {
  const auto body = bench.random.word(bytes);
  bench.device.pay_out({body, rate});
  const auto exchange = bench.session.command("AT+HTTPCLIENT=2,0,http://a/b,,,1");
  if (!exchange.ok() || suites::data_of(exchange) != body) return std::nullopt;
  const auto own = bench.device.took(), measured = exchange.duration();
  return Rates{measure::bytes_per_second(bytes, own), measure::bytes_per_second(bytes, measured),
               static_cast<double>((measured - own).count()) / 1e6};
}

using Samples = std::vector<double>;

/// The errors of so many transfers; nothing where one did not work.
std::optional<Samples> row(Bench& bench, double rate, std::size_t bytes, int times) {
  Samples own, measured, errors, more;
  for (int i = 0; i < times; ++i) {
    const auto rates = transfer(bench, rate, bytes);
    if (!rates) return std::nullopt;
    own.push_back(rates->own), measured.push_back(rates->measured);
    errors.push_back(rates->error()), more.push_back(rates->more);
  }
  const auto of = [](const Samples& all, const char* which) { return *measure::statistic(all, which); };
  fmt::print("{:>9.0f}{:>9}{:>12.1f}{:>12.1f}{:>+10.3f}{:>+10.3f}{:>+10.3f}{:>10.3f}{:>10.3f}\n", rate, bytes,
             of(own, "p50"), of(measured, "p50"), of(errors, "p50"), of(errors, "min"), of(errors, "max"),
             of(more, "p50"), of(more, "max"));
  return errors;
}

std::size_t within_claim(const Samples& errors) {
  return static_cast<std::size_t>(
      std::count_if(errors.begin(), errors.end(), [](double one) { return std::abs(one) <= kClaim; }));
}

/// One row for each rate, of bodies that take `seconds` or are short.
bool rows(Bench& bench, int times, std::optional<double> seconds) {
  std::size_t all = 0, within = 0;
  for (const double rate : kRates) {
    const auto errors = row(bench, rate, seconds ? static_cast<std::size_t>(rate * *seconds) : kShort, times);
    if (!errors) return false;
    all += errors->size(), within += within_claim(*errors);
  }
  fmt::print("{} of {} bodies {} within {} %\n", within, all,
             seconds ? fmt::format("of {} s", *seconds) : fmt::format("of {} bytes", kShort), kClaim);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const int times = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 1;
  Bench bench;
  fmt::print("A rate by the cases' measure beside the device's own account; bytes per second, error in %\n");
  fmt::print("{:>9}{:>9}{:>12}{:>12}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "paced", "body", "device p50",
             "ours p50", "error p50", "least", "most", "ms more", "at most");
  const bool worked = rows(bench, times, seconds) && rows(bench, times, std::nullopt);
  return worked ? 0 : 1;
}
