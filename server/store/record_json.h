// The parts of records that are stored as JSON text. Decoding ignores keys it does not know and
// refuses text that is damaged: DATA_LOSS with code RECORD_DAMAGED.
#ifndef SERVER_STORE_RECORD_JSON_H_
#define SERVER_STORE_RECORD_JSON_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "server/core/job.h"
#include "server/core/result.h"

namespace edgerack::store {

std::string EncodeSpec(const core::JobSpec& spec);
absl::StatusOr<core::JobSpec> DecodeSpec(const std::string& text);

std::string EncodeFailure(const core::Failure& failure);
absl::StatusOr<core::Failure> DecodeFailure(const std::string& text);

std::string EncodePlan(const core::RunPlan& plan);
absl::StatusOr<core::RunPlan> DecodePlan(const std::string& text);

std::string EncodeCompiled(const core::CompiledModel& compiled);
absl::StatusOr<core::CompiledModel> DecodeCompiled(const std::string& text);

std::string EncodePrepared(const core::PreparedSamples& prepared);
absl::StatusOr<core::PreparedSamples> DecodePrepared(const std::string& text);

std::string EncodeTexts(const std::vector<std::string>& texts);
absl::StatusOr<std::vector<std::string>> DecodeTexts(const std::string& text);

// The result in the shape its JSON has outside, without ids and times that are columns.
std::string EncodeResultBody(const core::Result& result);
absl::StatusOr<core::Result> DecodeResultBody(const std::string& text);

}  // namespace edgerack::store

#endif  // SERVER_STORE_RECORD_JSON_H_
