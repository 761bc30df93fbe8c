#include "reports/gate/known_failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/record/sha256.hpp"
#include "harness/spec/catalogue.hpp"
#include "reports/gate/page.hpp"

namespace attest::reports {
namespace {

const std::vector<std::string> kKeys{"case",  "requirement", "deviation", "text",   "firmware",
                                     "owner", "reason",      "link",      "expires"};

std::optional<unsigned> number(std::string_view digits) {
  unsigned out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

std::optional<Date> date_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return parse_date(*text);
  const auto date = node.value_exact<toml::date>();
  if (!date) return std::nullopt;
  return parse_date(fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day));
}

class Entry {
 public:
  Entry(const toml::table& table, const std::string& source) : table_(table), source_(source) {
    out_.place = fmt::format("{}:{}", source, table.source().begin.line);
  }

  Result<KnownFailure> read() {
    for (const auto& [key, node] : table_)
      if (auto done = take(key, node); !done) return tl::unexpected(done.error());
    if (auto whole = complete(); !whole) return tl::unexpected(whole.error());
    return out_;
  }

 private:
  Status take(const toml::key& key, const toml::node& node) {
    if (std::find(kKeys.begin(), kKeys.end(), key.str()) == kKeys.end())
      return page::unknown(source_, key, "failure", kKeys);
    if (key.str() == "firmware") return firmware(node);
    if (key.str() == "expires") return expires(node);
    const auto text = node.value_exact<std::string>();
    if (!text || text->empty())
      return page::wrong(source_, node, fmt::format("{} is not a text", key.str()), "put it in quotes");
    place_of(key.str()) = *text;
    return {};
  }

  std::string& place_of(std::string_view key) {
    if (key == "case") return out_.case_id;
    if (key == "requirement") return out_.requirement;
    if (key == "deviation") return out_.deviation;
    if (key == "text") return out_.text;
    if (key == "owner") return out_.owner;
    return key == "reason" ? out_.reason : out_.link;
  }

  Status firmware(const toml::node& node) {
    const auto* array = node.as_array();
    if (array == nullptr || array->empty() || !array->is_homogeneous<std::string>())
      return page::wrong(source_, node, "firmware is not a list of versions",
                         "write it as [\"1.4.*\"], or leave it out for all");
    for (const auto& one : *array) out_.firmware.push_back(*one.value_exact<std::string>());
    return {};
  }

  Status expires(const toml::node& node) {
    const auto date = date_of(node);
    if (!date) return page::wrong(source_, node, "expires is not a day", "write it as 2026-12-31");
    out_.expires = *date;
    dated_ = true;
    return {};
  }

  [[nodiscard]] tl::unexpected<Error> lacks(const char* what, std::string cure) const {
    return page::wrong(source_, table_, fmt::format("this known failure has no {}", what), std::move(cure));
  }

  [[nodiscard]] Status complete() const {
    if (out_.subject().empty()) return lacks("subject", "give it a case, a requirement, or both");
    if (out_.deviation.empty() == out_.text.empty())
      return page::wrong(source_, table_, "this known failure is pinned to nothing, or to two things",
                         "give it one deviation or one text: another failure than that one still stops");
    if (out_.text.find_first_not_of("*?") == std::string::npos && out_.deviation.empty())
      return page::wrong(source_, table_, "the text of this known failure fits every failure",
                         "give it the words that tell this failure from another");
    if (out_.owner.empty()) return lacks("owner", "say who will see to it");
    if (out_.reason.empty()) return lacks("reason", "say why a release may have it");
    if (out_.link.empty()) return lacks("link", "name where it is worked on");
    if (!dated_) return lacks("date", "write expires = 2026-12-31: the last day on which it holds");
    return known_requirement();
  }

  [[nodiscard]] Status known_requirement() const {
    const auto& catalogue = spec::Catalogue::embedded();
    if (out_.requirement.empty() || catalogue.find(out_.requirement) != nullptr) return {};
    const auto near = nearest(out_.requirement, catalogue.ids());
    return page::wrong(
        source_, *table_.get("requirement"), fmt::format("there is no requirement '{}'", out_.requirement),
        near.empty() ? "`attest requirements` lists them" : fmt::format("did you mean '{}'?", near));
  }

  const toml::table& table_;
  const std::string& source_;
  KnownFailure out_;
  bool dated_ = false;
};

bool same(const KnownFailure& a, const KnownFailure& b) {
  return a.case_id == b.case_id && a.requirement == b.requirement && a.deviation == b.deviation &&
         a.text == b.text && a.firmware == b.firmware;
}

Status add(KnownFailures& out, const toml::node& node, const std::string& source) {
  auto entry = Entry(*node.as_table(), source).read();
  if (!entry) return tl::unexpected(entry.error());
  for (const auto& other : out.entries)
    if (same(other, *entry))
      return page::wrong(source, node, "this known failure is the one at " + other.place,
                         "take one of them out");
  out.entries.push_back(std::move(*entry));
  return {};
}

}  // namespace

std::string date_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)),
             day = number(text.substr(8));
  if (!year || !month || !day) return std::nullopt;
  const Date out{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                 std::chrono::day(*day)};
  return out.ok() ? std::optional(out) : std::nullopt;
}

bool KnownFailure::is(const Piece& piece) const {
  if (!case_id.empty() && case_id != piece.case_id) return false;
  if (!requirement.empty() && requirement != piece.requirement) return false;
  return deviation.empty() ? glob(text, piece.text) : deviation == piece.deviation;
}

bool KnownFailure::holds_for(std::string_view version) const {
  return firmware.empty() || std::any_of(firmware.begin(), firmware.end(), [&](const auto& pattern) {
           return !version.empty() && glob(pattern, version);
         });
}

Result<KnownFailures> parse_known_failures(std::string_view toml, const std::string& source) {
  const auto root = page::parse(toml, source);
  if (!root) return tl::unexpected(root.error());
  KnownFailures out;
  for (const auto& [key, node] : *root) {
    if (key.str() != "failure") return page::unknown(source, key, "", {"failure"});
    if (!node.is_array_of_tables())
      return page::wrong(source, node, "failure is not a list of tables",
                         "write [[failure]] above each entry");
    for (const auto& one : *node.as_array())
      if (auto done = add(out, one, source); !done) return tl::unexpected(done.error());
  }
  out.sha256 = record::sha256_hex(toml);
  return out;
}

Result<KnownFailures> load_known_failures(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return fail(Fault::usage, text.error().what, "name a TOML file of [[failure]] entries");
  return parse_known_failures(*text, path);
}

}  // namespace attest::reports
