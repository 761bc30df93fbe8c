// A command that is not answered costs its deadline each time. Once it has been silent a few times more often
// than answered the device is restarted; if that does not help, the command is seldom asked again, and cases
// that need it are inconclusive.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace attest::suites {

class Patience {
 public:
  enum class Advice { ask, restart_first, give_up };
  static constexpr int kRestart = 3, kGiveUp = 6;
  /// One in so many is asked all the same: it may have come back.
  static constexpr int kAgain = 10;

  [[nodiscard]] Advice before(const std::string& what);
  void after(const std::string& what, bool silent);

  /// All counts, by what is counted: for a replay.
  [[nodiscard]] nlohmann::json saved() const;
  void restore(const nlohmann::json& saved);

  /// What commands are counted by: "AT+HTTPCLIENT=2" for a GET, "AT+HTTPCPOST" for any other.
  [[nodiscard]] static std::string kind_of(std::string_view line);

 private:
  struct Count {
    int silent = 0;  ///< so many times more than answered
    int given_up = 0;
  };
  std::map<std::string, Count> counts_;
};

}  // namespace attest::suites
