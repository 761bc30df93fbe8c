// A serial adapter that can be pulled out and put in again: a pseudo-terminal under the name that udev would
// give it, in front of a virtual device that goes on meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/file.hpp"
#include "harness/base/random.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/transport/pty.hpp"

namespace attest::self {

class Plug {
 public:
  struct Pulls {
    int count = 0;                         ///< how often it is pulled; 0: never
    std::size_t least = 100, most = 3000;  ///< after so many bytes since it was put in, either way
    int away_least_ms = 20, away_most_ms = 150;
  };
  Plug(std::uint64_t seed, Pulls pulls, const std::vector<std::string>& device_options = {});
  ~Plug();
  Plug(const Plug&) = delete;
  Plug& operator=(const Plug&) = delete;

  /// "serial:/tmp/…/by-id/usb-attest-if00": leads to another pseudo-terminal each time.
  [[nodiscard]] std::string link() const { return "serial:" + name_.string(); }
  [[nodiscard]] int pulled() const { return pulled_; }
  [[nodiscard]] pid_t device() const { return device_.pid(); }

 private:
  void serve();
  void put_in();
  void pull_out();
  [[nodiscard]] bool carry(int from, int to);

  TempDir dir_{"attest-plug"};
  std::filesystem::path name_;
  Subprocess device_;
  Fd far_;  ///< the device's own end
  std::optional<transport::PtyPair> port_;
  Random random_;
  Pulls pulls_;
  std::size_t carried_ = 0, due_ = 0;
  std::atomic<int> pulled_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace attest::self
