// An obligation and its judgement. Each call that judges writes one check into the record: requirement, what
// was owed, what came.
#pragma once

#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <string_view>

#include "harness/at/exchange.hpp"
#include "harness/record/event.hpp"

namespace attest::suites {

class Recorder;

class Owed {
 public:
  Owed(Recorder& recorder, std::string_view requirement, std::string_view what)
      : recorder_(recorder), requirement_(requirement), what_(what) {}

  /// The obligation can be judged only if that exchange came to its end. If it did not, the silence is a
  /// deviation of its own (GEN-02), and this check is `inconc`.
  Owed& given(const at::Exchange& exchange);
  /// The obligation can be judged only if this holds; otherwise it is `inconc` for that reason.
  Owed& only_if(bool known, std::string why_not);

  /// What was seen proves it whatever else the device does wrong: the requirements that this one presumes
  /// were seen to hold on the way.
  Owed& alone() {
    alone_ = true;
    return *this;
  }

  /// The exchange ended in OK / ERROR / SEND OK / SEND FAIL. Implies given().
  void ok(const at::Exchange& exchange) { ends(exchange, at::FinalCode::ok); }
  void error(const at::Exchange& exchange) { ends(exchange, at::FinalCode::error); }
  void send_ok(const at::Exchange& exchange) { ends(exchange, at::FinalCode::send_ok); }
  void send_fail(const at::Exchange& exchange) { ends(exchange, at::FinalCode::send_fail); }

  /// Any gmock matcher; its description is what was owed.
  template <class T, class M>
  void that(const T& value, const M& matcher) {
    const auto m = ::testing::SafeMatcherCast<const T&>(matcher);
    std::ostringstream owed;
    m.DescribeTo(&owed);
    ::testing::StringMatchResultListener why;
    const bool met = m.MatchAndExplain(value, &why);
    judge(met, without_addresses(owed.str()), shown(value) + (why.str().empty() ? "" : ", " + why.str()));
  }

  /// Two runs of bytes are the same; tells length and first difference instead of printing both.
  void same_bytes(std::string_view got, std::string_view owed);
  void met(bool yes, std::string owed, std::string got) { judge(yes, std::move(owed), std::move(got)); }
  /// The case cannot get to see it: `inconc`.
  void cannot_tell(std::string why_not) { only_if(false, std::move(why_not)).judge(true, {}, {}); }
  /// For requirements that only want to be characterised: there is no wrong answer, only none.
  void characterised(std::string got) { judge(true, "a known behaviour", std::move(got)); }

 private:
  template <class T>
  static std::string shown(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>)
      return quoted(value);
    else
      return ::testing::PrintToString(value);
  }
  static std::string quoted(std::string_view bytes);
  /// `0x5569… pointing to "POST"` as a matcher describes a literal, without the address.
  static std::string without_addresses(std::string text);
  void ends(const at::Exchange& exchange, at::FinalCode code);
  void judge(bool met, std::string owed, std::string got);

  Recorder& recorder_;
  std::string requirement_, what_;
  std::string not_judged_;
  std::uint64_t exchange_ = 0;
  bool alone_ = false;
};

/// "OK", "ERROR", "no final result within 5 s (silent)": what an exchange came to.
[[nodiscard]] std::string came_to(const at::Exchange& exchange);

}  // namespace attest::suites
