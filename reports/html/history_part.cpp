#include <fmt/format.h>

#include <iterator>

#include "reports/html/page.hpp"
#include "reports/text/escape.hpp"

namespace attest::reports {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMost = 50;

std::string text(const Json& of, const char* name) {
  return html_text(of.at(name).get_ref<const std::string&>(), 300);
}

/// Latest first.
std::string runs(const Json& data) {
  std::string out =
      "<table>\n<thead><tr><th scope=\"col\">run</th><th scope=\"col\">begun</th><th scope=\"col\">firmware"
      "</th><th scope=\"col\">pass</th><th scope=\"col\">fail</th><th scope=\"col\">inconc</th>"
      "<th scope=\"col\">error</th></tr></thead>\n<tbody>\n";
  const auto& all = data.at("runs");
  for (std::size_t i = all.size(); i > 0 && all.size() - i < kMost; --i) {
    const auto& run = all[i - 1];
    const auto& cases = run.at("cases");
    fmt::format_to(std::back_inserter(out),
                   "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                   run.at("id").get<std::int64_t>(), text(run, "began"), text(run, "firmware"),
                   cases.at("pass").get<std::size_t>(), cases.at("fail").get<std::size_t>(),
                   cases.at("inconc").get<std::size_t>(), cases.at("error").get<std::size_t>());
  }
  return out + "</tbody>\n</table>\n";
}

std::string deviations(const Json& data) {
  std::string out;
  for (const auto& one : data.at("deviations")) {
    if (!one.at("gone_since").is_null()) continue;
    fmt::format_to(std::back_inserter(out), "<li><b>{}</b> ({}), since run {}: {}</li>\n", text(one, "id"),
                   text(one, "requirement"), one.at("first").get<std::int64_t>(), text(one, "summary"));
  }
  return out.empty() ? out : "<h2>Deviations that are there now</h2>\n<ul>\n" + out + "</ul>\n";
}

}  // namespace

std::string history_page(const nlohmann::json& data) {
  const auto name = text(data, "history");
  const auto part = "<main class=\"plain\">\n<h1>" + name + "</h1>\n" + deviations(data) + "<h2>Runs</h2>\n" +
                    runs(data) + "</main>\n";
  return page_text("attest: " + data.at("history").get<std::string>(), part, data);
}

}  // namespace attest::reports
