#include "harness/at/reply_table_test.hpp"

#include <fmt/format.h>

#include "harness/at/reader_testing.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"

namespace attest::at::testing {
namespace {

/// Each bar by `by`; a bar at the very end, behind the last line, by `last`.
std::string replaced(std::string_view text, std::string_view by, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '|')
      out += text[i];
    else
      out += i + 1 == text.size() ? last : by;
  }
  return out;
}

std::string replaced(std::string_view text, std::string_view by) {
  return replaced(text, by, by);
}

std::string outcome_of(const Exchange& x) {
  return x.final ? fmt::format("{} {}", name_of(x.outcome), name_of(*x.final))
                 : std::string(name_of(x.outcome));
}

Reading reading_of(const Row& row) {
  auto reading = reply_to(row.command);
  if (row.command.empty()) reading.as = Reading::As::data;
  return reading;
}

std::string echo_of(const Row& row) {
  return row.command.empty() ? "" : row.command + "\r\n";
}

/// The same however it is cut: at each byte, and in many pieces.
void expect_cuts_do_not_matter(const Row& row, const std::string& bytes, const Reading& reading) {
  const auto echo = echo_of(row);
  const auto once = whole_of(read_all(reading, echo, bytes, {}));
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    ASSERT_EQ(whole_of(read_all(reading, echo, bytes, {cut})), once)
        << "cut at " << cut << ": " << visible(bytes);
  Random random(fnv1a(row.name));
  for (int round = 0; round < 10; ++round) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = random.below(4); at < bytes.size(); at += random.below(6)) cuts.push_back(at);
    ASSERT_EQ(whole_of(read_all(reading, echo, bytes, cuts)), once) << visible(bytes);
  }
}

Read read_row(const Row& row, const std::string& bytes) {
  const auto read = read_all(reading_of(row), echo_of(row), bytes, {});
  EXPECT_EQ(gaps_in(read.exchange), "") << visible(bytes);
  EXPECT_EQ(gaps_in(read.strays), "") << visible(bytes);
  EXPECT_EQ(read.exchange.received + read.strays.received, bytes);
  return read;
}

}  // namespace

void PrintTo(const Row& row, std::ostream* out) {
  *out << visible(row.command + " → " + row.reply);
}

TEST_P(Reply, IsReadAsTheTableSays) {
  const auto& row = GetParam();
  const auto read = read_row(row, replaced(row.reply, ""));
  const auto payload = read.exchange.payload();
  EXPECT_EQ(outcome_of(read.exchange), row.outcome);
  EXPECT_EQ(payload ? std::string(payload->data) : "-", row.data);
  EXPECT_EQ(deviations_of(read), row.deviations);
  if (!row.kinds.empty()) {
    EXPECT_EQ(kinds_of(read), row.kinds);
  }
}

TEST_P(Reply, IsReadTheSameInAllCircumstances) {
  const auto& row = GetParam();
  const auto reading = reading_of(row);
  const auto plain = replaced(row.reply, "");
  const auto gist = gist_of(read_row(row, plain));
  expect_cuts_do_not_matter(row, plain, reading);
  const auto echo = echo_of(row);
  std::vector<std::string> twins{replaced(row.reply, "WIFI GOT IP\r\n"), echo + plain,
                                 echo + replaced(row.reply, "WIFI GOT IP\r\n"),
                                 "WIFI GOT IP\r\n" + echo + plain};
  if (row.v250) {
    twins.push_back(replaced(row.reply, "\r\n", ""));
    twins.push_back(replaced(row.reply, "\r\nWIFI GOT IP\r\n\r\n", "\r\nWIFI GOT IP\r\n"));
    twins.push_back(replaced(row.reply, "\r\nWIFI GOT IP\r\n"));
    twins.push_back(echo + replaced(row.reply, "\r\n", ""));
    // A blank line written by itself, and an unsolicited line with one of its own right behind it.
    twins.push_back(replaced(row.reply, "\r\n\r\nWIFI GOT IP\r\n", ""));
  }
  for (const auto& twin : twins) {
    EXPECT_EQ(gist_of(read_row(row, twin)), gist) << visible(twin);
    expect_cuts_do_not_matter(row, twin, reading);
  }
}

}  // namespace attest::at::testing
