#include "server/report/suite_report.h"

#include "gtest/gtest.h"
#include "server/report/xml_text.h"

namespace edgerack::report {
namespace {

core::SuiteRun SomeRun() {
  core::SuiteRun run;
  run.suite = core::SuiteId("nightly");
  run.number = 12;
  run.state = core::SuiteRunState::kRegressed;
  run.trigger = "ci: <b>pull</b> 7";
  run.create_time_ms = 1'796'000'000'000;
  run.end_time_ms = run.create_time_ms + 61'500;
  run.cases.resize(4);
  core::SuiteCase& slow = run.cases[0];
  slow.key = "digits/f7/plain";
  slow.model_label = "digits";
  slow.board = core::BoardId("f7");
  slow.variant_label = "plain";
  slow.judgement.state = core::CaseState::kRegressed;
  slow.judgement.metric =
      core::MetricChange{"cycles", {265'000, 275'865, 4.1, 1.9, core::ChangeVerdict::kSlower}};
  slow.judgement.findings = {
      {"SLOWER", true, "cycles 265,000 → 275,865, layer a|b & \"c\"", {}, {}}};
  slow.judgement.suspects = {{"FIRMWARE_DIFFERS", "f", "a", "b", "the firmware is another build"}};
  run.cases[1].key = "digits/h7/plain";
  run.cases[1].judgement.state = core::CaseState::kPassed;
  run.cases[2].key = "digits/n6/plain";
  run.cases[2].judgement.state = core::CaseState::kFailed;
  run.cases[2].error = core::Failure{ErrorClass::kBoard, "BOARD_SILENT", "no answer"};
  run.cases[3].judgement.state = core::CaseState::kCancelled;
  return run;
}

TEST(Markdown, HasATableAndTheReasons) {
  const std::string text = Markdown(SomeRun());
  EXPECT_NE(text.find("# Suite nightly, run 12: REGRESSED"), std::string::npos);
  EXPECT_NE(text.find("| digits/f7/plain | **REGRESSED** | 275,865 cycles | +4.1 % | ±1.9 % |"),
            std::string::npos);
  EXPECT_NE(text.find("layer a\\|b"), std::string::npos);
  EXPECT_NE(text.find("FIRMWARE_DIFFERS"), std::string::npos);
  EXPECT_NE(text.find("BOARD_SILENT"), std::string::npos);
  EXPECT_EQ(text.find("<b>"), std::string::npos);
}

TEST(JUnit, CountsAndEscapes) {
  const std::string text = JUnit(SomeRun());
  EXPECT_NE(text.find("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"61.500\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("<failure type=\"SLOWER\""), std::string::npos);
  EXPECT_NE(text.find("&quot;c&quot;"), std::string::npos);
  EXPECT_NE(text.find("timestamp=\"2026-11-"), std::string::npos);
}

TEST(JUnit, ARunWithoutCasesIsAnError) {
  core::SuiteRun run = SomeRun();
  run.cases.clear();
  run.error = core::Failure{ErrorClass::kUser, "NO_MATCHING_BOARD", "none"};
  EXPECT_NE(JUnit(run).find("tests=\"1\" failures=\"0\" errors=\"1\""), std::string::npos);
}

TEST(Html, EscapesWhatCameFromOutside) {
  const std::string text = Html(SomeRun());
  EXPECT_NE(text.find("&lt;b&gt;pull"), std::string::npos);
  EXPECT_EQ(text.find("<b>"), std::string::npos);
  EXPECT_NE(text.find("class=\"REGRESSED\""), std::string::npos);
}

TEST(XmlText, HoldsNothingThatXmlCannot) {
  EXPECT_EQ(XmlText("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(XmlText(std::string("a\x01") + "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(XmlText("a\xFF"
                    "b")
                .find('\xFF'),
            std::string::npos);
}

}  // namespace
}  // namespace edgerack::report
