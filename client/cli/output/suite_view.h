// Suites, their runs and comparisons for a terminal.
#ifndef CLIENT_CLI_OUTPUT_SUITE_VIEW_H_
#define CLIENT_CLI_OUTPUT_SUITE_VIEW_H_

#include <string>

#include "edgerack/v1/comparisons.pb.h"
#include "edgerack/v1/suites.pb.h"

namespace edgerack::cli {

// A table of the cases, then what was found, suspects with it.
std::string RenderSuiteRun(const v1::SuiteRun& run);
std::string RenderSuite(const v1::Suite& suite);
// Refusals, or what changed: metrics, differences and layers that moved, all of them with `every`.
std::string RenderComparison(const v1::Comparison& comparison, bool every_layer);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_SUITE_VIEW_H_
