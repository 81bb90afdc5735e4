#include "agent/board/post_mortem.h"

#include <spdlog/spdlog.h>

#include <cstdio>

#include "agent/link/message_names.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kHelloMs = 5'000;
constexpr int64_t kResetMs = 15'000;
constexpr int64_t kBootMs = 6'000;

}  // namespace

bool NeedsPostMortem(const absl::Status& failure) {
  const std::string code = ErrorCodeOf(failure);
  // A board that restarted has lost its package and refuses what needs one.
  return code == "BOARD_SILENT" || code == "BOARD_REFUSED";
}

absl::Status FaultError(const er_fault_reply_t& fault, const std::string& context) {
  char place[96];
  std::snprintf(place, sizeof place, " at pc 0x%08x (lr 0x%08x, cfsr 0x%08x, bfar 0x%08x)",
                fault.pc, fault.lr, fault.cfsr, fault.bfar);
  std::string layer = fault.layer == ER_WIRE_NO_LAYER ? "outside of a run"
                                                      : "in layer " + std::to_string(fault.layer);
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBoard, "FIRMWARE_FAULT",
                   "the firmware stopped with a " + std::string(FaultKindName(fault.kind)) + " " +
                       layer + place + "; it happened: " + context +
                       "; addr2line -e firmware.elf names the line of the pc");
}

Task<absl::Status> PostMortem(BoardSession& session, absl::Status failure,
                              std::optional<uint32_t> boots_before) {
  auto identity = co_await session.Hello(session.clock().SteadyMs() + kHelloMs);
  if (absl::IsCancelled(identity.status())) co_return identity.status();
  if (ErrorCodeOf(identity.status()) == "CONSOLE_LOST") co_return identity.status();
  const bool was_silent = !identity.ok();
  std::string reset_note;
  if (was_silent && session.has_probe()) {
    spdlog::warn("board {}: silent in mid-run; resetting it to read its fault record",
                 session.spec().id.value());
    absl::Status reset = co_await session.ResetByProbe(session.clock().SteadyMs() + kResetMs);
    if (absl::IsCancelled(reset)) co_return reset;
    if (reset.ok()) {
      identity = co_await session.HelloAfterReset(session.clock().SteadyMs() + kBootMs);
    } else {
      reset_note = "; resetting it failed too: " + ErrorMessageOf(reset);
    }
  }
  const std::string what = ErrorMessageOf(failure);
  if (!identity.ok()) {
    co_return MakeError(
        absl::StatusCode::kUnavailable, ErrorClass::kBoard, "BOARD_HUNG",
        what + "; it stays silent" + reset_note + "; check its power, press its reset button");
  }
  if (identity->hello.fault_present) {
    CallLimits limits{.deadline_ms = session.clock().SteadyMs() + kHelloMs};
    auto fault = co_await session.link().Fault(true, limits);
    if (fault.ok() && fault->present) co_return FaultError(*fault, what);
  }
  const bool restarted = boots_before && identity->hello.boot_count != *boots_before;
  if (!was_silent && !restarted && absl::IsDeadlineExceeded(failure)) {
    co_return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kJob, "STAGE_TIMEOUT",
                        what +
                            "; the board is alive, so the work was longer than its time-out: "
                            "fewer samples or runs, or a longer time-out");
  }
  if (was_silent || (ErrorCodeOf(failure) == "BOARD_SILENT" && !restarted)) {
    co_return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kBoard, "BOARD_HUNG",
                        what +
                            "; it left no fault record: an endless loop, a clock that stopped, "
                            "or a time-out that is too short for this model");
  }
  if (restarted) {
    co_return MakeError(absl::StatusCode::kAborted, ErrorClass::kBoard, "BOARD_RESET",
                        what + "; the board started again in mid-run (reset cause " +
                            std::to_string(identity->hello.reset_cause) +
                            ", no fault record): unstable power, or someone pressed reset");
  }
  co_return failure;
}

}  // namespace edgerack::agent
