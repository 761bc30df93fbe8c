#include "reports/pcapng/pcapng.hpp"

#include <fmt/format.h>

#include "harness/measure/fields.hpp"
#include "harness/record/reader.hpp"
#include "reports/pcapng/network.hpp"
#include "reports/text/utc.hpp"

namespace attest::reports {
namespace {

using namespace pcapng;
using measure::text;
using record::Event;

/// Sorts the events of a record into packets.
class Export {
 public:
  Export(Capture& capture, const std::string& key_log)
      : capture_(capture), network_(capture), key_log_(key_log) {}

  void take(const Event& event) {
    if (event.type == "run.begin") return begin(event);
    if (event.type == "tx" || event.type == "rx") return uart(event);
    if (event.type == "server") return network_.server(event);
    if (event.type == "dns") return network_.dns(event);
    if (const auto note = note_of(event); !note.empty()) {
      const auto device = text(event.fields, "device");
      capture_.lines("notes", event.at, Direction::unknown, device.empty() ? note : device + ": " + note);
    }
  }

  [[nodiscard]] PcapngSummary summary() const {
    return {capture_.packets(), uart_bytes_, network_.requests(), network_.responses()};
  }

 private:
  void begin(const Event& event) {
    capture_.set_time(event.at, epoch_ms(text(event.fields, "wall")).value_or(0));
    if (std::exchange(begun_, true)) return;
    capture_.begin("A run of attest, made from its record; what is rebuilt in it is told by its interfaces",
                   "attest " + text(event.fields, "attest"));
    if (!key_log_.empty()) capture_.secrets(key_log_);
  }

  void uart(const Event& event) {
    const auto piece = record::text_of(event, "bytes");
    const auto direction = event.type == "rx" ? Direction::inbound : Direction::outbound;
    uart_bytes_ += piece.size();
    capture_.lines("uart " + text(event.fields, "device"), event.at, direction, piece);
  }

  /// Empty: nothing to be noted.
  static std::string note_of(const Event& event) {
    if (event.type == "case.begin") return "case " + text(event.fields, "case");
    if (event.type == "case.end")
      return fmt::format("{}: {} {}", text(event.fields, "case"), text(event.fields, "verdict"),
                         record::text_of(event, "reason"));
    if (event.type == "step" || event.type == "note") return record::text_of(event, "text");
    if (event.type == "check")
      return fmt::format("{} {}: {}; owed {}, got {}", text(event.fields, "requirement"),
                         text(event.fields, "verdict"), record::text_of(event, "what"),
                         record::text_of(event, "owed"), record::text_of(event, "got"));
    if (event.type == "deviation")
      return fmt::format("deviation {} of {}: {}", text(event.fields, "id"),
                         text(event.fields, "requirement"), text(event.fields, "summary"));
    if (event.type == "gap") return "gap: " + record::text_of(event, "what");
    if (event.type == "recover") return "recovery: " + text(event.fields, "rung");
    if (event.type == "fault")
      return fmt::format("{} fault: {}", text(event.fields, "fault"), record::text_of(event, "what"));
    return {};
  }

  Capture& capture_;
  Network network_;
  const std::string& key_log_;
  bool begun_ = false;
  std::uint64_t uart_bytes_ = 0;
};

}  // namespace

Result<PcapngSummary> write_pcapng(const std::filesystem::path& record,
                                   const std::optional<std::filesystem::path>& tls_key_log,
                                   const std::filesystem::path& out) {
  std::string key_log;
  if (tls_key_log) {
    auto read = read_file(*tls_key_log);
    if (!read) return tl::unexpected(read.error());
    key_log = std::move(*read);
  }
  auto file = WholeFile::create(out);
  if (!file) return tl::unexpected(file.error());
  Capture capture(*file);
  Export all(capture, key_log);
  const auto read = record::read(record, [&](Event&& event) { all.take(event); });
  if (!read) return tl::unexpected(read.error());
  if (auto done = file->finish(); !done) return tl::unexpected(done.error());
  return all.summary();
}

}  // namespace attest::reports
