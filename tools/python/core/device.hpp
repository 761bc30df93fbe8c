// A device under test in Python's hands.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/lab/dut.hpp"
#include "harness/transport/link.hpp"
#include "tools/python/core/bench.hpp"
#include "tools/python/core/callback.hpp"
#include "tools/python/core/values.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {

/// May be used from any thread; calls from several wait for each other.
class Device final : at::Observer {
 public:
  /// `on_exchange`: called after each exchange, in the thread that made it.
  Device(const spec::Profile& profile, std::string name, std::unique_ptr<transport::Link> link,
         py::object on_exchange);
  ~Device() override;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Under the lock, with the wait's end; an exchange that the work has made is kept for what it throws.
  template <class Work>
  auto use(Work&& work, std::function<void()> wake = {}) {
    on_exchange_.refuse_inside("a Dut cannot be used");
    return waiting(
        [&](const Wait& wait) {
          const auto lock = locked(wait);
          const Use in_use(*this, wait);
          return in_use.tell([&] { return work(*dut_); });
        },
        std::move(wake));
  }

  void close(const Wait& wait);
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const spec::Profile& profile() const { return profile_; }
  [[nodiscard]] std::string details(const Wait& wait);
  [[nodiscard]] std::shared_ptr<at::Exchange> last() const;
  [[nodiscard]] std::vector<std::shared_ptr<at::Exchange>> take_strays();
  [[nodiscard]] at::Expectation expectation(std::string_view line, std::optional<Nanos> deadline);

 private:
  /// While a thread waits in it.
  class Use {
   public:
    Use(Device& of, const Wait& wait);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    template <class Work>
    auto tell(Work&& work) const {
      try {
        return work();
      } catch (const Failure& failure) {
        if (wait_.struck()) throw Failure({Fault::stopped, "stopped by a signal", {}});
        of_.broke(failure, before_);
      }
    }

   private:
    Device& of_;
    const Wait& wait_;
    std::shared_ptr<at::Exchange> before_;
  };

  /// Ctrl-C ends the wait for another thread's command, too.
  [[nodiscard]] std::unique_lock<std::timed_mutex> locked(const Wait& wait);
  [[noreturn]] void broke(const Failure& failure, const std::shared_ptr<at::Exchange>& before) const;
  void sent(Instant, std::uint64_t, std::string_view) override {}
  void received(Instant, std::uint64_t, std::string_view) override {}
  void settled(const at::Exchange& exchange) override;
  void between(std::uint64_t after, const at::Exchange& strays) override;

  const spec::Profile profile_;
  const std::string name_;
  const Callback on_exchange_;
  std::timed_mutex mutex_;  ///< held while it is used
  std::unique_ptr<transport::Link> link_;
  std::optional<lab::Dut> dut_;
  std::atomic<bool> closed_ = false;
  mutable std::mutex kept_;
  std::shared_ptr<at::Exchange> last_;
  std::vector<std::shared_ptr<at::Exchange>> strays_;
};

/// On the bench's one device, which is not a virtual one that nobody has started.
[[nodiscard]] std::shared_ptr<Device> open_device(const Bench& bench, bool wake,
                                                  const py::object& on_exchange);

}  // namespace attest::python
