// Domain records as messages of the public API, and the specs that come in.
#ifndef SERVER_API_CONVERT_H_
#define SERVER_API_CONVERT_H_

#include "base/error.h"
#include "base/utf8.h"
#include "edgerack/v1/artifacts.pb.h"
#include "edgerack/v1/boards.pb.h"
#include "edgerack/v1/diagnoses.pb.h"
#include "edgerack/v1/explanations.pb.h"
#include "edgerack/v1/jobs.pb.h"
#include "edgerack/v1/results.pb.h"
#include "edgerack/v1/tensors.pb.h"
#include "server/core/artifacts.h"
#include "server/core/board.h"
#include "server/core/diagnosis.h"
#include "server/core/explanation.h"
#include "server/core/failure.h"
#include "server/core/job.h"
#include "server/core/model_view.h"
#include "server/core/result.h"

namespace edgerack::api {

void ToProto(const core::Model& model, v1::Model* to);
void ToProto(const core::Dataset& dataset, v1::Dataset* to);
void ToProto(const core::Firmware& firmware, v1::Firmware* to);
void ToProto(const core::Board& board, v1::Board* to);
void ToProto(const core::Failure& failure, v1::Error* to);
void ToProto(const core::Job& job, v1::Job* to);
void ToProto(const core::Result& result, v1::Result* to);
void ToProto(const core::TensorInfo& tensor, v1::TensorDescription* to);
// Without the names, which only the caller knows.
void ToProto(const core::ModelView& view, v1::ModelView* to);
void ToProto(const core::Diagnosis& diagnosis, v1::Diagnosis* to);
void ToProto(const core::Explanation& explanation, v1::Explanation* to);

// What `edgerack-compile validate` wrote. INTERNAL (BAD_VALIDATION), class BUG, for other text.
absl::Status ReadValidation(const std::string& body, v1::ResultValidation* to);

core::Failure FromProto(const v1::Error& error);
// INVALID_ARGUMENT (BAD_NAME) when model or dataset is not named as a resource.
absl::StatusOr<core::JobSpec> FromProto(const v1::JobSpec& spec);

void SetTime(int64_t wall_ms, google::protobuf::Timestamp* to);
int64_t WallMs(const google::protobuf::Timestamp& time);

}  // namespace edgerack::api

#endif  // SERVER_API_CONVERT_H_
