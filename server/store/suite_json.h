// The parts of suites' records that are stored as JSON text; see record_json.h.
#ifndef SERVER_STORE_SUITE_JSON_H_
#define SERVER_STORE_SUITE_JSON_H_

#include <string>

#include "base/error.h"
#include "server/core/suite.h"

namespace edgerack::store {

std::string EncodeSuiteSpec(const core::SuiteSpec& spec);
absl::StatusOr<core::SuiteSpec> DecodeSuiteSpec(const std::string& text);

// Without what are columns: ids, number, request id, state, times.
std::string EncodeSuiteRun(const core::SuiteRun& run);
absl::StatusOr<core::SuiteRun> DecodeSuiteRun(const std::string& text);

}  // namespace edgerack::store

#endif  // SERVER_STORE_SUITE_JSON_H_
