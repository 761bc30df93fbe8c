#include "reports/pcapng/capture.hpp"

#include <algorithm>

#include "harness/base/bytes.hpp"

namespace attest::reports::pcapng {
namespace {

constexpr std::size_t kPiece = 32'768, kInfoShown = 160;

std::string tag(std::uint16_t code, std::string value) {
  value.resize((value.size() + 3) / 4 * 4, '\0');
  return big(code, 2) + big(value.size(), 2) + value;
}

/// The head of an exported PDU: who takes it apart, and what its line in the list of packets says.
std::string pdu_head(std::string_view protocol, std::string_view bytes) {
  static constexpr std::uint16_t kDissector = 12, kProtocol = 33, kInfo = 36, kEnd = 0;
  return tag(kDissector, "data-text-lines") + tag(kProtocol, std::string(protocol)) +
         tag(kInfo, visible(bytes, kInfoShown)) + tag(kEnd, {});
}

}  // namespace

void Capture::begin(std::string_view about, std::string_view program) {
  put(section_header({{kComment, std::string(about)}, {kApplication, std::string(program)}}));
}

/// A time that the file cannot hold (a clock before 1970, a year after 2262) is the first that it can.
void Capture::set_time(Instant at, std::int64_t epoch_ms) {
  std::int64_t ns = 0;
  const bool fits =
      !__builtin_mul_overflow(epoch_ms, 1'000'000, &ns) && !__builtin_sub_overflow(ns, at.ns(), &offset_);
  if (!fits) offset_ = 0;
}

std::uint64_t Capture::time(Instant at) const {
  std::int64_t ns = 0;
  return __builtin_add_overflow(at.ns(), offset_, &ns) || ns < 0 ? 0 : static_cast<std::uint64_t>(ns);
}

std::uint32_t Capture::interface(const std::string& name, std::uint16_t type, std::string_view about) {
  const auto next = static_cast<std::uint32_t>(interfaces_.size());
  const auto [place, fresh] = interfaces_.try_emplace(name, next);
  if (fresh) put(interface_description(type, name, about));
  return place->second;
}

void Capture::put(const Packet& one) {
  put(packet(one));
  ++packets_;
}

void Capture::lines(const std::string& name, Instant at, Direction direction, std::string_view bytes) {
  const auto protocol = name.substr(0, name.find(' '));
  const auto id = interface(name, kUpperPdu, "bytes of a serial line, or text");
  do {
    const auto part = bytes.substr(0, kPiece);
    const auto piece = pdu_head(protocol, part) + std::string(part);
    put({.interface = id, .ns = time(at), .bytes = piece, .direction = direction});
    bytes.remove_prefix(std::min(kPiece, bytes.size()));
  } while (!bytes.empty());
}

void Capture::ip(Instant at, Direction direction, const std::string& bytes, std::uint64_t left_out,
                 std::vector<std::string> comments) {
  const auto id = interface("network", kRawIp, "rebuilt from the server's journal");
  put({.interface = id,
       .ns = time(at),
       .bytes = bytes,
       .left_out = left_out,
       .direction = direction,
       .comments = std::move(comments)});
}

}  // namespace attest::reports::pcapng
