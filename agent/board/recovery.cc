#include "agent/board/recovery.h"

#include <spdlog/spdlog.h>

#include "agent/board/checks.h"
#include "agent/board/post_mortem.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kOpenMs = 5'000;
constexpr int64_t kHelloMs = 5'000;
// At the start a silent board is most likely an empty one; flashing it needlessly does no harm.
constexpr int kStartTries = 3;
constexpr int kFailureTries = 5;
constexpr int64_t kResetMs = 15'000;
constexpr int64_t kBootMs = 3'000;
constexpr int64_t kFlashMs = 60'000;

Task<absl::StatusOr<Identity>> FlashAndHello(BoardSession& session) {
  ER_CO_ASSIGN_OR_RETURN(std::string build_id, session.spec().ImageBuildId());
  spdlog::info("board {}: flashing firmware {}", session.spec().id.value(), build_id);
  FlashRequest request;
  request.firmware_elf = session.spec().FirmwareElf();
  request.uid = session.spec().expected_uid;
  ER_CO_RETURN_IF_ERROR(
      co_await session.Flash(std::move(request), session.clock().SteadyMs() + kFlashMs));
  ER_CO_ASSIGN_OR_RETURN(Identity identity,
                         co_await session.HelloAfterReset(session.clock().SteadyMs() + kBootMs));
  if (identity.build_id != build_id) {
    co_return MakeError(
        absl::StatusCode::kFailedPrecondition, ErrorClass::kInfrastructure, "WRONG_FIRMWARE",
        "firmware " + build_id + " was written and verified, but the console answers as " +
            identity.build_id + "; `probe` and `console` of this board may belong to two boards");
  }
  co_return identity;
}

// A record of an earlier fault would be blamed on the next run.
Task<void> ForgetOldFault(BoardSession& session, const Identity& identity) {
  if (!identity.hello.fault_present) co_return;
  CallLimits limits{.deadline_ms = session.clock().SteadyMs() + kHelloMs};
  auto fault = co_await session.link().Fault(true, limits);
  if (fault.ok() && fault->present) {
    spdlog::warn("board {}: it kept an old fault record: {}", session.spec().id.value(),
                 DescribeFault(*fault, ""));
  }
}

}  // namespace

Task<absl::StatusOr<Identity>> Recover(BoardSession& session, RecoveryCause cause) {
  ER_CO_RETURN_IF_ERROR(co_await session.OpenConsole(true, session.clock().SteadyMs() + kOpenMs));
  if (cause == RecoveryCause::kForeign) co_return co_await FlashAndHello(session);
  const int tries = cause == RecoveryCause::kStart ? kStartTries : kFailureTries;
  auto identity = co_await session.Hello(session.clock().SteadyMs() + kHelloMs, tries);
  bool silent = !identity.ok() && ErrorCodeOf(identity.status()) == "BOARD_SILENT";
  if (silent && session.has_probe() && cause == RecoveryCause::kFailure) {
    spdlog::info("board {}: silent; resetting it", session.spec().id.value());
    absl::Status reset = co_await session.ResetByProbe(session.clock().SteadyMs() + kResetMs);
    if (!reset.ok()) co_return reset;
    identity = co_await session.HelloAfterReset(session.clock().SteadyMs() + kBootMs);
    silent = !identity.ok() && ErrorCodeOf(identity.status()) == "BOARD_SILENT";
  }
  if (silent && session.has_probe()) identity = co_await FlashAndHello(session);
  if (!identity.ok()) co_return identity;

  ER_CO_RETURN_IF_ERROR(CheckIdentity(session.spec(), *identity));
  if (cause == RecoveryCause::kFailure && session.has_probe()) {
    ER_CO_ASSIGN_OR_RETURN(std::string build_id, session.spec().ImageBuildId());
    if (identity->build_id != build_id) {
      identity = co_await FlashAndHello(session);
      if (!identity.ok()) co_return identity;
    }
  }
  co_await ForgetOldFault(session, *identity);
  co_return identity;
}

}  // namespace edgerack::agent
