// What tshark makes of it. Debian's tshark is one of the packages that the tests need.
#include "reports/pcapng/pcapng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "harness/base/file.hpp"
#include "harness/record/testing.hpp"
#include "reports/schema/golden.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using record::Script;

constexpr const char* kPeer = "192.168.4.7:40212";

Script begun() {
  Script run;
  run.run({{"A.A", {"HC-41"}}}, {{"wall", "2024-05-06T07:08:09Z"}, {"attest", "0.1.0"}});
  return run;
}

Script& server(Script& run, const char* event, nlohmann::json more = nlohmann::json::object()) {
  more.update({{"device", "dut0"}, {"event", event}, {"connection", 1}, {"peer", kPeer}});
  return run.put("server", std::move(more));
}

/// A POST of 1000 bytes that is answered with 70,000.
Script a_run() {
  auto run = begun();
  run.begin("A.A", {"HC-41"});
  run.put("tx", {{"device", "dut0"}, {"exchange", 1}, {"bytes", "AT+HTTPCLIENT=3\r\n"}});
  run.put("dns", {{"device", "dut0"},
                  {"name", "a.test"},
                  {"type", 1},
                  {"answered", "A 192.0.2.1"},
                  {"answered_at", 4'500'000},
                  {"peer", "192.168.4.7:5353"}});
  server(run, "accept");
  server(run, "head",
         {{"head", "POST /b HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n"}, {"request", 1}});
  server(run, "body", {{"bytes", 1000}, {"body_sha256", "00ff"}, {"request", 1}});
  server(
      run, "response",
      {{"head", "HTTP/1.1 201 Created\r\nContent-Length: 70000\r\n\r\n"}, {"bytes", 70'000}, {"request", 1}});
  server(run, "close", {{"request", 1}});
  run.put("rx", {{"device", "dut0"}, {"begin", 0}, {"bytes", to_latin1_json("+HTTPCLIENT:5,h\xe9llo\r\n")}});
  run.put("rx", {{"device", "dut0"}, {"begin", 22}, {"bytes", "\r\nOK\r\n"}});
  run.check("A.A", "HC-41", "fail", "hello", "h\xe9llo").end("A.A", "fail");
  return run.done();
}

struct Exported {
  TempDir folder;
  Result<PcapngSummary> summary;
  [[nodiscard]] std::filesystem::path path() const { return folder.path() / "run.pcapng"; }
  [[nodiscard]] std::string bytes() const { return must(read_file(path())); }
  /// What tshark prints; its complaints too.
  [[nodiscard]] std::string tshark(const std::string& arguments) const {
    const auto command =
        "tshark -n -r " + path().string() + " " + arguments + " 2>" + folder.path().string() + "/said";
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string out;
    std::array<char, 4096> buffer{};
    while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
      out.append(buffer.data(), n);
    for (const auto said = must(read_file(folder.path() / "said"));
         const auto* wrong : {"rror", "alformed", "ut short"})
      EXPECT_THAT(said, Not(HasSubstr(wrong)));
    return out;
  }
};

std::unique_ptr<Exported> exported(const std::string& lines, const std::optional<std::string>& keys = {}) {
  auto out = std::make_unique<Exported>();
  const auto record = out->folder.path() / "record.jsonl";
  std::ofstream(record) << lines;
  std::optional<std::filesystem::path> log;
  if (keys) {
    log = out->folder.path() / "keys.log";
    std::ofstream(*log) << *keys;
  }
  out->summary = write_pcapng(record, log, out->path());
  return out;
}

std::string lines_of(const Script& script) {
  std::string out;
  for (const auto& event : script.events()) out += record::to_line(event) + "\n";
  return out;
}

TEST(Pcapng, IsAsItIsKept) {
  const auto one = exported(lines_of(a_run()));
  EXPECT_EQ(one->bytes(), golden(ATTEST_SOURCE_DIR "/reports/pcapng/golden/a_run.pcapng", one->bytes()));
}

TEST(Pcapng, IsReadByTshark) {
  const auto one = exported(lines_of(a_run()));
  const auto summary = must(one->summary);
  const auto all = one->tshark("-T fields -e frame.number -e frame.interface_name");
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n')), summary.packets);
  EXPECT_EQ(summary.uart_bytes, 45U);
  EXPECT_EQ(summary.requests, 1U);
  EXPECT_EQ(one->tshark("-Y _ws.malformed"), "");
  EXPECT_EQ(one->tshark("-Y tcp.analysis.lost_segment"), "");
  EXPECT_EQ(one->tshark("-o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE "
                        "-Y '(tcp.checksum.status==0 && frame.cap_len==frame.len) || ip.checksum.status==0 "
                        "|| udp.checksum.status==0'"),
            "");
}

TEST(Pcapng, ShowsTheSerialLinesText) {
  const auto one = exported(lines_of(a_run()));
  EXPECT_THAT(one->tshark("-Y 'frame.interface_name==\"uart dut0\"' -V"),
              AllOf(HasSubstr("AT+HTTPCLIENT=3\\r\\n"), HasSubstr("OK\\r\\n")));
  EXPECT_EQ(one->tshark("-Y 'frame.interface_name==\"uart dut0\"' -T fields -e frame.packet_flags_direction"),
            "0x00000002\n0x00000001\n0x00000001\n");
  EXPECT_EQ(one->tshark("-Y 'frame.interface_name==\"uart dut0\"' -T fields -e _ws.col.Protocol"),
            "uart\nuart\nuart\n");
  EXPECT_THAT(one->tshark("-Y 'frame.interface_name==\"notes\"' -V"),
              AllOf(HasSubstr("dut0: case A.A"), HasSubstr("HC-41 fail")));
}

TEST(Pcapng, HasTheRecordsTimesToTheNanosecond) {
  auto run = begun();
  run.put("tx", {{"device", "dut0"}, {"bytes", "AT\r\n"}});
  auto lines = lines_of(run);
  lines.replace(lines.find("{\"t\":2000000"), 12, "{\"t\":3000000123456789");
  const auto one = exported(lines);  // run.begin is a millisecond after the clock's zero
  EXPECT_EQ(one->tshark("-T fields -e frame.time_epoch"), "1717979289.122456789\n");
}

TEST(Pcapng, ShowsRequestsAndResponses) {
  const auto one = exported(lines_of(a_run()));
  EXPECT_EQ(one->tshark("-Y http.request -T fields -e http.request.method -e http.request.uri -e ip.src"),
            "POST\t/b\t192.168.4.7\n");
  EXPECT_EQ(one->tshark("-Y http.response -T fields -e http.response.code"), "201\n");
  EXPECT_THAT(one->tshark("-Y http.request -V"), HasSubstr("1000 bytes of the body are not in the record"));
  EXPECT_EQ(one->tshark("-Y 'dns.flags.response==1' -T fields -e dns.qry.name -e dns.a"),
            "a.test\t192.0.2.1\n");
}

TEST(Pcapng, SaysOfNamesWhatWasAnswered) {
  auto run = begun();
  for (const auto* answered :
       {"A 192.0.2.8, 192.0.2.9", "NXDOMAIN", "SERVFAIL", "REFUSED", "no records", "something else"})
    run.put("dns", {{"device", "dut0"},
                    {"name", "a.test"},
                    {"type", 1},
                    {"answered", answered},
                    {"answered_at", 5'000'000},
                    {"peer", "192.168.4.7:5353"}});
  const auto one = exported(lines_of(run));
  EXPECT_EQ(one->tshark("-Y 'dns.flags.response==1' -T fields -e dns.flags.rcode -e dns.a"),
            "0\t192.0.2.8,192.0.2.9\n3\t\n2\t\n5\t\n0\t\n");
  EXPECT_EQ(one->tshark("-Y _ws.malformed"), "");
}

TEST(Pcapng, ShowsRequestsThatWereNeverWhole) {
  auto run = begun();
  server(run, "accept");
  server(run, "head", {{"head", "POST /early HTTP/1.1\r\nContent-Length: 9\r\n\r\n"}});
  server(run, "response",
         {{"head", "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"}, {"bytes", 0}});
  server(run, "body", {{"bytes", 0}});
  const auto other = [&](const char* event, const char* head) {
    run.put("server", {{"device", "dut0"},
                       {"event", event},
                       {"connection", 2},
                       {"peer", "192.168.4.7:40213"},
                       {"head", head}});
  };
  other("accept", "");
  other("head", "GET /gone HTTP/1.1\r\n\r\n");
  other("close", "");
  const auto one = exported(lines_of(run));
  // Without waiting for bodies that never came.
  EXPECT_EQ(one->tshark("-o http.desegment_body:FALSE -Y 'http.request || http.response' -T fields "
                        "-e http.request.uri -e http.response.code"),
            "/early\t\n\t413\n/gone\t\n");
}

TEST(Pcapng, SurvivesTimesThatNoFileCanHold) {
  auto run = begun();
  run.put("tx", {{"device", "dut0"}, {"bytes", "AT\r\n"}});
  auto lines = lines_of(run);
  lines.replace(lines.find("2024-05-06"), 10, "9999-05-06");
  lines.replace(lines.find("{\"t\":2000000"), 12, "{\"t\":9223372036854775807");
  EXPECT_TRUE(exported(lines)->summary);
}

TEST(Pcapng, CarriesTheKeysOfTls) {
  const auto one = exported(lines_of(a_run()), "CLIENT_RANDOM 00 11\n");
  EXPECT_EQ(one->tshark("-Y _ws.malformed"), "");
  EXPECT_THAT(one->bytes(), HasSubstr("CLIENT_RANDOM 00 11"));
  EXPECT_THAT(exported(lines_of(a_run()))->bytes(), Not(HasSubstr("CLIENT_RANDOM")));
  const TempDir folder;
  EXPECT_FALSE(write_pcapng(folder.path() / "record.jsonl", folder.path() / "none", folder.path() / "out"));
}

TEST(Pcapng, IsSoundWhateverTheRecordSays) {
  auto run = begun();
  const std::string evil = std::string("\0\x1b[2J\xff\r\n", 8) + std::string(1 << 20, 'x');
  run.begin(evil, {}).step(evil, evil).check(evil, evil, "fail", evil, evil);
  run.put("rx", {{"device", evil}, {"bytes", to_latin1_json(evil)}})
      .put("rx", {{"bytes", 7}})
      .put("tx", {{"device", 3}});
  server(run, "head").put("server", {{"event", 3}});
  server(run, "accept", {{"peer", "[::1]:7"}});
  server(run, "head", {{"head", to_latin1_json(evil)}});
  server(run, "body", {{"bytes", -5}});
  server(run, "response", {{"head", "HTTP/1.1 200 OK\r\n\r\n"}, {"bytes", 9'000'000}});
  server(run, "accept");
  run.put("dns", {{"name", to_latin1_json(evil)}, {"answered", 3}, {"answered_at", "now"}, {"peer", evil}});
  const auto one = exported(lines_of(run));
  ASSERT_TRUE(one->summary) << one->summary.error().what;
  const auto all = one->tshark("-T fields -e frame.number");
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n')), one->summary->packets);
}

TEST(Pcapng, OfNoRecordIsOneError) {
  const auto one = exported("{}\n");
  ASSERT_FALSE(one->summary);
  EXPECT_THAT(one->summary.error().what, HasSubstr("record.jsonl:1"));
  EXPECT_FALSE(std::filesystem::exists(one->path()));
}

}  // namespace
}  // namespace attest::reports
