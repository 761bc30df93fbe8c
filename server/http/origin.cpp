#include <fmt/format.h>

#include "harness/base/random.hpp"
#include "server/http/head.hpp"
#include "server/http/http_server.hpp"

namespace attest::server {
namespace {

// 62 bits: nobody asks for it by chance, and three of them fit into a command line of 256 bytes.
constexpr std::size_t kWord = 12;

class HeldResource final : public Resource {
 public:
  HeldResource(std::shared_ptr<Registry> registry, std::shared_ptr<Site> site, std::string path,
               const std::string& base)
      : registry_(std::move(registry)), site_(std::move(site)), path_(std::move(path)), url_(base + path_) {}
  HeldResource(const HeldResource&) = delete;
  HeldResource& operator=(const HeldResource&) = delete;
  ~HeldResource() override { registry_->remove(path_); }

  const std::string& path() const override { return path_; }
  const std::string& url() const override { return url_; }
  std::vector<Served> requests() const override { return site_->shelf().all(); }
  bool wait_for(std::size_t count, Deadline deadline) const override {
    return site_->shelf().wait_settled(count, deadline);
  }
  bool wait_answered(std::size_t count, Deadline deadline) const override {
    return site_->shelf().wait_answered(count, deadline);
  }
  bool wait_closed(Deadline deadline) const override { return site_->shelf().wait_over(deadline); }

 private:
  std::shared_ptr<Registry> registry_;
  std::shared_ptr<Site> site_;
  std::string path_, url_;
};

class HttpOrigin final : public Origin {
 public:
  HttpOrigin(Listening listening, std::string host, std::uint16_t told_port, std::shared_ptr<TlsServer> tls,
             const Clock& clock, JournalListener listener)
      : port_(listening.port),
        host_(std::move(host)),
        authority_(authority_of(host_, told_port == 0 ? port_ : told_port, tls ? 443 : 80)),
        base_((tls ? "https://" : "http://") + authority_),
        journal_(std::make_shared<Journal>(std::move(listener))),
        registry_(std::make_shared<Registry>(journal_)),
        server_(std::move(listening.socket), registry_, journal_, clock, std::move(tls)) {}

  std::unique_ptr<Resource> add(Response response, std::string_view suffix) override {
    return must(add_at(std::move(response), fmt::format("/{}{}", unguessable_word(kWord), suffix)));
  }

  Result<std::unique_ptr<Resource>> add_at(Response response, std::string path) override {
    if (!path.starts_with('/'))
      return fail(Fault::usage, fmt::format("serve under {}: no path", path), "begin it with a slash");
    auto site = registry_->add(std::move(response), path);
    if (!site)
      return fail(Fault::usage, fmt::format("serve under {}: another resource has that path", path_of(path)),
                  "let the other one go first (a query does not tell them apart)");
    return std::make_unique<HeldResource>(registry_, std::move(site), std::move(path), base_);
  }

  std::uint16_t port() const override { return port_; }
  std::string authority() const override { return authority_; }
  const std::string& advertised_host() const override { return host_; }
  std::uint64_t connections() const override { return journal_->connections(); }
  std::size_t open_connections() const override { return journal_->open_connections(); }
  void use(const TlsSetup& tls) override { server_.use(std::make_shared<TlsServer>(tls)); }
  std::vector<Handshake> handshakes() const override { return journal_->handshakes(); }
  bool wait_handshakes(std::size_t count, Deadline deadline) const override {
    return journal_->wait_handshakes(count, deadline);
  }
  std::vector<Served> strangers() override { return registry_->strangers().take(); }
  void wake() override { journal_->wake(); }

 private:
  const std::uint16_t port_;
  const std::string host_, authority_, base_;
  std::shared_ptr<Journal> journal_;
  std::shared_ptr<Registry> registry_;
  HttpServer server_;
};

}  // namespace

Result<std::unique_ptr<Origin>> start_origin(const OriginConfig& config, const Clock& clock,
                                             JournalListener listener) try {
  const bool everywhere = config.address == "0.0.0.0" || config.address == "::";
  if (everywhere && config.advertise.empty())
    return fail(Fault::usage,
                fmt::format("serve on {}, which is no address that a device could ask", config.address),
                "say which address to advertise; this host has " + own_addresses());
  auto tls = config.tls ? std::make_shared<TlsServer>(*config.tls) : nullptr;
  auto listening = listen_on(config.address, config.port);
  if (!listening) return tl::unexpected(listening.error());
  auto host = config.advertise.empty() ? config.address : config.advertise;
  return std::make_unique<HttpOrigin>(std::move(*listening), std::move(host), config.advertise_port,
                                      std::move(tls), clock, std::move(listener));
} catch (const Failure& failure) {
  return tl::unexpected(failure.error());
}

}  // namespace attest::server
