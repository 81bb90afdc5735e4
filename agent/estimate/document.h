// An estimate as programs read it.
#ifndef AGENT_ESTIMATE_DOCUMENT_H_
#define AGENT_ESTIMATE_DOCUMENT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "agent/estimate/estimate.h"

namespace edgerack::estimate {

// A result's keys (proto/json/message_json.h), without ids and times of day, so that the same model
// gives the same text; and `estimated` beside the layers' cycles, `expected_error`, `findings` of
// the compiler's `report`.
nlohmann::ordered_json Document(const Estimate& estimate, const std::string& report);

// The compiler's report, each layer with `predicted_cycles` (or `predicted_instructions` where no
// cycles are estimated), and `prediction` of the whole.
std::string ReportWithPrediction(const std::string& report, const Estimate& estimate);

// {"error": {class, code, message}}.
nlohmann::ordered_json ErrorDocument(const absl::Status& status);

// Indented, one newline at the end; names that are not UTF-8 are mended.
std::string Text(const nlohmann::ordered_json& document);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_DOCUMENT_H_
