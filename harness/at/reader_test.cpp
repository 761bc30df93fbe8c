// Replies as tables: the text, and what it is read as. Each row is also read with unsolicited lines between
// its lines, with the echo before it, with blank lines before its lines, and cut at every byte: nothing of
// that may matter.
#include "harness/at/reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/at/reader_testing.hpp"
#include "harness/base/bytes.hpp"
#include "harness/base/random.hpp"

namespace attest::at {
namespace {
using testing::Read;

/// `|` stands where a line begins; it is not part of the reply.
struct Row {
  std::string name, command, reply;
  std::string outcome;     ///< "complete OK", "silent"
  std::string data;        ///< of a sized reply; "-": none
  std::string deviations;  ///< as deviations_of gives them
  std::string kinds;       ///< as kinds_of gives them; empty: not looked at
  bool v250 = true;        ///< one blank line before each line must make no difference
};

/// A literal with NUL bytes in it.
template <std::size_t N>
std::string raw(const char (&text)[N]) {
  return std::string(text, N - 1);
}

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

void PrintTo(const Row& row, std::ostream* out) {
  *out << visible(row.command + " → " + row.reply);
}

std::string outcome_of(const Exchange& x) {
  return x.final ? fmt::format("{} {}", name_of(x.outcome), name_of(*x.final))
                 : std::string(name_of(x.outcome));
}

/// The same however it is cut: at each byte, and in many pieces.
void expect_cuts_do_not_matter(const Row& row, const std::string& bytes, const Reading& reading) {
  const auto echo = row.command + "\r\n";
  const auto once = testing::whole_of(testing::read_all(reading, echo, bytes, {}));
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    ASSERT_EQ(testing::whole_of(testing::read_all(reading, echo, bytes, {cut})), once)
        << "cut at " << cut << ": " << visible(bytes);
  Random random(fnv1a(row.name));
  for (int round = 0; round < 10; ++round) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = random.below(4); at < bytes.size(); at += random.below(6)) cuts.push_back(at);
    ASSERT_EQ(testing::whole_of(testing::read_all(reading, echo, bytes, cuts)), once) << visible(bytes);
  }
}

Read read_row(const Row& row, const std::string& bytes) {
  const auto read = testing::read_all(testing::reply_to(row.command), row.command + "\r\n", bytes, {});
  EXPECT_EQ(testing::gaps_in(read.exchange), "") << visible(bytes);
  EXPECT_EQ(testing::gaps_in(read.strays), "") << visible(bytes);
  EXPECT_EQ(read.exchange.received + read.strays.received, bytes);
  return read;
}

class Reply : public ::testing::TestWithParam<Row> {};

TEST_P(Reply, IsReadAsTheTableSays) {
  const auto& row = GetParam();
  const auto read = read_row(row, replaced(row.reply, ""));
  const auto payload = read.exchange.payload();
  EXPECT_EQ(outcome_of(read.exchange), row.outcome);
  EXPECT_EQ(payload ? std::string(payload->data) : "-", row.data);
  EXPECT_EQ(testing::deviations_of(read), row.deviations);
  if (!row.kinds.empty()) {
    EXPECT_EQ(testing::kinds_of(read), row.kinds);
  }
}

TEST_P(Reply, IsReadTheSameInAllCircumstances) {
  const auto& row = GetParam();
  const auto reading = testing::reply_to(row.command);
  const auto plain = replaced(row.reply, "");
  const auto gist = testing::gist_of(read_row(row, plain));
  expect_cuts_do_not_matter(row, plain, reading);
  const auto echo = row.command + "\r\n";
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
    EXPECT_EQ(testing::gist_of(read_row(row, twin)), gist) << visible(twin);
    expect_cuts_do_not_matter(row, twin, reading);
  }
}

const std::string kGet = "AT+HTTPCLIENT=2,0,http://h/,,,1";
const std::string kSize = "AT+HTTPGETSIZE=http://h/";
const std::string kPost = "AT+HTTPCPOST=http://h/,5";

