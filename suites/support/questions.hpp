// What the doors are asked. The letter stands on the tape: once given it is never given to another question.
#pragma once

#include <array>
#include <string_view>

#include "suites/support/tape.hpp"

namespace attest::suites::question {

inline constexpr Question kFail{'f', "what ended the link"};
inline constexpr Question kLine{'l', "a new line rate"};
inline constexpr Question kCounters{'c', "the driver's counters"};
inline constexpr Question kServe{'a', "a resource at the origin"};
inline constexpr Question kRequests{'r', "the requests for a resource"};
inline constexpr Question kArrived{'w', "whether requests came"};
inline constexpr Question kAnswered{'v', "whether responses went out"};
inline constexpr Question kClosed{'z', "whether connections are closed"};
inline constexpr Question kConnections{'n', "the number of connections"};
inline constexpr Question kOpen{'o', "the number of open connections"};
inline constexpr Question kSecure{'s', "an HTTPS origin"};
inline constexpr Question kHandshakes{'h', "the TLS handshakes"};
inline constexpr Question kShaken{'k', "whether handshakes are over"};
inline constexpr Question kStrangers{'x', "requests that nobody expected"};
inline constexpr Question kDisturb{'d', "trouble on the way"};
inline constexpr Question kEndOpen{'e', "the end of open connections"};
inline constexpr Question kRelayed{'R', "the connections through the relay"};
inline constexpr Question kLeft{'L', "whether the client has left"};
inline constexpr Question kName{'N', "a name's answer"};
inline constexpr Question kQueries{'q', "the queries for a name"};
inline constexpr Question kQueried{'Q', "whether a name was asked for"};
inline constexpr Question kBy80{'8', "servers by way of port 80"};
inline constexpr Question kOff{'0', "power off"};
inline constexpr Question kOn{'1', "power on"};
inline constexpr Question kReset{'2', "a reset"};
inline constexpr Question kFlash{'F', "a flash as at first"};
inline constexpr Question kReady{'y', "whether the phone is ready"};
inline constexpr Question kScan{'S', "a scan"};
inline constexpr Question kSeen{'A', "an advertisement"};
inline constexpr Question kLonger{'B', "an advertisement under a longer name"};
inline constexpr Question kGone{'G', "whether advertising has ended"};
inline constexpr Question kDeliver{'D', "a write over BLE"};
inline constexpr Question kKissOver{'O', "whether AirKiss is over"};
inline constexpr Question kKissed{'K', "what AirKiss came to"};
inline constexpr Question kRounds{'T', "the time of three bursts"};
inline constexpr Question kMake{'M', "a network"};
inline constexpr Question kHome{'H', "the home network"};
inline constexpr Question kStation{'P', "a station at the access point"};
inline constexpr Question kRefuse{'p', "a port that refuses"};
inline constexpr Question kFile{'i', "a file of the bench"};

inline constexpr std::array kAll{
    kFail,        kLine,   kCounters, kServe,      kRequests, kArrived,   kAnswered, kClosed,
    kConnections, kOpen,   kSecure,   kHandshakes, kShaken,   kStrangers, kDisturb,  kEndOpen,
    kRelayed,     kLeft,   kName,     kQueries,    kQueried,  kBy80,      kOff,      kOn,
    kReset,       kFlash,  kReady,    kScan,       kSeen,     kLonger,    kGone,     kDeliver,
    kKissOver,    kKissed, kRounds,   kMake,       kHome,     kStation,   kRefuse,   kFile};

}  // namespace attest::suites::question
