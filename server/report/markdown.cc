#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/report/suite_report.h"

namespace edgerack::report {
namespace {

// What would end a cell, begin markup or a tag.
std::string Plain(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                    {"|", "\\|"},
                                    {"<", "&lt;"},
                                    {"`", "\\`"},
                                    {"*", "\\*"},
                                    {"[", "\\["},
                                    {"\r", " "},
                                    {"\n", " "}});
}

void AddCase(const core::SuiteCase& suite_case, std::string& to) {
  const CaseText text = TextOf(suite_case);
  const core::CaseState state = suite_case.judgement.state;
  const bool loud = state == core::CaseState::kRegressed || state == core::CaseState::kFailed;
  const std::string name = core::CaseStateName(state);
  absl::StrAppend(&to, "| ", Plain(suite_case.key), " | ", loud ? "**" + name + "**" : name, " | ",
                  text.value, " | ", text.change, " | ", text.band, " |\n");
}

void AddDetails(const core::SuiteCase& suite_case, std::string& to) {
  const core::CaseJudgement& judgement = suite_case.judgement;
  if (judgement.findings.empty() && judgement.notes.empty() && !suite_case.error) return;
  absl::StrAppend(&to, "\n### ", Plain(suite_case.key), "\n");
  if (suite_case.error) {
    absl::StrAppend(&to, "- **", suite_case.error->code, "**: ", Plain(suite_case.error->message),
                    "\n");
  }
  for (const core::SuiteFinding& finding : judgement.findings) {
    const char* mark = finding.is_regression ? "**" : "";
    absl::StrAppend(&to, "- ", mark, finding.code, mark, ": ", Plain(finding.message), "\n");
  }
  for (const std::string& note : judgement.notes) absl::StrAppend(&to, "- ", Plain(note), "\n");
  if (judgement.suspects.empty()) return;
  absl::StrAppend(&to, "- not as it was when the baseline was measured:\n");
  for (const core::Difference& suspect : judgement.suspects) {
    absl::StrAppend(&to, "  - ", suspect.code, ": ", Plain(suspect.message), "\n");
  }
}

}  // namespace

std::string Markdown(const core::SuiteRun& run) {
  std::string text = absl::StrCat("# ", Title(run), "\n\n", Plain(core::SummaryOf(run)),
                                  "\n\nStarted by ", Plain(run.trigger), ".\n");
  if (run.cases.empty()) return text;
  absl::StrAppend(&text, "\n| case | state | measured | change | noise or floor |\n",
                  "|---|---|---:|---:|---:|\n");
  for (const core::SuiteCase& suite_case : run.cases) AddCase(suite_case, text);
  for (const core::SuiteCase& suite_case : run.cases) AddDetails(suite_case, text);
  return text;
}

}  // namespace edgerack::report
