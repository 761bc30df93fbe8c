// The live view of a run: fed with its events as they happen, one line per case as it ends; on a terminal a
// last line tells what is running, for how long, and how long the rest takes.
//
//     [ 12/140] PASS    HttpClientGet.DeliversTheBody                 340 ms
//     [ 13/140] FAIL    HttpClientGet.DeliversBinaryBodies/nul        1.20 s  HC-40: the data are the body:
//     owed …
//     [ 13/140] running HttpClientGet.DeliversNothing (3.2 s) and 1 more · about 4 min left
#pragma once

#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/record/event.hpp"
#include "harness/spec/judgement.hpp"
#include "reports/console/estimate.hpp"
#include "reports/console/paper.hpp"

namespace attest::reports {

/// Thread-safe. A stream that cannot be written to is given up in silence: the record has it all.
class Progress {
 public:
  /// On a terminal with colours and the last line, which is drawn anew each second; plain lines otherwise.
  /// The terminal is asked for its width each time, and no line is wider.
  explicit Progress(std::FILE* to, Estimate::Usual usual = {});
  /// On that paper, and drawn anew by tick() alone. `clock` outlives it.
  Progress(std::FILE* to, Paper paper, const Clock& clock = steady_clock(), Estimate::Usual usual = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void take(const record::Event& event);
  void tick();
  /// Whether events of that type are of any use to it.
  [[nodiscard]] static bool heeds(std::string_view type) {
    return type == "recover" || spec::Judge::heeds(type) || Estimate::heeds(type);
  }

 private:
  struct Running {
    std::string id;
    Instant since;
  };

  void begin(const record::Event& event);
  void end_case(const record::Event& event);
  void set_aside(const record::Event& event);
  /// Cases that are not run: blocked, or not applicable.
  [[nodiscard]] bool is_set_aside(const record::Event& event) const;
  void tell_set_aside();
  void line(const std::string& text);
  void dim_line(const std::string& text) { line(paper_.dim(fitting(one_line(text)))); }
  void fault_line(const record::Event& event);
  void show_running();
  [[nodiscard]] std::string running_text() const;
  void wipe();
  [[nodiscard]] std::string head() const;
  [[nodiscard]] std::size_t width() const;
  [[nodiscard]] std::string fitting(const std::string& text) const;
  void keep_ticking(const std::stop_token& stop);

  std::FILE* to_;
  Paper paper_;
  const Clock& clock_;
  bool ask_width_ = false;
  std::mutex mutex_;
  spec::Judge judge_;
  Estimate estimate_;
  std::size_t planned_ = 0, ended_ = 0, name_width_ = 24;
  std::map<std::string, std::size_t> attempts_planned_;  ///< by case
  std::map<std::string, Running> running_;               ///< by device
  std::string set_aside_by_;  ///< the reason of the cases set aside that are not told yet
  std::size_t set_aside_ = 0;
  bool live_line_ = false;  ///< the last line is to be written over
  std::condition_variable_any second_;
  std::jthread ticker_;
};

}  // namespace attest::reports
