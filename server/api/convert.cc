#include "server/api/convert.h"

#include "server/api/names.h"

namespace edgerack::api {
namespace {

v1::ErrorClass ClassToProto(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kUser:
      return v1::USER;
    case ErrorClass::kJob:
      return v1::JOB;
    case ErrorClass::kInfrastructure:
      return v1::INFRASTRUCTURE;
    case ErrorClass::kBoard:
      return v1::BOARD;
    case ErrorClass::kBug:
      return v1::BUG;
  }
  return v1::BUG;
}

ErrorClass ClassFromProto(v1::ErrorClass error_class) {
  switch (error_class) {
    case v1::USER:
      return ErrorClass::kUser;
    case v1::JOB:
      return ErrorClass::kJob;
    case v1::INFRASTRUCTURE:
      return ErrorClass::kInfrastructure;
    case v1::BOARD:
      return ErrorClass::kBoard;
    default:
      return ErrorClass::kBug;
  }
}

template <typename Record, typename Proto>
void UploadToProto(const Record& record, const std::string& collection, Proto* to) {
  to->set_name(collection + "/" + record.id.value());
  to->set_id(record.id.value());
  to->set_display_name(Utf8(record.display_name));
  to->set_size_bytes(record.size_bytes);
  SetTime(record.create_time_ms, to->mutable_create_time());
}

void RunToProto(const core::Run& run, v1::Run* to) {
  to->set_id(run.id.value());
  to->set_board(run.board.value());
  v1::Run::State state{};
  v1::Run::State_Parse(core::RunStateName(run.state), &state);
  to->set_state(state);
  to->set_attempt(run.attempt);
  to->set_stage(Utf8(run.stage));
  if (run.progress) to->set_progress(*run.progress);
  if (run.error) ToProto(*run.error, to->mutable_error());
  if (!run.result.empty()) to->set_result("results/" + run.result.value());
}

void SpecToProto(const core::JobSpec& spec, v1::JobSpec* to) {
  if (!spec.model.empty()) to->set_model("models/" + spec.model.value());
  if (!spec.dataset.empty()) to->set_dataset("datasets/" + spec.dataset.value());
  if (!spec.calibration.empty()) to->set_calibration("datasets/" + spec.calibration.value());
  to->set_board_selector(spec.board_selector);
  to->set_all_boards(spec.all_boards);
  to->set_quantize(spec.quantize);
  for (const auto& [key, value] : spec.options) (*to->mutable_options())[key] = value;
  if (!spec.firmware.empty()) to->set_firmware("firmwares/" + spec.firmware.value());
  if (spec.protocol != core::Protocol::kLink || !spec.firmware.empty()) {
    to->set_protocol(core::ProtocolName(spec.protocol));
  }
}

}  // namespace

void SetTime(int64_t wall_ms, google::protobuf::Timestamp* to) {
  to->set_seconds(wall_ms / 1000);
  to->set_nanos(static_cast<int32_t>(wall_ms % 1000) * 1'000'000);
}

int64_t WallMs(const google::protobuf::Timestamp& time) {
  // Outside of the years 1 to 9999 a Timestamp is not valid.
  if (time.seconds() < 0 || time.seconds() > 253'402'300'799) return 0;
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

void ToProto(const core::Model& model, v1::Model* to) { UploadToProto(model, "models", to); }

void ToProto(const core::Dataset& dataset, v1::Dataset* to) {
  UploadToProto(dataset, "datasets", to);
}

void ToProto(const core::Firmware& firmware, v1::Firmware* to) {
  UploadToProto(firmware, "firmwares", to);
}

void ToProto(const core::Board& board, v1::Board* to) {
  to->set_name("boards/" + board.id.value());
  to->set_id(board.id.value());
  to->set_kind(board.kind);
  to->set_chip(board.chip);
  to->set_family(board.family);
  to->set_uid(board.uid);
  to->set_virtual_(board.is_virtual);
  v1::Board::State state{};
  v1::Board::State_Parse(core::BoardStateName(board.state), &state);
  to->set_state(state);
  v1::Board::Health health{};
  v1::Board::Health_Parse(core::BoardHealthName(board.health), &health);
  to->set_health(health);
  to->set_reason(Utf8(board.reason));
  to->set_agent(board.agent.value());
  for (const std::string& tag : board.tags) to->add_tags(tag);
  to->set_firmware_build_id(board.firmware_build_id);
  to->set_run(board.run.value());
  SetTime(board.last_seen_time_ms, to->mutable_last_seen_time());
}

void ToProto(const core::Failure& failure, v1::Error* to) {
  to->set_error_class(ClassToProto(failure.error_class));
  to->set_code(Utf8(failure.code));
  to->set_message(Utf8(failure.message));
}

core::Failure FromProto(const v1::Error& error) {
  return {ClassFromProto(error.error_class()), error.code(), error.message()};
}

void ToProto(const core::Job& job, v1::Job* to) {
  to->set_name("jobs/" + job.id.value());
  to->set_id(job.id.value());
  SpecToProto(job.spec, to->mutable_spec());
  v1::Job::State state{};
  v1::Job::State_Parse(core::JobStateName(job.state), &state);
  to->set_state(state);
  if (job.error) ToProto(*job.error, to->mutable_error());
  for (const core::Run& run : job.runs) RunToProto(run, to->add_runs());
  SetTime(job.create_time_ms, to->mutable_create_time());
  SetTime(job.update_time_ms, to->mutable_update_time());
  if (job.end_time_ms != 0) SetTime(job.end_time_ms, to->mutable_end_time());
  to->set_model_display_name(Utf8(job.model_display_name));
}

absl::StatusOr<core::JobSpec> FromProto(const v1::JobSpec& from) {
  core::JobSpec spec;
  ER_ASSIGN_OR_RETURN(std::string firmware, OptionalIdIn(from.firmware(), "firmwares"));
  // Only an image of one's own may bring its model.
  ER_ASSIGN_OR_RETURN(std::string model, firmware.empty() ? IdIn(from.model(), "models")
                                                          : OptionalIdIn(from.model(), "models"));
  ER_ASSIGN_OR_RETURN(std::string dataset, OptionalIdIn(from.dataset(), "datasets"));
  ER_ASSIGN_OR_RETURN(std::string calibration, OptionalIdIn(from.calibration(), "datasets"));
  spec.model = core::ModelId(std::move(model));
  spec.dataset = core::DatasetId(std::move(dataset));
  spec.calibration = core::DatasetId(std::move(calibration));
  spec.board_selector = from.board_selector();
  spec.all_boards = from.all_boards();
  spec.quantize = from.quantize();
  spec.options = {from.options().begin(), from.options().end()};
  spec.firmware = core::FirmwareId(std::move(firmware));
  const auto protocol = core::ParseProtocol(from.protocol());
  if (!protocol) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_PROTOCOL",
                     "protocol \"" + Utf8(from.protocol().substr(0, 40)) +
                         "\" is not known; there are edgerack-link, mlperf-tiny and log-regex");
  }
  spec.protocol = *protocol;
  return spec;
}

}  // namespace edgerack::api
