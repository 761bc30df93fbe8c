// The profile: the ICS, that is what the firmware claims to be and how it speaks, and the IXIT, the values
// without which a device cannot be tested and which the manual does not give. One TOML file;
// fixtures/profiles/bk7238.toml is the default and explains every key. Time limits and budgets are ours where
// the user has not set them (E13), and say so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"

namespace attest::spec {

struct Deadlines {
  Nanos command = std::chrono::seconds(5);     ///< commands that stay on the device
  Nanos network = std::chrono::seconds(30);    ///< commands that go out to a server
  Nanos restart = std::chrono::seconds(10);    ///< from AT+RST's OK to the boot banner
  Nanos data_wait = std::chrono::seconds(60);  ///< until the device gives up on data that do not come (CP-16)
  Nanos data_gap = std::chrono::milliseconds(1500);  ///< a pause in <data> after which it is read as short
  Nanos line_gap = std::chrono::milliseconds(250);  ///< a pause in a line after which it is taken to be whole
  Nanos guard = std::chrono::milliseconds(2);       ///< silence kept before each command
  Nanos quiet = std::chrono::milliseconds(20);      ///< silence that ends a drain
  Nanos connect = std::chrono::seconds(5);          ///< from opening the link to the first OK
  Nanos network_up = std::chrono::seconds(3);   ///< from a boot banner to the line that tells of the network
  Nanos update = std::chrono::seconds(120);     ///< from AT+OTA's OK to the boot banner of the new image
  Nanos advert = std::chrono::seconds(10);      ///< from AT+CWSTARTSMART's OK to the first advertisement
  Nanos advert_gone = std::chrono::seconds(3);  ///< without an advertisement for so long, there is none
  Nanos phone = std::chrono::seconds(20);    ///< to connect over BLE and find the services, and for one write
  Nanos join = std::chrono::seconds(20);     ///< from the last byte of the credentials to the network
  Nanos airkiss = std::chrono::seconds(60);  ///< from the first AirKiss packet to the network
};

struct Lines {
  std::vector<std::string> unsolicited{"WIFI CONNECTED", "WIFI GOT IP", "WIFI DISCONNECT",
                                       "WIFI DISCONNECTED", "EVT:*"};
  std::vector<std::string> boot{"ready"};
  std::vector<std::string> boot_noise;
  std::string network_up = "WIFI GOT IP";  ///< may be empty: the firmware tells nothing
  /// What tells that a network is not there or the password is wrong; empty: any line that is not known.
  std::vector<std::string> network_failed;
};

struct Facts {
  std::optional<bool> ports_in_urls = false;   ///< http://host:8080/ goes to port 8080; unset: unknown
  std::optional<bool> port_in_host;            ///< the Host header names a port other than 80; unset: unknown
  bool put_takes_data = false;                 ///< E7
  std::uint64_t command_line_limit = 256;      ///< bytes without CR LF
  std::uint64_t body_limit = 65536;            ///< bytes of a response that HC-41 goes up to
  std::uint64_t post_limit = 2048;             ///< bytes of HTTPCPOST (E6)
  std::uint64_t certificate_limit = 2048;      ///< bytes of HTTPCERT
  std::optional<std::uint64_t> ota_partition;  ///< bytes that a downloaded update may have; unset: unknown
  std::vector<std::string> line_rates;         ///< baud that board and adapter can do; empty: no sweep
};

/// The words of a firmware that is not spoken as the manual has it. No word is empty, has a line end, or
/// blanks around it; the four final results are different, and none begins with the prompt.
struct Words {
  std::string ok = "OK", error = "ERROR", send_ok = "SEND OK", send_fail = "SEND FAIL";
  std::string prompt = ">";                         ///< what asks for data
  std::string command_prefix = "AT+";               ///< before a command's name
  std::string reply_prefix = "+";                   ///< before the name in an information response
  std::string echo_on = "ATE1", echo_off = "ATE0";  ///< the command lines that switch the echo
};

/// The commands of the manual, each by its name there.
[[nodiscard]] std::map<std::string, std::string, std::less<>> names_of_the_manual();

struct Names {
  /// What the manual gives two names for (E1, E2). Empty: the one that answers is used.
  std::string certificate;  ///< "HTTPCERT" or "HTTPSCERT"
  std::string stop_smart;   ///< "CWSTOPSMART" or "CWSTOPTSMART"
  /// How the firmware calls each command of the manual. No two have the same name.
  std::map<std::string, std::string, std::less<>> own = names_of_the_manual();
};

/// How the firmware takes a network's name and password where the manual does not say it.
struct Provisioning {
  std::string name = "7238";   ///< what it advertises
  std::string characteristic;  ///< UUID of what the phone writes to; empty: the only one that can be written
  std::string write;           ///< "request" | "command"; empty: as the characteristic allows
  std::uint64_t chunk = 512;   ///< most bytes of one write
  Nanos pace = std::chrono::milliseconds(4);  ///< between two AirKiss packets
};

/// What the firmware claims to have (claims.hpp says what follows of it). What is claimed and not there is a
/// failure; what is not claimed is not applicable.
struct Claims {
  std::vector<std::string> commands{"HTTPCLIENT", "HTTPGETSIZE",  "HTTPCPOST",  "HTTPCERT",
                                    "OTA",        "CWSTARTSMART", "CWSTOPSMART"};
  std::vector<std::string> without;  ///< features that it has not: "tls", …
};

struct Budget {
  double limit = 0;
  std::string unit;        ///< "ms", "s", "us", "B/s", "%"
  std::string of = "p95";  ///< "p50" | "p95" | "p99" | "max" | "min" | "mean"
  bool ours = true;        ///< set by attest and not by the user (E13)
};

class Profile {
 public:
  /// The values of bk7238.toml, without its budgets.
  Profile() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Deadlines& deadlines() const { return deadlines_; }
  [[nodiscard]] const Lines& lines() const { return lines_; }
  [[nodiscard]] const Facts& facts() const { return facts_; }
  [[nodiscard]] const Words& words() const { return words_; }
  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const Claims& claims() const { return claims_; }
  [[nodiscard]] const Provisioning& provisioning() const { return provisioning_; }
  [[nodiscard]] const std::map<std::string, Budget>& budgets() const { return budgets_; }
  /// The budget under "HC-51" or under "HC-51 NAME OF A MEASUREMENT", or nullptr.
  [[nodiscard]] const Budget* budget(std::string_view key) const;

