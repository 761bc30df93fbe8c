// What of a firmware's way of speaking is not fixed by the manual. Filled from the profile; never from
// constants in cases.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"

namespace attest::at {

/// The words that end an exchange, each alone on its line. All different, none empty, no blanks around them.
struct FinalWords {
  std::string ok = "OK", error = "ERROR", send_ok = "SEND OK", send_fail = "SEND FAIL";
};

struct Dialect {
  FinalWords words;
  /// What asks for data; printable, not empty. It may be longer than a character.
  std::string prompt = ">";
  /// What stands before a command's name, and before the name in its information response.
  std::string command_prefix = "AT+", reply_prefix = "+";
  /// The command lines that switch the echo.
  std::string echo_on = "ATE1", echo_off = "ATE0";
  /// Commands that this firmware calls otherwise, by the manual's name: {"HTTPCLIENT", "HTTPREQ"}.
  std::map<std::string, std::string, std::less<>> names;

  /// Whole lines that may come at any time between lines; globs, matched without regard to trailing blanks.
  /// The manual's general rules speak of active reports; a profile adds its firmware's own.
  std::vector<std::string> unsolicited{"WIFI CONNECTED", "WIFI GOT IP", "WIFI DISCONNECT",
                                       "WIFI DISCONNECTED", "EVT:*"};
  /// Lines that say that the device has just started (general rules: `ready`). A restart is never unsolicited
  /// news: in the middle of a command it ends the exchange.
  std::vector<std::string> boot{"ready"};
  /// Lines before a boot banner (boot loader chatter), globs. They count as part of the banner when one
  /// follows. After a restart that was asked for, any line before the banner does.
  std::vector<std::string> boot_noise;

  /// E13: the manual gives no limits, so these are ours and come from the profile.
  Nanos command_deadline = std::chrono::seconds(5);   ///< commands that stay on the device
  Nanos network_deadline = std::chrono::seconds(30);  ///< commands that go out to a server
  Nanos restart_deadline = std::chrono::seconds(10);  ///< from AT+RST's OK to the boot banner
  /// Length-delimited data that stops for this long, with a whole final result at its end, is read as short.
  Nanos data_gap = std::chrono::milliseconds(1500);
  /// A line that stops in its middle for so long (`OK`, or `OK` and CR) is taken to be all there is of it.
  /// Longer than any adapter holds bytes back.
  Nanos line_gap = std::chrono::milliseconds(250);
  /// Silence kept before each command, so that a byte too many is seen where it belongs (GEN-03).
  Nanos guard = std::chrono::milliseconds(2);
};

}  // namespace attest::at
