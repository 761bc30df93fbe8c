#include "tools/python/core/fixture.hpp"

#include <utility>

#include "tools/python/core/values.hpp"

namespace attest::python {

Server::Server(ServerOptions given, std::shared_ptr<const Callback> on_event)
    : options_(std::move(given)), on_event_(std::move(on_event)) {
  const auto& options = options_;
  const auto host = options.advertise.empty() ? options.listen : options.advertise;
  server::OriginConfig config{.address = "127.0.0.1", .advertise = host};
  parts_ = std::make_shared<Parts>();
  if (options.tls) {
    parts_->pki = server::make_pki({host});
    config.tls = setup(options.leaf, options.trouble);
  }
  parts_->origin = must(server::start_origin(
      config, steady_clock(), [callback = on_event_](std::string_view event, Instant, const Served& served) {
        (*callback)([&] { return py::make_tuple(text_of(event), served); });
      }));
  parts_->relay = must(server::start_relay({.address = options.listen,
                                            .advertise = options.advertise,
                                            .port = options.port,
                                            .to_port = parts_->origin->port(),
                                            .tls = options.tls},
                                           steady_clock(), {}));
}

std::shared_ptr<Page> Server::add(server::Response response, const std::string& path,
                                  const std::string& suffix) {
  auto& origin = *parts().origin;
  auto resource =
      path.empty() ? origin.add(std::move(response), suffix) : must(origin.add_at(std::move(response), path));
  auto page = std::make_shared<Page>(parts_, std::move(resource));
  std::erase_if(pages_, [](const auto& one) { return one->closed(); });
  pages_.push_back(page);
  return page;
}

std::shared_ptr<AppliedFault> Server::keep(const std::string& kind,
                                           std::unique_ptr<server::Relay::Applied> applied) {
  auto struck = std::make_shared<AppliedFault>(kind, std::move(applied));
  std::erase_if(faults_, [](const auto& one) { return one->lifted(); });
  faults_.push_back(struck);
  return struck;
}

}  // namespace attest::python
