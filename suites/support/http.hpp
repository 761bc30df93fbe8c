// Command lines of the HTTP commands, as data: what a case does not name is as in the manual's examples.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/at/exchange.hpp"
#include "server/control/origin.hpp"

namespace attest::suites {

/// AT+HTTPCLIENT=<opt>,<content-type>,<url>,[<host>],[<path>],<transport_type>[,<data>][,<http_req_header>]…
/// Values are texts so that a case can write what is not allowed. Each is escaped when the line is made.
struct HttpClient {
  std::string opt = "2";
  std::string content_type = "0";
  std::string url, host, path;
  std::optional<std::string> transport = "1";  ///< none: the line ends before its comma
  std::optional<std::string> data;
  std::vector<std::string> headers;

  [[nodiscard]] std::string line() const;
};

/// A request for the resource, with url, host and path that agree, as the manual's examples have them.
[[nodiscard]] HttpClient http_client(std::string opt, const server::Resource& resource,
                                     const server::Origin& origin);
[[nodiscard]] HttpClient http_get(const server::Resource& resource, const server::Origin& origin);
[[nodiscard]] HttpClient http_post(const server::Resource& resource, const server::Origin& origin,
                                   std::string data);

/// The five methods, as <opt> has them.
struct Method {
  std::string_view name, opt;
};
inline const std::vector<Method> kMethods{
    {"HEAD", "1"}, {"GET", "2"}, {"POST", "3"}, {"PUT", "4"}, {"DELETE", "5"}};

/// By that method, with <data> where it takes some: POST, and PUT where the profile says so (E7).
[[nodiscard]] HttpClient http_by(const Method& method, const server::Resource& resource,
                                 const server::Origin& origin, bool put_takes_data);

/// The same with another host: "http://127.0.0.1:40001/x" for "attest.test" is "http://attest.test:40001/x".
[[nodiscard]] std::string with_host(std::string_view url, std::string_view host);

/// AT+HTTPGETSIZE=<url>
[[nodiscard]] std::string http_get_size(std::string_view url);

/// AT+HTTPCPOST=<url>,<length>[,<http_req_header_cnt>,<http_req_header>…]
[[nodiscard]] std::string http_cpost(std::string_view url, std::size_t length,
                                     const std::vector<std::string>& headers = {});

/// The <data> of a HTTPCLIENT reply, or nothing.
[[nodiscard]] std::string_view data_of(const at::Exchange& exchange);

}  // namespace attest::suites
