#include "reports/junit/junit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "harness/base/file.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/record/testing.hpp"
#include "reports/schema/golden.hpp"
#include "reports/schema/made_up_run.hpp"

namespace attest::reports {
namespace {
using namespace testing;
using namespace std::chrono_literals;
using record::Script;

spec::Judgement judged(const Script& script) {
  return spec::judge(script.events(), spec::Catalogue::embedded());
}

/// What xmllint says of the text under the shipped grammar: 0 is valid.
int xmllint(const std::string& xml) {
  const TempDir folder;
  must(write_file_whole(folder.path() / "junit.xsd", junit_schema()));
  must(write_file_whole(folder.path() / "junit.xml", xml));
  auto lint = must(
      Subprocess::start({"xmllint", "--noout", "--schema", (folder.path() / "junit.xsd").string(),
                         (folder.path() / "junit.xml").string()},
                        {.pipe_stdin = false, .pipe_stdout = false, .quiet_stderr = true, .pass_fds = {}}));
  const auto status = lint.wait(Deadline::in(steady_clock(), 60s));
  return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

struct Parsed {
  explicit Parsed(const Script& script) : text(junit_xml(judged(script))) {
    EXPECT_TRUE(document.load_string(text.c_str()));
    root = document.child("testsuites");
  }
  [[nodiscard]] pugi::xml_node testcase(const std::string& name) const {
    return document.select_node(("//testcase[@name='" + name + "']").c_str()).node();
  }
  [[nodiscard]] std::size_t count(const char* path) const { return document.select_nodes(path).size(); }
  std::string text;
  pugi::xml_document document;
  pugi::xml_node root;
};

TEST(JUnit, FitsTheGrammarWhateverTheRunWas) {
  EXPECT_EQ(xmllint(junit_xml(judged(made_up_run()))), 0);
  EXPECT_EQ(xmllint(junit_xml(judged(Script()))), 0);
  EXPECT_EQ(xmllint(junit_xml(judged(Script().run({{"A.A", {}}}).begin("A.A", {})))), 0);
}

TEST(JUnit, GrammarRefusesWhatIsNotIt) {
  EXPECT_NE(xmllint("<testsuites><testsuite name='x'/></testsuites>"), 0);
  EXPECT_NE(xmllint("<testsuites><testsuite name='x' tests='1' failures='0' errors='0'><testcase name='a' "
                    "classname='b'>"
                    "<properties/></testcase></testsuite></testsuites>"),
            0);
}

TEST(JUnit, SaysEachVerdictInItsElement) {
  const Parsed xml(made_up_run());
  EXPECT_FALSE(xml.testcase("General.AnswersAt").first_child().next_sibling())
      << "system-out and nothing else";
  const auto failed = xml.testcase("HttpClientGet.DeliversTheBody");
  EXPECT_STREQ(failed.attribute("classname").value(), "HTTPCLIENT");
  EXPECT_STREQ(failed.child("failure").attribute("type").value(), "fail");
  EXPECT_THAT(failed.child("failure").attribute("message").value(), HasSubstr("owed \"hello\""));
  EXPECT_THAT(failed.child("failure").text().get(), HasSubstr("got  \"hell\""));
  EXPECT_STREQ(xml.testcase("Ota.Downloads").child("error").attribute("type").value(), "inconc");
  EXPECT_STREQ(xml.testcase("Smart.Advertises").child("skipped").attribute("message").value(),
               "this bench has no BLE adapter");
}

TEST(JUnit, CountsWhatItHolds) {
  const Parsed xml(made_up_run());
  EXPECT_EQ(xml.root.attribute("tests").as_uint(), xml.count("//testcase"));
  EXPECT_EQ(xml.root.attribute("failures").as_uint(), xml.count("//failure"));
  EXPECT_EQ(xml.root.attribute("errors").as_uint(), xml.count("//error"));
  for (const auto& suite : xml.root.children("testsuite")) {
    EXPECT_EQ(suite.attribute("tests").as_uint(), suite.select_nodes("testcase").size());
    EXPECT_EQ(suite.attribute("failures").as_uint(), suite.select_nodes("testcase/failure").size());
    EXPECT_EQ(suite.attribute("errors").as_uint(), suite.select_nodes("testcase/error").size());
    EXPECT_EQ(suite.attribute("skipped").as_uint(), suite.select_nodes("testcase/skipped").size());
  }
}

TEST(JUnit, TellsStepsAndRequirementsOfACase) {
  const Parsed xml(made_up_run());
  EXPECT_THAT(xml.testcase("HttpClientGet.DeliversTheBody").child("system-out").text().get(),
              AllOf(HasSubstr("GET a body of 5 bytes"), HasSubstr("HC-11 HC-12")));
  EXPECT_EQ(
      xml.count("//property[@name='requirements:HttpClientGet.DeliversTheBody' and @value='HC-11 HC-12']"),
      1U);
}

TEST(JUnit, GivesADeviationThatNoRedCaseShowsATestcaseOfItsOwn) {
  const Parsed xml(made_up_run());
  const auto own = xml.testcase("size-in-brackets (HC-10)");
  EXPECT_STREQ(own.attribute("classname").value(), "deviation");
  EXPECT_THAT(own.child("failure").text().get(), HasSubstr("+HTTPCLIENT:(5),hello"));
}

TEST(JUnit, LeavesADeviationToTheFailedCaseThatDeclaresIt) {
  Script script;
  script.run({{"A.A", {"HC-10"}}})
      .begin("A.A", {"HC-10"})
      .check("A.A", "HC-10")
      .deviation("A.A", "x", "HC-10")
      .end("A.A");
  const Parsed xml(script.done());
  EXPECT_EQ(xml.count("//testcase"), 1U);
  EXPECT_EQ(xml.count("//failure"), 1U);
}

TEST(JUnit, ShowsADeviationThatAPassedCaseDeclaresAndAnotherSaw) {
  Script script;
  script.run({{"A.A", {"HC-10"}}, {"A.B", {"HC-11"}}}).passing("A.A", {"HC-10"});
  script.begin("A.B", {"HC-11"}).check("A.B", "HC-11").deviation("A.B", "x", "HC-10").end("A.B");
  EXPECT_EQ(Parsed(script.done()).count("//testcase[@classname='deviation']/failure"), 1U);
}

/// Runs that are not green although every case in them is.
TEST(JUnit, IsNeverGreenWhenTheRunIsNot) {
  const auto passed = [] { return Script().run({{"A.A", {"HC-01"}}}).passing("A.A", {"HC-01"}); };
  auto unchecked = Script()
                       .run({{"A.A", {"HC-01", "HC-02"}}})
                       .begin("A.A", {"HC-01", "HC-02"})
                       .check("A.A", "HC-01")
                       .end("A.A")
                       .done();
  auto fault = passed().put("fault", {{"fault", "bench"}, {"what", "port gone"}}).done();
  auto uncertain = passed()
                       .begin("A.B", {})
                       .check("A.B", "HC-02")
                       .deviation("A.B", "x", "HC-10")
                       .end("A.B")
                       .counters(1, true)
                       .done();
  for (const auto& script : {Script(), Script().run({}).done(), passed(), passed().done("stopped"),
                             passed().done("bench"), unchecked, fault, uncertain}) {
    ASSERT_NE(judged(script).exit_code, 0);
    EXPECT_GT(Parsed(script).count("//failure | //error"), 0U);
  }
  const auto green = passed().done();
  ASSERT_EQ(judged(green).exit_code, 0);
  EXPECT_EQ(Parsed(green).count("//failure | //error"), 0U);
}

TEST(JUnit, IsXmlWhateverBytesCame) {
  const Parsed xml(made_up_run());
  EXPECT_THAT(xml.testcase("HttpPost.SendsTheBody").child("error").attribute("message").value(),
              HasSubstr("\\x01\\xff<&>"));
  Script script;
  script.run({{"A.A", {}}})
      .begin("A.A", {})
      .end("A.A", "error", std::string("\x02\x1b\xEF\xBF\xBF]]>\xff", 9));
  EXPECT_EQ(xmllint(junit_xml(judged(script.done()))), 0);
}

TEST(JUnit, IsAsItHasAlwaysBeen) {
  Script script;
  script.run({{"A.A", {"HC-01"}}}, {{"attest", "0.1.0"}, {"wall", "2024-05-06T07:08:09Z"}, {"seed", 7}});
  script.begin("A.A", {"HC-01"})
      .step("A.A", "ask")
      .check("A.A", "HC-01", "fail", "HEAD", "GET")
      .end("A.A", "fail");
  EXPECT_EQ(junit_xml(judged(script.done())), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="attest" tests="1" failures="1" errors="0" time="0.003">
 <testsuite name="HTTPCLIENT" timestamp="2024-05-06T07:08:09Z" tests="1" failures="1" errors="0" skipped="0" time="0.003">
  <properties>
   <property name="attest" value="0.1.0" />
   <property name="seed" value="7" />
   <property name="requirements:A.A" value="HC-01" />
  </properties>
  <testcase name="A.A" classname="HTTPCLIENT" time="0.003">
   <failure message="HC-01: the final result: owed HEAD, got GET" type="fail">HC-01 fail: the final result
  owed HEAD
  got  GET
</failure>
   <system-out>requirements: HC-01
attempt 1 on dut0: fail
  ask
</system-out>
  </testcase>
 </testsuite>
</testsuites>
)");
}

TEST(JUnit, SkipsWhatIsNotApplicableAndSaysWhy) {
  const auto run = run_without_http_get_size();
  const auto xml = junit_xml(spec::judge(run.events(), spec::Catalogue::embedded()));
  EXPECT_THAT(
      xml,
      HasSubstr(
          "<skipped message=\"not applicable: profile p does not claim HTTPGETSIZE (claims.commands)\""));
}

TEST(JUnit, IsAsItIsKept) {
  const auto text = junit_xml(judged(made_up_run()));
  EXPECT_EQ(text, golden(ATTEST_SOURCE_DIR "/reports/junit/golden/made_up_run.xml", text));
}

TEST(JUnit, IsInertWhateverTheDeviceSaid) {
  const std::string evil =
      "]]></failure><script>alert(1)</script>\x1b[2J\xff" + std::string(std::size_t{1} << 20, 'A');
  Script run;
  run.run({{"A.A", {"GEN-01"}}}).begin("A.A", {"GEN-01"}).check("A.A", "GEN-01", "fail", evil, evil);
  run.deviation("A.A", evil, "HC-10", evil).unexplained("A.A", evil).end("A.A", "fail", evil).done();
  const auto xml = junit_xml(judged(run));
  EXPECT_EQ(xmllint(xml), 0);
  EXPECT_THAT(xml, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b")), Not(HasSubstr("\xff"))));
}

}  // namespace
}  // namespace attest::reports
