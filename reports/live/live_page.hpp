// The page of a run while it goes on, served on loopback. What it shows it reads from the record's file, as
// the finished page does; what happens is told to open pages as server-sent events (see the end of
// reports/html/page/src/data.ts).
//
//     GET /               the page
//     GET /data.json      RunData as of now
//     GET /timeline/KEY   an attempt's lines
//     GET /events         text/event-stream: progress, case, data, end
//     POST /bye           from a page that has been told of the end and has all that it wants
//
// Only requests that name this machine as their host are answered, so that no page from elsewhere can read it
// through a browser (DNS rebinding).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/record/event.hpp"
#include "reports/console/estimate.hpp"

namespace attest::reports {

/// Thread-safe.
class LivePage {
 public:
  /// Serves the record at once; the file may still be missing until the first request. Port 0: the kernel
  /// chooses.
  [[nodiscard]] static Result<std::unique_ptr<LivePage>> start(std::filesystem::path record,
                                                               const Clock& clock, Estimate::Usual usual = {},
                                                               int port = 0);
  LivePage(const LivePage&) = delete;
  LivePage& operator=(const LivePage&) = delete;
  /// Ends all streams.
  ~LivePage();

  [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:PORT/"

  /// An event that is in the record's file, or will be there when the next one that ends a case is.
  void take(const record::Event& event);
  [[nodiscard]] static bool heeds(std::string_view type);

  /// The run is over, and all of it is in the file. Open pages are told, and have so long to fetch the last
  /// of it.
  void end(Nanos patience);

  struct State;

 private:
  explicit LivePage(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace attest::reports
