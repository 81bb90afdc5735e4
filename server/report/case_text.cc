#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/report/suite_report.h"

namespace edgerack::report {
namespace {

std::string Grouped(double value) {
  std::string digits = absl::StrFormat("%.0f", value);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

}  // namespace

std::string Title(const core::SuiteRun& run) {
  return absl::StrCat("Suite ", run.suite.value(), ", run ", run.number, ": ",
                      core::SuiteRunStateName(run.state));
}

CaseText TextOf(const core::SuiteCase& suite_case) {
  CaseText text;
  const auto& metric = suite_case.judgement.metric;
  if (!metric) return text;
  text.value = Grouped(metric->change.value) + " " + metric->metric;
  text.change = absl::StrFormat("%+.1f %%", metric->change.change_percent);
  text.band = absl::StrFormat("±%.1f %%", metric->change.band_percent);
  return text;
}

}  // namespace edgerack::report
