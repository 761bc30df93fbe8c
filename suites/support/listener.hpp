// GoogleTest's view of a case, written into the record: begin, end, and assertions that are not made through
// owe().
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "suites/support/stage.hpp"

namespace attest::suites {

class Listener final : public ::testing::EmptyTestEventListener {
 public:
  explicit Listener(Stage& stage) : stage_(stage) {
    stage_.on_broken = [this](const std::exception& exception) { broke(exception); };
  }
  /// Which attempt the next case is.
  void attempt(int number) { attempt_ = number; }
  /// Set once the device or the bench is gone: no more cases can be run here.
  [[nodiscard]] const std::optional<Error>& dead() const { return dead_; }
  /// By the link, which may come back.
  [[nodiscard]] bool lost() const { return lost_; }

  void OnTestStart(const ::testing::TestInfo& info) override;
  void OnTestPartResult(const ::testing::TestPartResult& result) override;
  void OnTestEnd(const ::testing::TestInfo& info) override;

  /// An exception that left the body of a case; turned into a verdict here and nowhere else.
  void broke(const std::exception& exception);

 private:
  void tidy();

  Stage& stage_;
  int attempt_ = 1;
  record::Verdict verdict_ = record::Verdict::none;  ///< beside that of the checks
  std::string reason_;
  bool inapplicable_ = false;
  std::optional<Error> dead_;
  bool lost_ = false;
};

}  // namespace attest::suites
