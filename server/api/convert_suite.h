// Suites and comparisons as messages of the public API, and the suites that come in.
#ifndef SERVER_API_CONVERT_SUITE_H_
#define SERVER_API_CONVERT_SUITE_H_

#include "base/error.h"
#include "edgerack/v1/comparisons.pb.h"
#include "edgerack/v1/suites.pb.h"
#include "server/core/comparison.h"
#include "server/core/suite.h"

namespace edgerack::api {

void ToProto(const core::Difference& difference, v1::Difference* to);
void ToProto(const core::MetricChange& metric, v1::MetricChange* to);
void ToProto(const core::LayerChange& layer, v1::LayerChange* to);
void ToProto(const core::ResultComparison& comparison, v1::Comparison* to);

// Without the latest run, which only the caller knows; with the time it is due.
void ToProto(const core::Suite& suite, v1::Suite* to);
enum class Cases { kWith, kWithout };
void ToProto(const core::SuiteRun& run, Cases cases, v1::SuiteRun* to);
void ToProto(const core::SuiteCase& suite_case, v1::SuiteCase* to);
void ToProto(const core::SuiteBaseline& baseline, v1::SuiteBaseline* to);

// What a caller may set. INVALID_ARGUMENT (BAD_NAME) when models or datasets are not named as
// resources; the rest is checked by whoever takes it.
absl::StatusOr<core::SuiteSpec> FromProto(const v1::Suite& suite);

std::string SuiteRunName(const core::SuiteId& suite, const core::SuiteRunId& run);

}  // namespace edgerack::api

#endif  // SERVER_API_CONVERT_SUITE_H_
