// The live view of a run: fed with its events as they happen, one line per case as it ends.
//
//     [ 12/140] PASS    HttpClientGet.DeliversTheBody                 340 ms
//     [ 13/140] FAIL    HttpClientGet.DeliversBinaryBodies/nul        1.20 s  HC-40: the data are the body:
//     owed …
#pragma once

#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/record/event.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/paper.hpp"

namespace attest::reports {

/// Thread-safe. A stream that cannot be written to is given up in silence: the record has it all.
class Progress {
 public:
  /// On a terminal with colours and a last line that tells what is running; plain lines otherwise.
  explicit Progress(std::FILE* to) : Progress(to, Paper::of(to)) {}
  Progress(std::FILE* to, Paper paper);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void take(const record::Event& event);
  /// Whether events of that type are of any use to it.
  [[nodiscard]] static bool heeds(std::string_view type) {
    return type == "recover" || spec::Judge::heeds(type);
  }

 private:
  void begin(const record::Event& event);
  void end_case(const record::Event& event);
  /// Cases that are not run: blocked, or not applicable.
  [[nodiscard]] bool is_set_aside(const record::Event& event) const;
  void tell_set_aside();
  void line(const std::string& text);
  void show_running();
  void wipe();
  [[nodiscard]] std::string head() const;

  std::FILE* to_;
  Paper paper_;
  std::mutex mutex_;
  spec::Judge judge_;
  std::size_t planned_ = 0, ended_ = 0, name_width_ = 24;
  std::map<std::string, std::string> running_;  ///< by device: the case
  std::string set_aside_by_;                    ///< the reason of the cases set aside that are not told yet
  std::size_t set_aside_ = 0;
  bool live_line_ = false;  ///< the last line is to be written over
};

}  // namespace attest::reports
