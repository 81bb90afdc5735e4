#include "agent/board/run_execution.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/board/checks.h"
#include "agent/board/conditions.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kProgressEveryMs = 500;
constexpr int64_t kDamageMs = 5'000;

}  // namespace

RunExecution::RunExecution(BoardSession& session, const Assignment& assignment,
                           ArtifactSource& artifacts, RunState& state,
                           std::function<void()> changed)
    : session_(session),
      assignment_(assignment),
      artifacts_(artifacts),
      state_(state),
      changed_(std::move(changed)),
      variant_(FirmwareVariant(session.spec().chip, assignment)),
      link_before_(session.link().statistics()) {}

void RunExecution::Begin(const char* stage, int64_t timeout_ms) {
  stage_started_ms_ = session_.clock().SteadyMs();
  deadline_ms_ = stage_started_ms_ + timeout_ms;
  skipped_ = false;
  state_.stage = stage;
  state_.progress.reset();
  state_.stages.push_back({.name = stage, .start_wall_ms = session_.clock().WallMs()});
  changed_();
}

void RunExecution::End() {
  StageTime& stage = state_.stages.back();
  stage.duration_ms = session_.clock().SteadyMs() - stage_started_ms_;
  stage.skipped = skipped_;
  spdlog::debug("board {}: stage {} took {} ms{}", session_.spec().id.value(), stage.name,
                stage.duration_ms, skipped_ ? " (nothing to do)" : "");
}

void RunExecution::SetProgress(double progress) {
  state_.progress = progress;
  const int64_t now_ms = session_.clock().SteadyMs();
  if (now_ms - progress_told_ms_ < kProgressEveryMs) return;
  progress_told_ms_ = now_ms;
  changed_();
}

std::vector<RunExecution::Stage> RunExecution::Stages() const {
  const StageTimeouts& timeouts = assignment_.timeouts;
  if (!speaks_link()) {
    return {{"acquire", timeouts.acquire_ms, &RunExecution::Acquire},
            {"flash", timeouts.flash_ms, &RunExecution::FlashImage},
            {"handshake", timeouts.handshake_ms, &RunExecution::MeetImage},
            {"run", timeouts.run_ms, &RunExecution::MeasureImage}};
  }
  return {
      {"acquire", timeouts.acquire_ms, &RunExecution::Acquire},
      {"flash", timeouts.flash_ms, is_foreign() ? &RunExecution::FlashImage : &RunExecution::Flash},
      {"handshake", timeouts.handshake_ms, &RunExecution::Handshake},
      {"load", timeouts.load_ms, &RunExecution::Load},
      {"run", timeouts.run_ms, &RunExecution::Measure},
      {"validate", timeouts.validate_ms, &RunExecution::Validate}};
}

Task<absl::Status> RunExecution::Execute() {
  ER_CO_RETURN_IF_ERROR(CheckAssignment(assignment_));
  for (const Stage& stage : Stages()) {
    Begin(stage.name, stage.timeout_ms);
    absl::Status status = co_await (this->*stage.run)();
    End();
    if (!status.ok()) co_return Annotate(status, std::string("stage ") + stage.name);
    if (stage.run == &RunExecution::Handshake) co_await AskForDamage(board_damage_before_);
  }
  if (speaks_link()) co_await AskForDamage(board_damage_after_);
  measurement_->link = link_use();
  co_return absl::OkStatus();
}

// For the record only: the run does not fail for want of it.
Task<void> RunExecution::AskForDamage(int64_t& damaged_requests) {
  LinkClient& link = session_.link();
  absl::Status status =
      co_await link.UpdateDamagedRequests({.deadline_ms = session_.clock().SteadyMs() + kDamageMs});
  if (status.ok()) damaged_requests = link.statistics().damaged_requests;
}

LinkStatistics RunExecution::link_use() const {
  LinkStatistics use = session_.link().statistics();
  use.requests -= link_before_.requests;
  use.repeated_requests -= link_before_.repeated_requests;
  use.damaged_replies -= link_before_.damaged_replies;
  use.damaged_requests = std::max<int64_t>(0, board_damage_after_ - board_damage_before_);
  return use;
}

