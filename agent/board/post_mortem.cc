#include "agent/board/post_mortem.h"

#include <spdlog/spdlog.h>

#include <cstdio>

#include "agent/board/layer_name.h"
#include "agent/link/message_names.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kHelloMs = 5'000;
constexpr int64_t kResetMs = 15'000;
constexpr int64_t kBootMs = 6'000;

// Bits of CFSR: the address registers hold something.
constexpr uint32_t kMmfarValid = 1u << 7;
constexpr uint32_t kBfarValid = 1u << 15;

absl::Status BoardError(absl::StatusCode code, const char* name, const std::string& message) {
  return MakeError(code, ErrorClass::kBoard, name, message);
}

std::string Register(const char* name, uint32_t value) {
  char text[32];
  std::snprintf(text, sizeof text, ", %s 0x%08x", name, value);
  return text;
}

std::string WhileRunning(uint32_t layer, const std::string& package) {
  return layer == ER_WIRE_NO_LAYER ? "while no layer was running"
                                   : "while " + DescribeLayer(package, layer) + " was running";
}

// What the board was found to be after the failure.
struct Findings {
  Identity identity;
  bool was_silent = false;  // and was reset by the probe
  bool restarted = false;
  std::optional<er_fault_reply_t> fault;
};

absl::Status ExplainRecord(const Findings& found, const std::string& what,
                           const std::string& package) {
  const er_fault_reply_t& fault = *found.fault;
  const std::string cause = ResetCauseName(found.identity.hello.reset_cause);
  const std::string where = WhileRunning(fault.layer, package);
  switch (fault.kind) {
    case ER_FAULT_WATCHDOG:
      return BoardError(absl::StatusCode::kUnavailable, "BOARD_HUNG",
                        "the watchdog reset the board " + where + " (reset cause " + cause +
                            "): an endless loop, a clock that stopped, or a layer that takes over "
                            "20 s; run it with kernels=ref or on another board to tell which; it "
                            "was noticed when " +
                            what);
    case ER_FAULT_RESET_IN_RUN:
      if (!found.was_silent) {
        return BoardError(absl::StatusCode::kAborted, "BOARD_RESET",
                          "the board was reset " + where + " (reset cause " + cause +
                              "): someone pressed its button, a debugger took it, or its power is "
                              "unstable; noticed in " +
                              what);
      }
      return BoardError(absl::StatusCode::kUnavailable, "BOARD_HUNG",
                        "the board hung " + where + " and was reset with the debug probe: an " +
                            "endless loop, a clock that stopped, or a time-out that is too short "
                            "for this model; noticed in " +
                            what);
    default:
      return BoardError(absl::StatusCode::kInternal, "FIRMWARE_FAULT",
                        "the firmware stopped with a " + DescribeFault(fault, package) +
                            "; reset cause " + cause + "; noticed in " + what +
                            "; addr2line -e firmware.elf names the line of the pc");
  }
}

absl::Status ExplainWithoutRecord(const Findings& found, const absl::Status& failure) {
  const std::string what = ErrorMessageOf(failure);
  const bool silence = ErrorCodeOf(failure) == "BOARD_SILENT";
  if (found.was_silent) {
    return BoardError(
        absl::StatusCode::kUnavailable, "BOARD_HUNG",
        what +
            "; it was reset with the debug probe and left no fault record: an endless "
            "loop, a clock that stopped, or a time-out that is too short for this "
            "model");
  }
  if (found.restarted) {
    return BoardError(absl::StatusCode::kAborted, "BOARD_RESET",
                      what + "; the board started again in mid-run (reset cause " +
                          ResetCauseName(found.identity.hello.reset_cause) +
                          ", no fault record): unstable power, or someone pressed reset");
  }
  if (silence && absl::IsDeadlineExceeded(failure)) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kJob, "STAGE_TIMEOUT",
                     what +
                         "; the board is alive, so the work was longer than its time-out: "
                         "fewer samples or runs, or a longer time-out");
  }
  if (silence) {
    return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "LINK_NOISY",
                     what +
                         "; but it lives and did not start again, so the link loses requests or "
                         "replies; check cable, ground and the baud rate");
  }
  return failure;
}

}  // namespace

bool NeedsPostMortem(const absl::Status& failure) {
  const std::string code = ErrorCodeOf(failure);
  // A board that restarted has lost its package and refuses what needs one.
  return code == "BOARD_SILENT" || code == "BOARD_REFUSED";
}

std::string DescribeFault(const er_fault_reply_t& fault, const std::string& package) {
  std::string text =
      std::string(FaultKindName(fault.kind)) + " " + WhileRunning(fault.layer, package);
  if (fault.kind == ER_FAULT_WATCHDOG || fault.kind == ER_FAULT_RESET_IN_RUN) return text;
  if (fault.kind == ER_FAULT_ASSERT) {
    return text + Register("caller", fault.pc) + ", source line " + std::to_string(fault.psr);
  }
  text += Register("pc", fault.pc) + Register("lr", fault.lr) + Register("sp", fault.sp) +
          Register("psr", fault.psr) + Register("cfsr", fault.cfsr) + Register("hfsr", fault.hfsr);
  if (fault.cfsr & kMmfarValid) text += Register("address", fault.mmfar);
  if (fault.cfsr & kBfarValid) text += Register("address", fault.bfar);
  return text;
}

Task<absl::Status> PostMortem(BoardSession& session, absl::Status failure, RunContext context) {
  auto identity = co_await session.Hello(session.clock().SteadyMs() + kHelloMs);
  if (absl::IsCancelled(identity.status())) co_return identity.status();
  if (ErrorCodeOf(identity.status()) == "CONSOLE_LOST") co_return identity.status();
  Findings found;
  found.was_silent = !identity.ok();
  std::string reset_note;
  if (found.was_silent && session.has_probe()) {
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
  if (!identity.ok()) {
    co_return BoardError(absl::StatusCode::kUnavailable, "BOARD_HUNG",
                         ErrorMessageOf(failure) + "; it stays silent" + reset_note +
                             "; check its power, press its reset button");
  }
  found.identity = *identity;
  found.restarted = context.boot_count && identity->hello.boot_count != *context.boot_count;
  if (identity->hello.fault_present) {
    CallLimits limits{.deadline_ms = session.clock().SteadyMs() + kHelloMs};
    auto fault = co_await session.link().Fault(true, limits);
    if (fault.ok() && fault->present) found.fault = *fault;
  }
  if (found.fault) co_return ExplainRecord(found, ErrorMessageOf(failure), context.package);
  co_return ExplainWithoutRecord(found, failure);
}

}  // namespace edgerack::agent
