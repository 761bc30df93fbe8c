// The only ways out of a case: the link, the servers, the radio, the supply, and the measurement of our own
// side. Real ones stand on the bench; taped ones write down what those answer, or answer themselves from the
// record of a run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "harness/at/dialect.hpp"
#include "harness/lab/hostapd.hpp"
#include "harness/lab/power.hpp"
#include "harness/phone/phone.hpp"
#include "harness/transport/link.hpp"
#include "server/control/faults.hpp"
#include "server/control/names.hpp"
#include "server/control/origin.hpp"
#include "suites/support/floor.hpp"
#include "suites/support/recorder.hpp"
#include "suites/support/setup.hpp"
#include "suites/support/tape.hpp"

namespace attest::suites {

/// A port of the origin's host where connecting is refused, for as long as this lives.
struct HeldPort {
  std::optional<server::RefusingPort> held;  ///< none in a replay
  std::uint16_t port = 0;
};

/// What stands behind them lives as long as they do. Used from the case host's thread.
class Doors {
 public:
  virtual ~Doors() = default;

  [[nodiscard]] virtual transport::Link& link() = 0;
  [[nodiscard]] virtual server::Origin& origin() = 0;
  /// The HTTPS origin, with that certificate and that trouble from here on. It is opened, and its
  /// certificates are made, at the first call. Throws a Failure where it cannot be opened.
  [[nodiscard]] virtual server::Origin& secure_origin(server::Leaf leaf, server::TlsTrouble trouble) = 0;
  /// The HTTPS origin as it is; with a good certificate at the first call.
  [[nodiscard]] virtual server::Origin& secure_origin() = 0;
  /// Its certificates.
  [[nodiscard]] virtual const server::Pki& pki() = 0;
  /// In front of the origin: where connections can be disturbed, and where port 80 of a virtual device's
  /// network leads.
  [[nodiscard]] virtual server::Relay& relay() = 0;
  [[nodiscard]] virtual Result<HeldPort> refusing_port() = 0;
  /// The name server that the device asks, or null.
  [[nodiscard]] virtual server::Names* names() = 0;
  /// The device's supply, or null.
  [[nodiscard]] virtual lab::Power* power() = 0;
  [[nodiscard]] virtual phone::Phone& phone() = 0;
  /// What the bench's access point tells of its stations, or null.
  [[nodiscard]] virtual const lab::StationWatch* access_point() const = 0;
  /// Origin and relay anew, for a device that goes to port 80 whatever the URL says: the virtual device's
  /// router leads port 80 to the relay, and the relay to the origin, so that URLs need no port.
  [[nodiscard]] virtual Status lead_by_way_of_80() = 0;
  [[nodiscard]] virtual Result<Floor> floor(const at::Dialect& dialect) = 0;
};

/// The bench's. Its journals write into `recorder` from threads of their own; both must outlive it.
[[nodiscard]] Result<std::unique_ptr<Doors>> lab_doors(const StageSetup& setup, Recorder& recorder,
                                                       const Clock& clock);

/// Those, with a tape that runs along; or, where the tape replays, none: `real` is null then.
[[nodiscard]] std::unique_ptr<Doors> taped_doors(const StageSetup& setup, Tape& tape,
                                                 std::unique_ptr<Doors> real);

}  // namespace attest::suites
