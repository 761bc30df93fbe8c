// Which of the manual's commands a device has, and by what names. Internal to harness/lab: probe.hpp is the
// door.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/probe.hpp"
#include "harness/lab/talk.hpp"

namespace attest::lab {

/// No firmware has a command of that name.
inline constexpr std::string_view kUnknownName = "ATTESTPROBE";

/// Fills in the commands, and the words that only they show: prompt, SEND OK, SEND FAIL, the prefix of
/// replies.
class CommandProber {
 public:
  CommandProber(Talk& talk, const ProbeOptions& options, Probed& found)
      : talk_(talk), options_(options), found_(found) {}
  void go();

 private:
  /// What a proper request of a command showed.
  enum class Shown { works, refused, nothing };

  [[nodiscard]] ProbedCommand look_for(const std::string& name, const std::vector<std::string>& names);
  [[nodiscard]] bool known_by_form(const std::string& own);
  [[nodiscard]] std::vector<std::string> answer_to_form(const std::string& own, std::string_view form);
  [[nodiscard]] Shown request(const std::string& name, const std::string& own);
  [[nodiscard]] Shown get(const std::string& own, const std::string& parameters);
  [[nodiscard]] Shown post(const std::string& own);
  [[nodiscard]] bool post_to(const std::string& own, const std::string& url, bool& refused);
  [[nodiscard]] Shown certificate(const std::string& own);
  [[nodiscard]] Shown stop(const std::string& own);
  void judge(ProbedCommand& command, bool request_was_proper) const;

  [[nodiscard]] Heard ask(const std::string& line, Nanos patience);
  void need_life();
  void learn_reply_prefix(const Heard& heard, const std::string& own);
  void adopt(std::string& word, bool& saw, const std::string& text);

  Talk& talk_;
  const ProbeOptions& options_;
  Probed& found_;
  bool forms_tell_ = false;  ///< a command that is there answers its test form otherwise than an unknown one
  bool network_works_ = false;  ///< some request came to the page
  std::map<std::string, std::vector<std::string>, std::less<>>
      of_unknown_;  ///< answers to forms of no command
};

}  // namespace attest::lab
