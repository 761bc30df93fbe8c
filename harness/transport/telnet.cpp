#include "harness/transport/telnet.hpp"

#include <cstring>

namespace attest::transport::telnet {

std::size_t Decoder::decode(std::span<char> bytes) {
  std::size_t kept = 0, at = 0;
  while (at < bytes.size()) {
    if (state_ == State::data) {
      const auto* begin = bytes.data() + at;
      const auto* iac = static_cast<const char*>(std::memchr(begin, kIac, bytes.size() - at));
      const auto run = iac == nullptr ? bytes.size() - at : static_cast<std::size_t>(iac - begin);
      if (kept != at) std::memmove(bytes.data() + kept, begin, run);
      kept += run;
      at += run;
      if (iac == nullptr) break;
      state_ = State::iac;
      ++at;
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    if (state_ == State::iac && byte == kIac) {
      bytes[kept++] = static_cast<char>(kIac);
      state_ = State::data;
      continue;
    }
    feed_command(byte);
  }
  return kept;
}

void Decoder::feed_command(unsigned char byte) {
  switch (state_) {
    case State::data:
      return;
    case State::iac:
      open_ = {byte, 0, {}};
      too_long_ = false;
      state_ = byte == kSb                      ? State::sub_option
               : byte >= kWill && byte <= kDont ? State::option
                                                : State::data;  // NOP and the like
      return;
    case State::option:
      open_.option = byte;
      commands_.push_back(open_);
      state_ = State::data;
      return;
    case State::sub_option:
      open_.option = byte;
      state_ = State::sub;
      return;
    case State::sub:
      if (byte == kIac)
        state_ = State::sub_iac;
      else if (open_.payload.size() < kLongestPayload)
        open_.payload.push_back(static_cast<char>(byte));
      else
        too_long_ = true;
      return;
    case State::sub_iac:
      if (byte == kIac) {
        if (open_.payload.size() < kLongestPayload)
          open_.payload.push_back(static_cast<char>(byte));
        else
          too_long_ = true;
        state_ = State::sub;
        return;
      }
      // Whatever else stands there, it ends: one that has lost its end must not swallow the device's words.
      if (byte == kSe && !too_long_) commands_.push_back(std::move(open_));
      state_ = State::data;
      return;
  }
}

std::string_view encode(std::string_view bytes, std::string& room) {
  auto iac = bytes.find(static_cast<char>(kIac));
  if (iac == std::string_view::npos) return bytes;
  room.clear();
  room.reserve(bytes.size() + 16);
  std::size_t at = 0;
  for (; iac != std::string_view::npos; iac = bytes.find(static_cast<char>(kIac), at)) {
    room.append(bytes, at, iac + 1 - at);
    room.push_back(static_cast<char>(kIac));
    at = iac + 1;
  }
  room.append(bytes, at);
  return room;
}

std::string negotiation(unsigned char verb, unsigned char option) {
  return {static_cast<char>(kIac), static_cast<char>(verb), static_cast<char>(option)};
}

std::string subnegotiation(unsigned char option, std::string_view payload) {
  std::string room;
  auto out = negotiation(kSb, option);
  out += encode(payload, room);
  out += static_cast<char>(kIac);
  out += static_cast<char>(kSe);
  return out;
}

}  // namespace attest::transport::telnet
