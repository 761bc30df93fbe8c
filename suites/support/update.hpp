// What cases about updates share: the images that a bench allows, an update as both ends saw it, and what a
// firmware says of one that worked, so that anything else can be taken for news of a failure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/ota/rbl.hpp"
#include "suites/support/case.hpp"

namespace attest::suites {

inline constexpr const char* kRanItBefore =
    "it ran that very version before: give ota.other_image and ota.other_version";

/// What a device is offered, and what AT+GMR tells once it runs.
struct Image {
  std::string file, version;
};

/// One AT+OTA and what came of it.
struct Update {
  struct Line {
    std::string text;
    Instant at;
  };
  at::Exchange answer;           ///< to the command; unset fields where it was sent raw
  std::vector<Line> lines;       ///< all that came from the command on, but banners, Wi-Fi lines and echoes
  std::optional<Instant> ready;  ///< the first boot banner after the command
  unsigned starts = 0;           ///< boot banners
  /// AT+GMR afterwards, without any help for a device that is silent; none: it does not answer.
  std::optional<std::string> after;

  [[nodiscard]] bool runs(const Image& image) const {
    return after && after->find(image.version) != std::string::npos;
  }
  /// AT+GMR tells what it told before, whatever news of the update come between.
  [[nodiscard]] bool still_runs(std::string_view before) const;
  [[nodiscard]] std::string text() const;     ///< the lines, for people
  [[nodiscard]] std::string running() const;  ///< `after`, for people
};

/// The base of every case about AT+OTA.
class UpdateCase : public Case {
 protected:
  /// The device as it stands: AT+GMR. Before that it is seen to reach the origin, and is restarted (and
  /// flashed anew, where the bench can) if it does not: what an earlier update has broken is judged there.
  [[nodiscard]] std::string running();
  /// Makes the device as it was when the run began, where the bench can do that.
  void as_at_first();

  /// What this bench allows to update with: its own image, or a made-up one of so many bytes for a virtual
  /// device. Otherwise `inconc`.
  [[nodiscard]] Image image(std::size_t raw = 24 << 10,
                            server::ota::Compression compression = server::ota::Compression::none);
  /// A copy with that damage, where the bench allows that.
  [[nodiscard]] Image damaged(server::ota::Damage kind);
  /// `inconc` where the bench does not allow damaged copies: parts of an image are such copies too.
  void need_damaged() const;
  [[nodiscard]] std::unique_ptr<server::Resource> offer(const Image& image,
                                                        std::string_view suffix = {}) const;
  /// Of a resource, by name where the device can ask for names (OT-04 is about addresses).
  [[nodiscard]] std::string url(const server::Resource& resource);
  /// The same by way of the relay.
  [[nodiscard]] std::string url_by_relay(const server::Resource& resource);

  /// AT+OTA, until the device has started and been settled, or has failed, or the deadline passes.
  [[nodiscard]] Update apply(const std::string& url, const server::Resource& resource, const Image& sound);
  /// AT+OTA of what must fail: until that is told (or the deadline for it passes).
  [[nodiscard]] Update refuse(const std::string& url, Nanos patience);
  /// What comes of the power that has just been given.
  [[nodiscard]] Update started();

  /// Lines that tell of a failure: what does not come with an update that works.
  [[nodiscard]] std::vector<std::string> told(const Update& update) const;
  /// Does an update that works, if none has been seen yet and the bench allows one.
  void know_success();

  void hear(Update& update, const at::Exchange& exchange) const;
  /// AT+GMR until it is answered, twice at most where there is silence.
  [[nodiscard]] std::optional<std::string> pulse() const;

 private:
  [[nodiscard]] bool may_update() const;
  [[nodiscard]] std::string file_of_bench(const std::string& path) const;
  /// Sees to it that the next case has a device that reaches the origin, where an update was tried.
  void TearDown() override;
  /// With a restart and with the flash as at first, if it must be.
  [[nodiscard]] bool comes_to_origin();
  [[nodiscard]] bool reaches_origin();
  [[nodiscard]] bool asked(const std::string& url, const server::Resource& page) const;
  [[nodiscard]] Update begun(const std::string& url, Nanos patience);
  template <class Enough>
  void watch(Update& update, Deadline limit, const Enough& enough) const;
  void settle(Update& update);
  void start_afresh(bool answers) const;
  [[nodiscard]] std::string by_name(std::string url) const;

  std::unique_ptr<server::Names::Record> name_;
  bool restarted_ = false;
};

/// The GETs (and ranges of them) that went out in full cover so many bytes.
[[nodiscard]] bool went_out_whole(const server::Resource& resource, std::size_t size);
[[nodiscard]] std::size_t gets_of(const server::Resource& resource);

}  // namespace attest::suites
