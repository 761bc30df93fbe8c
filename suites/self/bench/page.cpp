// What the page of a run costs: the time to write it beside the time to read every line of the record once,
// and the memory that it takes, of a run of an hour and of one that is longer, each in a process of its own.
//
//     page_bench [CASES] [UART_BYTES] [HOURS]        10000 cases, 1000000 bytes and 64 hours by default;
//     prints tables
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "harness/record/reader.hpp"
#include "reports/html/page.hpp"

namespace {
using namespace attest;
using Json = nlohmann::json;

/// Writes a record line by line, as the runner does: the device stands right behind the type.
class Maker {
 public:
  explicit Maker(const std::filesystem::path& path) : out_(path) {}

  void put(const char* type, Json fields, Nanos later = std::chrono::microseconds(300)) {
    now_ += later.count();
    const auto device = fields.contains("device") ? fields["device"].get<std::string>() : std::string();
    fields.erase("device");
    auto line = record::to_line({Instant(now_), type, std::move(fields)});
    if (!device.empty()) line.insert(line.find("\",", 10) + 1, fmt::format(R"(,"device":"{}")", device));
    out_ << line << '\n';
  }
  void plan(int cases) {
    auto plan = Json::array();
    for (int i = 0; i < cases; ++i) plan.push_back({{"case", id(i)}, {"requirements", {"HC-41"}}});
    put("run.begin", {{"schema", record::kSchema},
                      {"plan", std::move(plan)},
                      {"seed", 1},
                      {"wall", "2026-01-01T00:00:00Z"}});
    put("device", {{"device", "dut0"}, {"link", "serial:/dev/ttyUSB0?baud=115200"}, {"virtual", false}});
  }
  void begin(int number, int attempt = 1) {
    put("case.begin",
        {{"device", "dut0"}, {"case", id(number)}, {"attempt", attempt}, {"requirements", {"HC-41"}}});
  }
  /// A GET whose body is so long, in pieces as a serial port hands them over.
  void exchange(int number, std::size_t body, Nanos later = std::chrono::milliseconds(5)) {
    const std::string sent = "AT+HTTPCLIENT=2,0,http://a.test/b\r\n";
    put("tx", {{"device", "dut0"}, {"exchange", ++exchange_}, {"bytes", sent}}, later);
    const auto at = now_;
    for (const char* event : {"accept", "body", "response"})
      put("server", {{"device", "dut0"},
                     {"event", event},
                     {"connection", exchange_},
                     {"peer", "10.0.0.2:1"},
                     {"complete", true}});
    const auto begin = received_;
    for (std::size_t left = body; left > 0;) {
      const auto size = std::min<std::size_t>(left, 32);
      put("rx", {{"device", "dut0"}, {"begin", received_}, {"bytes", std::string(size, 'x')}});
      received_ += size;
      left -= size;
    }
    put("exchange",
        {{"device", "dut0"},
         {"case", id(number)},
         {"exchange", exchange_},
         {"sent", sent},
         {"sent_at", at},
         {"ended_at", now_},
         {"outcome", "complete"},
         {"final", "OK"},
         {"items",
          {{{"kind", "data"}, {"begin", begin}, {"end", received_}, {"first", at}, {"last", now_}}}}});
  }
  void end(int number, bool bad) {
    const auto* verdict = bad ? "fail" : "pass";
    put("check", {{"device", "dut0"},
                  {"case", id(number)},
                  {"requirement", "HC-41"},
                  {"verdict", verdict},
                  {"what", "the body"},
                  {"owed", "x"},
                  {"got", "x"},
                  {"exchange", exchange_}});
    put("case.end", {{"device", "dut0"}, {"case", id(number)}, {"verdict", verdict}, {"reason", ""}});
  }
  void done() { put("run.end", {{"reason", "done"}}); }

 private:
  static std::string id(int number) { return fmt::format("HttpClientBody.IsDelivered/{}", number); }
  std::ofstream out_;
  std::int64_t now_ = 0;
  std::uint64_t exchange_ = 0, received_ = 0;
};

void make_wide(const std::filesystem::path& path, int cases, int bytes) {
  Maker record(path);
  record.plan(cases);
  for (int i = 0; i < cases; ++i) {
    record.begin(i);
    record.exchange(i, static_cast<std::size_t>(std::max(1, bytes / cases)));
    record.end(i, i % 50 == 0);
  }
  record.done();
}

/// Twenty cases that share the hours among them, a command every two seconds.
void make_long(const std::filesystem::path& path, double hours) {
  constexpr int kCases = 20;
  const int each = std::max(1, static_cast<int>(hours * 1800 / kCases));
  Maker record(path);
  record.plan(kCases);
  for (int i = 0; i < kCases; ++i) {
    record.begin(i);
    for (int k = 0; k < each; ++k) record.exchange(i, 128, std::chrono::seconds(2));
    record.end(i, false);
  }
  record.done();
}

double seconds(const std::function<void()>& what) {
  const auto from = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

void write(const std::filesystem::path& record) {
  reports::RunReading reading(record);
  must(reading.advance());
  must(reports::write_page(reading, reading.judge().result(), record.string() + ".html", {.made = "now"}));
}

double mebibytes(std::uintmax_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

/// The most memory that a process of its own had while it wrote the page; nothing where it failed.
double memory_of_writing(const std::filesystem::path& record) {
  const pid_t child = ::fork();
  if (child == 0) {
    write(record);
    ::_exit(0);
  }
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child || status != 0) std::abort();
  return static_cast<double>(used.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  const int cases = argc > 1 ? std::atoi(argv[1]) : 10000;
  const int bytes = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
  const double hours = argc > 3 ? std::atof(argv[3]) : 64;
  const TempDir folder("attest-bench");
  const auto wide = folder.path() / "wide.jsonl";

  fmt::print("{:<10}{:>12}{:>12}{:>10}{:>10}\n", "hours", "record MiB", "page MiB", "RSS MiB", "ratio");
  double first = 0;
  for (const double length : {1.0, hours}) {
    const auto path = folder.path() / "long.jsonl";
    make_long(path, length);
    const double used = memory_of_writing(path);
    if (first == 0) first = used;
    fmt::print("{:<10}{:>12.1f}{:>12.1f}{:>10.1f}{:>10.2f}\n", length,
               mebibytes(std::filesystem::file_size(path)),
               mebibytes(std::filesystem::file_size(path.string() + ".html")), used, used / first);
  }

  make_wide(wide, cases, bytes);
  const double read = seconds([&] { must(record::read(wide, [](record::Event&&) {})); });
  const double written = seconds([&] { write(wide); });
  fmt::print(
      "\n{} cases, {} bytes: record {:.1f} MiB read in {:.2f} s; page {:.1f} MiB written in {:.2f} s, ratio "
      "{:.2f}\n",
      cases, bytes, mebibytes(std::filesystem::file_size(wide)), read,
      mebibytes(std::filesystem::file_size(wide.string() + ".html")), written, written / read);
  if (argc > 4)
    std::filesystem::copy_file(wide.string() + ".html", argv[4],
                               std::filesystem::copy_options::overwrite_existing);
  return 0;
}