  /// One value by its key, as --set and a bench file's [set] have it: set("deadlines.network", "10s"). Texts,
  /// lists and tables are as in TOML; a text may go without quotes. A wrong key or value is a usage error
  /// with the nearest key.
  [[nodiscard]] Status set(std::string_view key, std::string_view value);

  /// Whether the value under "deadlines.network" or "budgets.GEN-14" comes from the user. If not, it is ours.
  [[nodiscard]] bool set_by_user(std::string_view key) const { return by_user_.find(key) != by_user_.end(); }
  [[nodiscard]] const std::set<std::string, std::less<>>& user_keys() const { return by_user_; }
  /// Every key of a single value, in the order of the shipped profile: "deadlines.command" ….
  [[nodiscard]] static std::vector<std::string> keys();

  /// {name, deadlines {command "5s" …}, lines {…}, facts {…}, dialect {…}, names {…}, claims {…}, budgets {ID
  /// {limit, unit, of, ours}}, set_by_user [key…]}: what run.begin holds and what a case host gets. from_json
  /// is the way back, as strict as TOML.
  [[nodiscard]] nlohmann::json to_json() const;
  [[nodiscard]] static Result<Profile> from_json(const nlohmann::json& json);

 private:
  friend class ProfileLoader;
  std::string name_ = "bk7238";
  Deadlines deadlines_;
  Lines lines_;
  Facts facts_;
  Words words_;
  Names names_;
  Claims claims_;
  Provisioning provisioning_;
  std::map<std::string, Budget> budgets_;
  std::set<std::string, std::less<>> by_user_;
};

/// A shipped profile by its name ("bk7238", "virtual"), or the path of a file (with a '/' or ending in
/// ".toml"). Errors are usage errors: file:line:column, what is wrong there, and the nearest known key.
[[nodiscard]] Result<Profile> load_profile(const std::string& name_or_path);
/// From a text; `source` stands in errors. What it sets is the user's. `extends` names a shipped profile or,
/// if `folder` is given, a file relative to it; without it the text builds on bk7238.
[[nodiscard]] Result<Profile> parse_profile(std::string_view toml, const std::string& source,
                                            const std::filesystem::path& folder = {});
[[nodiscard]] std::vector<std::string> shipped_profiles();

/// "5s", "250ms", "1.5s", "2min", "20us" and the way back ("1500ms": the largest unit that gives a whole
/// number).
[[nodiscard]] std::optional<Nanos> parse_span(std::string_view text);
[[nodiscard]] std::string span_text(Nanos span);

}  // namespace attest::spec
