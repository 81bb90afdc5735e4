#include "absl/strings/str_cat.h"
#include "server/report/suite_report.h"
#include "server/report/xml_text.h"

namespace edgerack::report {
namespace {

constexpr char kStyle[] =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;"
    "color:#1c1e21;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.35em .8em;border-bottom:1px solid #ddd}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".REGRESSED,.FAILED{color:#b00020;font-weight:600}.PASSED{color:#0a6b2d}"
    ".IMPROVED{color:#0a4d8c}";

std::string Cell(const std::string& text) { return "<td class=\"n\">" + XmlText(text) + "</td>"; }

void AddCase(const core::SuiteCase& suite_case, std::string& to) {
  const CaseText text = TextOf(suite_case);
  const std::string state = core::CaseStateName(suite_case.judgement.state);
  absl::StrAppend(&to, "<tr><td>", XmlText(suite_case.key), "</td><td class=\"", state, "\">",
                  state, "</td>", Cell(text.value), Cell(text.change), Cell(text.band), "</tr>\n");
}

void AddDetails(const core::SuiteCase& suite_case, std::string& to) {
  const core::CaseJudgement& judgement = suite_case.judgement;
  if (judgement.findings.empty() && judgement.notes.empty() && !suite_case.error) return;
  absl::StrAppend(&to, "<h2>", XmlText(suite_case.key), "</h2>\n<ul>\n");
  if (suite_case.error) {
    absl::StrAppend(&to, "<li class=\"FAILED\">", XmlText(suite_case.error->code), ": ",
                    XmlText(suite_case.error->message), "</li>\n");
  }
  for (const core::SuiteFinding& finding : judgement.findings) {
    absl::StrAppend(&to, "<li", finding.is_regression ? " class=\"REGRESSED\"" : "", ">",
                    finding.code, ": ", XmlText(finding.message), "</li>\n");
  }
  for (const std::string& note : judgement.notes) {
    absl::StrAppend(&to, "<li>", XmlText(note), "</li>\n");
  }
  for (const core::Difference& suspect : judgement.suspects) {
    absl::StrAppend(&to, "<li>suspect ", suspect.code, ": ", XmlText(suspect.message), "</li>\n");
  }
  absl::StrAppend(&to, "</ul>\n");
}

}  // namespace

std::string Html(const core::SuiteRun& run) {
  const std::string title = XmlText(Title(run));
  std::string text = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", title,
      "</title><meta name=\"viewport\" content=\"width=device-width\"><style>", kStyle,
      "</style></head>\n<body>\n<h1 class=\"", core::SuiteRunStateName(run.state), "\">", title,
      "</h1>\n<p>", XmlText(core::SummaryOf(run)), "</p>\n<p>Started by ", XmlText(run.trigger),
      ".</p>\n");
  if (!run.cases.empty()) {
    absl::StrAppend(&text, "<table>\n<tr><th>case</th><th>state</th><th>measured</th>",
                    "<th>change</th><th>noise or floor</th></tr>\n");
    for (const core::SuiteCase& suite_case : run.cases) AddCase(suite_case, text);
    absl::StrAppend(&text, "</table>\n");
  }
  for (const core::SuiteCase& suite_case : run.cases) AddDetails(suite_case, text);
  absl::StrAppend(&text, "</body></html>\n");
  return text;
}

}  // namespace edgerack::report
