// A suite's run as a document for people and build servers. Pure functions; text that came from
// outside (labels, layers' names, messages) is escaped for each format.
#ifndef SERVER_REPORT_SUITE_REPORT_H_
#define SERVER_REPORT_SUITE_REPORT_H_

#include <string>

#include "server/core/suite.h"

namespace edgerack::report {

// "Suite nightly, run 12: REGRESSED".
std::string Title(const core::SuiteRun& run);

std::string Markdown(const core::SuiteRun& run);
// A page of its own, without scripts and outside files.
std::string Html(const core::SuiteRun& run);
// A test suite per suite, a test case per case: a regression is a failure, what was not measured an
// error, what was cancelled or goes on is skipped.
std::string JUnit(const core::SuiteRun& run);

// What the documents share: a case in words.
struct CaseText {
  std::string value;   // "265,012 cycles"; empty when nothing was measured
  std::string change;  // "+4.1 %"
  std::string band;    // "±1.9 %"
};
CaseText TextOf(const core::SuiteCase& suite_case);

}  // namespace edgerack::report

#endif  // SERVER_REPORT_SUITE_REPORT_H_