const std::vector<Row> kRight{
    {"Ok", "AT", "|OK\r\n|", "complete OK", "-", "", "final"},
    {"Error", "AT+X", "|ERROR\r\n|", "complete ERROR", "-", "", "final"},
    {"Version", "AT+GMR", "|AT version:1.0\r\n|SDK:2\r\n|OK\r\n|", "complete OK", "-", "", "info info final"},
    {"Query", "AT+UART_CUR?", "|+UART_CUR:115200,8,1,0,0\r\n|OK\r\n|", "complete OK", "-", "", "info final"},
    {"Data", kGet, "|+HTTPCLIENT:5,hello\r\n|OK\r\n|", "complete OK", "hello", "", "info data framing final"},
    {"NoData", kGet, "|+HTTPCLIENT:0,\r\n|OK\r\n|", "complete OK", "", "", "info framing final"},
    {"DataThatIsAResult", kGet, "|+HTTPCLIENT:12,\r\nOK\r\nERROR\r\r\n|OK\r\n|", "complete OK",
     "\r\nOK\r\nERROR\r", ""},
    {"DataThatIsAnInformation", kGet, "|+HTTPCLIENT:23,+HTTPCLIENT:3,abc\r\nOK\r\n\r\n|OK\r\n|",
     "complete OK", "+HTTPCLIENT:3,abc\r\nOK\r\n", "", "info data framing final"},
    {"DataThatIsABanner", kGet, "|+HTTPCLIENT:7,ready\r\n\r\n|OK\r\n|", "complete OK", "ready\r\n", ""},
    {"DataThatIsAReport", kGet, "|+HTTPCLIENT:13,WIFI GOT IP\r\n\r\n|OK\r\n|", "complete OK",
     "WIFI GOT IP\r\n", ""},
    {"DataWithALineBreakAtItsEndAndNoOther", kGet, "|+HTTPCLIENT:7,hello\r\n|OK\r\n|", "complete OK",
     "hello\r\n", "", "info data final", false},
    {"DataThatBeginsWithALineBreak", kGet, "|+HTTPCLIENT:4,\r\nhi\r\n|OK\r\n|", "complete OK", "\r\nhi", ""},
    {"DataThatIsALineBreak", kGet, "|+HTTPCLIENT:2,\r\n\r\n|OK\r\n|", "complete OK", "\r\n", ""},
    {"DataThatIsAPrompt", kGet, "|+HTTPCLIENT:1,>\r\n|OK\r\n|", "complete OK", ">", ""},
    {"BinaryData", kGet, raw("|+HTTPCLIENT:4,\0\xff\r\x01\r\n|OK\r\n|"), "complete OK", raw("\0\xff\r\x01"),
     ""},
    {"DataThenError", kGet, "|+HTTPCLIENT:5,hello\r\n|ERROR\r\n|", "complete ERROR", "hello", ""},
    {"Number", kSize, "|+HTTPGETSIZE:4294967295\r\n|OK\r\n|", "complete OK", "-", "", "info final"},
    {"Prompt", kPost, "|OK\r\n|>", "prompted OK", "-", "", "final prompt"},
    {"PromptAndBlank", kPost, "|OK\r\n|> ", "prompted OK", "-", "", "final prompt | framing"},
    {"PromptAndLineEnd", kPost, "|OK\r\n|>\r\n|", "prompted OK", "-", "", "final prompt | framing", false},
    {"PromptRefused", kPost, "|ERROR\r\n|", "complete ERROR", "-", "", "final"},
    {"RestartAskedFor", "AT+RST", "|OK\r\n|ready\r\n|", "complete OK", "-", "", "final | boot"},
    {"CertificateWithPrompt", "AT+HTTPCERT=1,5", "|OK\r\n|>", "prompted OK", "-", "", "final prompt"},
    {"CertificateWithPromptAlone", "AT+HTTPCERT=1,5", "|>", "prompted", "-", "", "prompt"},
    {"CertificateWithoutPrompt", "AT+HTTPCERT=1,5", "|OK\r\n|", "complete OK", "-", ""},
};
INSTANTIATE_TEST_SUITE_P(Right, Reply, ::testing::ValuesIn(kRight),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kUnknown{
    {"UnknownLine", "AT", "|something\r\n|OK\r\n|", "complete OK", "-", "", "unexplained final"},
    {"UnknownLineAfter", "AT", "|OK\r\n|something\r\n|", "complete OK", "-", "", "final | unexplained"},
    {"OtherInformation", "AT", "|+HTTPGETSIZE:5\r\n|OK\r\n|", "complete OK", "-", "", "unexplained final"},
    {"SendOkToAPlainCommand", "AT", "|SEND OK\r\n|OK\r\n|", "complete OK", "-", "", "unexplained final"},
    {"InformationAfter", kSize, "|OK\r\n|+HTTPGETSIZE:5\r\n|", "complete OK", "-", "late-information(GEN-03)",
     "final | unexplained"},
    {"DataAfter", kGet, "|ERROR\r\n|+HTTPCLIENT:5,hello\r\n|", "complete ERROR", "-",
     "late-information(GEN-03)"},
    {"NulBefore", "AT", raw("|\0|OK\r\n|"), "complete OK", "-", "stray-bytes(GEN-01)", "unexplained final",
     false},
    {"NulAfter", "AT", raw("|OK\r\n\0"), "complete OK", "-", "stray-bytes(GEN-03)", "final | unexplained"},
    {"PartialLineAfter", "AT", "|OK\r\n|rubb", "complete OK", "-", "stray-bytes(GEN-03)",
     "final | unexplained"},
    {"ControlBytesInALine", "AT",
     "|ab\x01"
     "cd\r\n|OK\r\n|",
     "complete OK", "-", "stray-bytes(GEN-01)", "unexplained final"},
    {"GarbageRightBeforeTheResult", "AT", "|x\xfe\xf0OK\r\n|", "complete OK", "-", "stray-bytes(GEN-01)",
     "unexplained final"},
    {"PromptThatNobodyAskedFor", "AT", "|OK\r\n|>", "complete OK", "-", "stray-bytes(GEN-03)",
     "final | unexplained"},
    {"ReportInUtf8", "AT",
     "|Temperatur 20 \xc2\xb0"
     "C\r\n|OK\r\n|",
     "complete OK", "-", "", "unexplained final"},
};
INSTANTIATE_TEST_SUITE_P(Unknown, Reply, ::testing::ValuesIn(kUnknown),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kFinals{
    {"Repeated", "AT", "|OK\r\n|OK\r\n|", "complete OK", "-", "final-repeated(GEN-03)", "final | final"},
    {"OkThenError", "AT", "|OK\r\n|ERROR\r\n|", "complete OK", "-", "final-repeated(GEN-03)"},
    {"ErrorThenOk", "AT", "|ERROR\r\n|OK\r\n|", "complete ERROR", "-", "final-repeated(GEN-03)"},
    {"Missing", "AT", "|", "silent", "-", "final-missing(GEN-02)"},
    {"MissingAfterInformation", kSize, "|+HTTPGETSIZE:5\r\n|", "silent", "-", "final-missing(GEN-02)",
     "info"},
    {"MissingAfterData", kGet, "|+HTTPCLIENT:5,hello\r\n|", "silent", "hello", "final-missing(GEN-02)"},
    {"MissingInData", kGet, "|+HTTPCLIENT:5,hel", "silent", "hel", "final-missing(GEN-02)", "info data"},
    {"LowerCase", "AT", "|ok\r\n|", "complete OK", "-", "result-case(GEN-01)", "final"},
    {"MixedCase", "AT", "|Error\r\n|", "complete ERROR", "-", "result-case(GEN-01)"},
    {"Cmdrsp", "AT", "|CMDRSP:OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)", "final"},
    {"Rsp", "AT", "|RSP: ERROR\r\n|", "complete ERROR", "-", "result-prefixed(GEN-01)"},
    {"Plus", "AT", "|+OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)"},
    {"AtPlus", "AT", "|AT+OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)", "final"},
    {"Brackets", "AT", "|[OK]\r\n|", "complete OK", "-", "result-prefixed(GEN-01)"},
    {"Angles", "AT", "|<OK>\r\n|", "complete OK", "-", "result-prefixed(GEN-01)"},
    {"AnyWord", "AT", "|module:OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)", "final"},
    {"AnyWordAndThenAResult", "AT", "|module:OK\r\n|OK\r\n|", "complete OK", "-", "", "unexplained final"},
    {"Stop", "AT", "|OK.\r\n|", "complete OK", "-", "result-suffixed(GEN-01)"},
    {"Count", "AT", "|OK 12\r\n|", "complete OK", "-", "result-suffixed(GEN-01)"},
    {"Code", "AT", "|ERROR:3\r\n|", "complete ERROR", "-", "result-suffixed(GEN-01)"},
    {"CodeInWords", "AT", "|ERROR CODE 5\r\n|", "complete ERROR", "-", "result-suffixed(GEN-01)"},
    {"Cme", "AT", "|+CME ERROR: 3\r\n|", "complete ERROR", "-", "result-suffixed(GEN-01)"},
    {"BlankBehind", "AT", "|OK \r\n|", "complete OK", "-", "result-suffixed(GEN-01)"},
    {"BlankBefore", "AT", "| OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)"},
    {"PrefixedToAQuery", "AT+GMR", "|1.0\r\n|CMDRSP:OK\r\n|", "complete OK", "-", "result-prefixed(GEN-01)",
     "info final"},
    {"ResultInAVersion", "AT+GMR", "|OK build 12\r\n|OK\r\n|", "complete OK", "-", "", "info final"},
    {"DataThenPrefixed", kGet, "|+HTTPCLIENT:5,hello\r\n|CMDRSP:OK\r\n|", "complete OK", "hello",
     "result-prefixed(GEN-01)"},
    {"LfOnly", "AT", "|OK\n", "complete OK", "-", "lf-only(GEN-01)", "final", false},
    {"LfOnlyEverywhere", kGet, "|\n|+HTTPCLIENT:5,hello\n|\nOK\n", "complete OK", "hello", "lf-only(GEN-01)",
     "", false},
    {"CrOnly", "AT", "|OK\r", "complete OK", "-", "cr-only(GEN-01)", "final", false},
    {"CrOnlyEverywhere", kGet, "|\r|+HTTPCLIENT:5,hello\r|\rOK\r", "complete OK", "hello", "cr-only(GEN-01)",
     "", false},
    {"CrDoubled", "AT", "|OK\r\r\n|", "complete OK", "-", "cr-doubled(GEN-01)", "final", false},
    {"CrDoubledEverywhere", kGet, "|+HTTPCLIENT:5,hello\r\r\n|OK\r\r\n|", "complete OK", "hello",
     "cr-doubled(GEN-01)"},
    {"TwiceInOtherWords", "AT", "|CMDRSP:OK\r\n|CMDRSP:OK\r\n|", "complete OK", "-",
     "final-repeated(GEN-03) result-prefixed(GEN-01)", "final | final"},
    {"BlankLineAfterOtherWords", "AT", "|OK.\r\n\r\n", "complete OK", "-",
     "blank-after-final(GEN-03) result-suffixed(GEN-01)", "final | framing", false},
    {"LogLineThatLooksLikeAResult", "AT", "|ERROR: no route\r\n|ERROR\r\n|", "complete ERROR", "-", "",
     "unexplained final"},
    {"WithoutLineEnd", "AT", "|OK", "complete OK", "-", "final-unended(GEN-01)", "final"},
};
INSTANTIATE_TEST_SUITE_P(Finals, Reply, ::testing::ValuesIn(kFinals),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kFraming{
    {"TwoBlankLines", "AT", "|\r\n\r\nOK\r\n|", "complete OK", "-", "extra-blank-lines(GEN-01)",
     "framing final", false},
    {"TwoBlankLinesInside", kSize, "|+HTTPGETSIZE:5\r\n|\r\n\r\nOK\r\n|", "complete OK", "-",
     "extra-blank-lines(GEN-01)", "", false},
    {"TwoBlankLinesAfterData", kGet, "|+HTTPCLIENT:2,hi\r\n|\r\n\r\nOK\r\n|", "complete OK", "hi",
     "extra-blank-lines(GEN-01)", "", false},
    {"BlankLineAfter", "AT", "|OK\r\n\r\n", "complete OK", "-", "blank-after-final(GEN-03)",
     "final | framing", false},
    {"TwoBlankLinesBeforeAReport", "AT", "|OK\r\n\r\n\r\nWIFI GOT IP\r\n", "complete OK", "-",
     "blank-after-final(GEN-03)", "", false},
    {"V250", kSize, "\r\n+HTTPGETSIZE:5\r\n\r\nOK\r\n\r\nWIFI GOT IP\r\n", "complete OK", "-", "",
     "framing info framing final | framing unsolicited", false},
};
INSTANTIATE_TEST_SUITE_P(Framing, Reply, ::testing::ValuesIn(kFraming),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kSizes{
    {"Angles", kGet, "|+HTTPCLIENT:<5>,hello\r\n|OK\r\n|", "complete OK", "hello", "size-in-brackets(HC-10)"},
    {"Brackets", kGet, "|+HTTPCLIENT:[5],hello\r\n|OK\r\n|", "complete OK", "hello",
     "size-in-brackets(HC-10)"},
    {"Parentheses", kGet, "|+HTTPCLIENT:(5),hello\r\n|OK\r\n|", "complete OK", "hello",
     "size-in-brackets(HC-10)"},
    {"Quotes", kGet, "|+HTTPCLIENT:\"5\",hello\r\n|OK\r\n|", "complete OK", "hello",
     "size-in-brackets(HC-10)"},
    {"Zeros", kGet, "|+HTTPCLIENT:0005,hello\r\n|OK\r\n|", "complete OK", "hello", "size-padded(HC-10)"},
    {"Sign", kGet, "|+HTTPCLIENT:+5,hello\r\n|OK\r\n|", "complete OK", "hello", "size-padded(HC-10)"},
    {"BlankBefore", kGet, "|+HTTPCLIENT: 5,hello\r\n|OK\r\n|", "complete OK", "hello", "size-padded(HC-10)"},
    {"BlankBehind", kGet, "|+HTTPCLIENT:5 ,hello\r\n|OK\r\n|", "complete OK", "hello", "size-padded(HC-10)"},
    {"Hex", kGet, "|+HTTPCLIENT:0x5,hello\r\n|OK\r\n|", "complete OK", "hello", "size-not-decimal(HC-10)"},
    {"HexOf26", kGet, "|+HTTPCLIENT:1a,abcdefghijklmnopqrstuvwxyz\r\n|OK\r\n|", "complete OK",
     "abcdefghijklmnopqrstuvwxyz", "size-not-decimal(HC-10)"},
    {"Words", kGet, "|+HTTPCLIENT:five,hello\r\n|OK\r\n|", "complete OK", "hello", "size-not-decimal(HC-10)"},
    {"Missing", kGet, "|+HTTPCLIENT:,hello\r\n|OK\r\n|", "complete OK", "hello", "size-not-decimal(HC-10)"},
    {"LowerCase", kGet, "|+httpclient:5,hello\r\n|OK\r\n|", "complete OK", "hello",
     "information-case(HC-10)"},
    {"NoPlus", kGet, "|HTTPCLIENT:5,hello\r\n|OK\r\n|", "complete OK", "hello",
     "information-spelling(HC-10)"},
    {"BlankBeforeColon", kGet, "|+HTTPCLIENT :5,hello\r\n|OK\r\n|", "complete OK", "hello",
     "information-spelling(HC-10)"},
    {"Equals", kGet, "|+HTTPCLIENT=5,hello\r\n|OK\r\n|", "complete OK", "hello",
     "information-spelling(HC-10)"},
    {"BreakBetween", kGet, "|+HTTPCLIENT:5,\r\nhello\r\n|OK\r\n|", "complete OK", "hello",
     "break-between-size-and-data(HC-10)"},
    {"BreakBetweenTwo", kGet, "|+HTTPCLIENT:2,\r\nhi\r\n|OK\r\n|", "complete OK", "hi",
     "break-between-size-and-data(HC-10)"},
    {"BreakForComma", kGet, "|+HTTPCLIENT:5\r\nhello\r\n|OK\r\n|", "complete OK", "hello",
     "break-between-size-and-data(HC-10)"},
    {"BreakAndNoData", kGet, "|+HTTPCLIENT:0\r\n|OK\r\n|", "complete OK", "",
     "break-between-size-and-data(HC-10)"},
    {"Short", kGet, "|+HTTPCLIENT:5,he\r\n|OK\r\n|", "complete OK", "he", "data-shorter-than-size(HC-10)"},
    {"ShortBy1", kGet, "|+HTTPCLIENT:6,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)"},
    {"ShortBy3", kGet, "|+HTTPCLIENT:8,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)"},
    {"ShortBy4", kGet, "|+HTTPCLIENT:9,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)", "", false},
    {"ShortBy5", kGet, "|+HTTPCLIENT:10,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)", "", false},
    {"ShortBy6", kGet, "|+HTTPCLIENT:11,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)", "", false},
    {"ShortBy7", kGet, "|+HTTPCLIENT:12,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-shorter-than-size(HC-10)", "", false},
    {"ShortOfEverything", kGet, "|+HTTPCLIENT:99,\r\n|OK\r\n|", "complete OK", "",
     "data-shorter-than-size(HC-10)"},
    {"ShortWithError", kGet, "|+HTTPCLIENT:500,half of it\r\n|ERROR\r\n|", "complete ERROR", "half of it",
     "data-shorter-than-size(HC-10)"},
    {"ShortOfAHugeSize", kGet, "|+HTTPCLIENT:99999999999999999999999,hello\r\n|OK\r\n|", "complete OK",
     "hello", "data-shorter-than-size(HC-10)"},
    {"ShortWithResultsInside", kGet, "|+HTTPCLIENT:40,a\r\nOK\r\nb\r\n|OK\r\n|", "complete OK",
     "a\r\nOK\r\nb", "data-shorter-than-size(HC-10)"},
    {"Long", kGet, "|+HTTPCLIENT:3,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-longer-than-size(HC-10)"},
    {"LongByOneLf", kGet, "|+HTTPCLIENT:5,hello\n\r\n|OK\r\n|", "complete OK", "hello\n",
     "data-longer-than-size(HC-10)"},
    {"LongAndNone", kGet, "|+HTTPCLIENT:0,hello\r\n|OK\r\n|", "complete OK", "hello",
     "data-longer-than-size(HC-10)"},
    {"Glued", kGet, "|+HTTPCLIENT:5,helloOK\r\n|", "complete OK", "hello", "final-not-alone(GEN-01)",
     "info data final"},
    {"LongAndGlued", kGet, "|+HTTPCLIENT:1,helloOK\r\n|", "complete OK", "hello",
     "data-longer-than-size(HC-10) final-not-alone(GEN-01)"},
    {"LongAndGluedAndCr", kGet, "|+HTTPCLIENT:1,helloOK\r", "complete OK", "hello",
     "cr-only(GEN-01) data-longer-than-size(HC-10) final-not-alone(GEN-01)", "", false},
    {"Twice", kGet, "|+HTTPCLIENT:2,he\r\n|+HTTPCLIENT:3,llo\r\n|OK\r\n|", "complete OK", "he",
     "information-repeated(HC-10)", "info data framing info data framing final"},
    {"NumberInBrackets", kSize, "|+HTTPGETSIZE:<5>\r\n|OK\r\n|", "complete OK", "-",
     "size-in-brackets(GS-01)"},
    {"NumberPadded", kSize, "|+HTTPGETSIZE: 05\r\n|OK\r\n|", "complete OK", "-", "size-padded(GS-01)"},
    {"NumberInHex", kSize, "|+HTTPGETSIZE:0x10\r\n|OK\r\n|", "complete OK", "-", "size-not-decimal(GS-01)"},
    {"NumberInWords", kSize, "|+HTTPGETSIZE:many\r\n|OK\r\n|", "complete OK", "-", "size-not-decimal(GS-01)"},
    {"NumberInLowerCase", kSize, "|+httpgetsize:5\r\n|OK\r\n|", "complete OK", "-",
     "information-case(GS-01)"},
    {"NumberWithoutPlus", kSize, "|HTTPGETSIZE:5\r\n|OK\r\n|", "complete OK", "-",
     "information-spelling(GS-01)"},
};
INSTANTIATE_TEST_SUITE_P(Sizes, Reply, ::testing::ValuesIn(kSizes),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kPrompts{
    {"BeforeOk", kPost, "|>\r\n|OK\r\n|", "prompted OK", "-", "prompt-before-ok(CP-01)",
     "prompt framing final", false},
    {"WithoutOk", kPost, "|>", "prompted", "-", "prompt-before-ok(CP-01)", "prompt"},
    {"Missing", kPost, "|OK\r\n|", "silent OK", "-", "prompt-missing(CP-01)", "final"},
    {"Twice", kPost, "|OK\r\n|>|\r\n>", "prompted OK", "-", "prompt-repeated(CP-14)", "", false},
    {"AfterError", kPost, "|ERROR\r\n|>", "complete ERROR", "-", "stray-bytes(GEN-03)",
     "final | unexplained"},
    {"AfterOtherWords", kPost, "|OK.\r\n|>", "prompted OK", "-", "result-suffixed(GEN-01)", "final prompt"},
    {"OkTwice", kPost, "|OK\r\n|OK\r\n|>", "prompted OK", "-", "final-repeated(GEN-03)"},
};
INSTANTIATE_TEST_SUITE_P(Prompts, Reply, ::testing::ValuesIn(kPrompts),
                         [](const auto& p) { return p.param.name; });

const std::vector<Row> kRestarts{
    {"InTheMiddle", "AT", "|ready\r\n|", "restarted", "-", "unexpected-restart(GEN-02)", "boot"},
    {"InTheMiddleOfInformation", kSize, "|+HTTPGETSIZE:5\r\n|ready\r\n|", "restarted", "-",
     "unexpected-restart(GEN-02)", "info boot"},
    {"InTheMiddleOfData", kGet, "|+HTTPCLIENT:500,abc\r\n|ready\r\n|", "restarted", "abc",
     "data-shorter-than-size(HC-10) unexpected-restart(GEN-02)"},
    {"WithGarbage", "AT", raw("|\xf8\x80\x00\r\n\xfeready\r\n|"), "restarted", "-",
     "unexpected-restart(GEN-02)", "", false},
    {"AskedForAndTooFast", "AT+RST", "|ready\r\n|", "restarted", "-", "restart-without-ok(GEN-02)", "boot"},
    {"AfterAnotherCommand", "AT", "|OK\r\n|ready\r\n|", "complete OK", "-", "unexpected-restart(GEN-02)",
     "final | boot"},
};
INSTANTIATE_TEST_SUITE_P(Restarts, Reply, ::testing::ValuesIn(kRestarts),
                         [](const auto& p) { return p.param.name; });

}  // namespace
}  // namespace attest::at
