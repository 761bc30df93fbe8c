#include "suites/support/http.hpp"

#include <fmt/format.h>

#include "harness/at/session.hpp"

namespace attest::suites {

std::string HttpClient::line() const {
  std::vector<std::string> parameters{opt, content_type, url, host, path};
  if (transport) parameters.push_back(*transport);
  if (data) parameters.push_back(*data);
  parameters.insert(parameters.end(), headers.begin(), headers.end());
  return at::command("HTTPCLIENT", parameters);
}

HttpClient http_client(std::string opt, const server::Resource& resource, const server::Origin& origin) {
  HttpClient request;
  request.opt = std::move(opt);
  request.url = resource.url();
  request.host = origin.authority();
  request.path = resource.path();
  return request;
}

HttpClient http_get(const server::Resource& resource, const server::Origin& origin) {
  return http_client("2", resource, origin);
}

HttpClient http_post(const server::Resource& resource, const server::Origin& origin, std::string data) {
  auto request = http_client("3", resource, origin);
  request.data = std::move(data);
  return request;
}

HttpClient http_by(const Method& method, const server::Resource& resource, const server::Origin& origin,
                   bool put_takes_data) {
  auto request = http_client(std::string(method.opt), resource, origin);
  if (method.opt == "3" || (method.opt == "4" && put_takes_data)) request.data = "field1=value1";
  return request;
}

std::string with_host(std::string_view url, std::string_view host) {
  const auto begin = url.find("//") + 2;
  const auto end = url.find_first_of(":/", begin);
  return fmt::format("{}{}{}", url.substr(0, begin), host, url.substr(end));
}

std::string http_get_size(std::string_view url) {
  return at::command("HTTPGETSIZE", {std::string(url)});
}

std::string http_cpost(std::string_view url, std::size_t length, const std::vector<std::string>& headers) {
  std::vector<std::string> parameters{std::string(url), std::to_string(length)};
  if (!headers.empty()) parameters.push_back(std::to_string(headers.size()));
  parameters.insert(parameters.end(), headers.begin(), headers.end());
  return at::command("HTTPCPOST", parameters);
}

std::string_view data_of(const at::Exchange& exchange) {
  const auto payload = exchange.payload();
  return payload ? payload->data : std::string_view{};
}

}  // namespace attest::suites