Task<absl::StatusOr<std::shared_ptr<const Artifact>>> RunExecution::Fetch(std::string sha256) {
  using Result = absl::StatusOr<std::shared_ptr<const Artifact>>;
  auto result = std::make_shared<std::optional<Result>>();
  // The gate is owned here alone: an answer that comes after this wait finds it gone.
  auto gate = std::make_shared<Gate>(session_.executor(), session_.timers(), session_.interrupt());
  artifacts_.Fetch(sha256, [executor = session_.executor(), result,
                            weak = std::weak_ptr<Gate>(gate)](Result fetched) {
    asio::post(executor, [result, weak, fetched = std::move(fetched)] {
      *result = fetched;
      if (auto waiting = weak.lock()) waiting->Notify();
    });
  });
  Wake wake = co_await gate->WaitUntil(deadline_ms_);
  if (wake == Wake::kInterrupted) co_return InterruptedError();
  if (!result->has_value()) {
    co_return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kInfrastructure,
                        "ARTIFACT_TIMEOUT",
                        "the server did not deliver artifact " + sha256 +
                            " in time; the network may be slow or the server busy");
  }
  co_return **result;
}

Task<absl::Status> RunExecution::Acquire() {
  if (!assignment_.package_sha256.empty()) {
    ER_CO_ASSIGN_OR_RETURN(package_, co_await Fetch(assignment_.package_sha256));
    ER_CO_RETURN_IF_ERROR(CheckPackage(assignment_, package_->bytes));
  }
  if (assignment_.samples > 0 && !assignment_.inputs_sha256.empty()) {
    ER_CO_ASSIGN_OR_RETURN(inputs_, co_await Fetch(assignment_.inputs_sha256));
    ER_CO_RETURN_IF_ERROR(CheckInputs(assignment_, inputs_->bytes));
    if (assignment_.trace_samples > 0) {
      ER_CO_ASSIGN_OR_RETURN(trace_, co_await Fetch(assignment_.trace_sha256));
    }
  }
  if (is_foreign()) {
    ER_CO_RETURN_IF_ERROR(co_await AcquireImage());
  } else if (session_.has_probe()) {
    ER_CO_ASSIGN_OR_RETURN(image_build_id_, session_.spec().ImageBuildId(variant_));
  }
  ER_CO_RETURN_IF_ERROR(co_await session_.OpenConsole(false, deadline_ms_));
  auto identity = co_await session_.Hello(deadline_ms_);
  if (!identity.ok() && ErrorCodeOf(identity.status()) == "CONSOLE_LOST") {
    ER_CO_RETURN_IF_ERROR(co_await session_.OpenConsole(true, deadline_ms_));
    identity = co_await session_.Hello(deadline_ms_);
  }
  if (identity.ok()) {
    ER_CO_RETURN_IF_ERROR(CheckIdentity(session_.spec(), *identity));
    identity_ = *identity;
    co_return absl::OkStatus();
  }
  // A board without our firmware is silent; the flash stage cures that where there is a probe.
  bool curable = session_.has_probe() && ErrorCodeOf(identity.status()) == "BOARD_SILENT";
  co_return curable ? absl::OkStatus() : identity.status();
}

Task<absl::Status> RunExecution::Flash() {
  const bool right_build =
      !session_.has_probe() || (identity_ && identity_->build_id == image_build_id_);
  if (right_build) {
    Skip();
    co_return absl::OkStatus();
  }
  FlashRequest request;
  request.firmware_elf = session_.spec().FirmwareElf(variant_);
  request.uid = identity_ ? identity_->uid : session_.spec().expected_uid;
  // Where another build has its store, only itself can say.
  if (session_.package_by_probe() && variant_.empty()) {
    // One call of the debug port for both. What the store holds cannot be asked of a board that
    // does not run this firmware.
    request.package_file = package_->path;
    request.package_address = session_.spec().chip.layout.package_address;
    package_written_ = true;
  }
  spdlog::info("board {}: flashing firmware {} (the board has {})", session_.spec().id.value(),
               image_build_id_, identity_ ? identity_->build_id : "none that answers");
  identity_.reset();
  co_return co_await session_.Flash(std::move(request), deadline_ms_);
}

