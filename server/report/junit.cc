#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "server/report/suite_report.h"
#include "server/report/xml_text.h"

namespace edgerack::report {
namespace {

std::string FindingsText(const core::SuiteCase& suite_case) {
  std::string text;
  for (const core::SuiteFinding& finding : suite_case.judgement.findings) {
    absl::StrAppend(&text, finding.code, ": ", finding.message, "\n");
  }
  for (const core::Difference& suspect : suite_case.judgement.suspects) {
    absl::StrAppend(&text, "suspect ", suspect.code, ": ", suspect.message, "\n");
  }
  for (const std::string& note : suite_case.judgement.notes) absl::StrAppend(&text, note, "\n");
  return text;
}

std::string Outcome(const core::SuiteCase& suite_case) {
  const core::CaseJudgement& judgement = suite_case.judgement;
  const auto element = [](const char* name, const std::string& type, const std::string& message,
                          const std::string& body) {
    return absl::StrCat("      <", name, " type=\"", XmlText(type), "\" message=\"",
                        XmlText(message), "\">", XmlText(body), "</", name, ">\n");
  };
  switch (judgement.state) {
    case core::CaseState::kRegressed:
      for (const core::SuiteFinding& finding : judgement.findings) {
        if (!finding.is_regression) continue;
        return element("failure", finding.code, finding.message, FindingsText(suite_case));
      }
      return element("failure", "REGRESSED", "a regression", FindingsText(suite_case));
    case core::CaseState::kFailed:
      if (suite_case.error) {
        return element("error", suite_case.error->code, suite_case.error->message, "");
      }
      return element("error", "NOT_MEASURED", "not measured", FindingsText(suite_case));
    case core::CaseState::kMeasuring:
    case core::CaseState::kConfirming:
    case core::CaseState::kCancelled:
      return absl::StrCat("      <skipped message=\"", core::CaseStateName(judgement.state),
                          "\"/>\n");
    default:
      break;
  }
  const std::string text = FindingsText(suite_case);
  if (text.empty()) return "";
  return absl::StrCat("      <system-out>", XmlText(text), "</system-out>\n");
}

}  // namespace

std::string JUnit(const core::SuiteRun& run) {
  const core::RunCounts counts = core::CountsOf(run);
  int skipped = 0;
  for (const core::SuiteCase& suite_case : run.cases) {
    const core::CaseState state = suite_case.judgement.state;
    skipped += !core::HasEnded(state) || state == core::CaseState::kCancelled;
  }
  const bool no_cases = run.error.has_value();
  const double seconds =
      run.end_time_ms > 0 ? static_cast<double>(run.end_time_ms - run.create_time_ms) / 1000 : 0;
  std::string text = absl::StrFormat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" "
      "time=\"%.3f\" timestamp=\"%s\">\n",
      XmlText(run.suite.value()), run.cases.size() + (no_cases ? 1 : 0), counts.regressions,
      counts.failures + (no_cases ? 1 : 0), skipped, seconds,
      absl::FormatTime("%Y-%m-%dT%H:%M:%S", absl::FromUnixMillis(run.create_time_ms),
                       absl::UTCTimeZone()));
  if (no_cases) {
    absl::StrAppend(&text, "    <testcase classname=\"", XmlText(run.suite.value()),
                    "\" name=\"cases\">\n      <error type=\"", XmlText(run.error->code),
                    "\" message=\"", XmlText(run.error->message), "\"/>\n    </testcase>\n");
  }
  for (const core::SuiteCase& suite_case : run.cases) {
    absl::StrAppend(&text, "    <testcase classname=\"", XmlText(run.suite.value()), ".",
                    XmlText(suite_case.board.value()), "\" name=\"",
                    XmlText(suite_case.model_label + "/" + suite_case.variant_label), "\">\n",
                    Outcome(suite_case), "    </testcase>\n");
  }
  absl::StrAppend(&text, "  </testsuite>\n</testsuites>\n");
  return text;
}

}  // namespace edgerack::report