Task<absl::Status> RunExecution::Handshake() {
  ER_CO_ASSIGN_OR_RETURN(identity_, co_await session_.HelloAfterReset(deadline_ms_));
  ER_CO_RETURN_IF_ERROR(CheckIdentity(session_.spec(), *identity_));
  if (!is_foreign() && session_.has_probe() && identity_->build_id != image_build_id_) {
    co_return MakeError(
        absl::StatusCode::kFailedPrecondition, ErrorClass::kInfrastructure, "WRONG_FIRMWARE",
        "firmware " + image_build_id_ + " was written and verified, but the console answers as " +
            identity_->build_id + "; `probe` and `console` of this board may belong to two boards");
  }
  if (identity_->hello.protocol != ER_WIRE_PROTOCOL) {
    co_return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kBug,
                        "WRONG_LINK_PROTOCOL",
                        "the firmware speaks version " + std::to_string(identity_->hello.protocol) +
                            " of the link, this agent version " + std::to_string(ER_WIRE_PROTOCOL) +
                            "; install agent and firmware of one release");
  }
  if (package_ != nullptr && package_->bytes.size() > identity_->hello.package_capacity_bytes) {
    co_return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kJob, "PACKAGE_TOO_LARGE",
                        "the package has " + std::to_string(package_->bytes.size()) +
                            " bytes and the board's store holds " +
                            std::to_string(identity_->hello.package_capacity_bytes) +
                            "; quantize the model or choose a board with more flash");
  }
  measurement_->uid = identity_->uid;
  measurement_->firmware_build_id = identity_->build_id;
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::WritePackage() {
  spdlog::info("board {}: writing package {} ({} bytes) {}", session_.spec().id.value(),
               assignment_.package_sha256.substr(0, 12), package_->bytes.size(),
               session_.package_by_probe() ? "with the debug probe" : "over the link");
  if (!session_.package_by_probe()) {
    co_return co_await session_.link().WritePackage(package_->bytes, Limits());
  }
  FlashRequest request;
  // Memory that holds the firmware may not keep it over the reset that precedes the writing.
  if (!session_.spec().chip.FirmwareInFlash()) {
    request.firmware_elf = FirmwareFile();
  }
  request.package_file = package_->path;
  request.package_address = identity_->hello.package_address;
  request.uid = identity_->uid;  // `probe` and `console` may belong to two boards
  ER_CO_RETURN_IF_ERROR(co_await session_.Flash(std::move(request), deadline_ms_));
  ER_CO_ASSIGN_OR_RETURN(identity_, co_await session_.HelloAfterReset(deadline_ms_));
  board_damage_before_ = 0;  // it counts since its boot
  co_return co_await Configure();
}

// Always whole: what an earlier run asked for must not outlive it.
Task<absl::Status> RunExecution::Configure() {
  ER_CO_ASSIGN_OR_RETURN(const er_configure_request_t request,
                         MakeConfigureRequest(session_.spec().chip, assignment_));
  auto reply = co_await session_.link().Configure(request, Limits());
  const bool usual = assignment_.conditions == OperatingConditions{};
  if (usual && absl::IsUnimplemented(reply.status())) co_return absl::OkStatus();  // older firmware
  if (!reply.ok()) co_return ExplainRefusedConditions(reply.status(), assignment_);
  measurement_->places = {reply->arena_address, reply->weights_address, reply->stack_address,
                          reply->kernels_address};
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::Load() {
  ER_CO_RETURN_IF_ERROR(co_await Configure());
  if (package_ == nullptr) co_return co_await LoadStoredPackage();
  ER_CO_ASSIGN_OR_RETURN(er_package_info_reply_t info,
                         co_await session_.link().PackageInfo(Limits()));
  const bool same = info.present && info.crc32 == assignment_.package_crc32 &&
                    info.total_bytes == static_cast<uint64_t>(assignment_.package_bytes);
  if (same && info.loaded) {
    Skip();
    co_return absl::OkStatus();
  }
  if (!same) ER_CO_RETURN_IF_ERROR(co_await WritePackage());
  auto loaded = co_await session_.link().PackageLoad(Limits());
  if (absl::IsDataLoss(loaded.status())) {
    // The header is right and the rest is not: an earlier writing was cut short, or this one was.
    spdlog::warn("board {}: {}; writing the package again", session_.spec().id.value(),
                 ErrorMessageOf(loaded.status()));
    ER_CO_RETURN_IF_ERROR(co_await WritePackage());
    loaded = co_await session_.link().PackageLoad(Limits());
  }
  if (!loaded.ok()) co_return ExplainRefusedPackage(loaded.status());
  if (loaded->crc32 != assignment_.package_crc32) {
    co_return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure,
                        "PACKAGE_NOT_TAKEN",
                        "the package was written, but the board loaded another one; `probe` and "
                        "`console` of this board may belong to two boards");
  }
  co_return absl::OkStatus();
}

}  // namespace edgerack::agent
