#include "agent/board/conditions.h"

#include "base/catalog/placement.h"

namespace edgerack::agent {

std::string FirmwareVariant(const Chip& chip, const Assignment& assignment) {
  const std::string& code = assignment.conditions.placement.code;
  const std::string& build = assignment.firmware_variant;
  if (code.empty() || code == chip.UsualCodeRegion()) return build;
  return (build.empty() ? "O3" : build) + "-" + code;
}

absl::StatusOr<er_configure_request_t> MakeConfigureRequest(const Chip& chip,
                                                            const Assignment& assignment) {
  const OperatingConditions& wanted = assignment.conditions;
  er_configure_request_t request{};
  request.clock_hz = static_cast<uint32_t>(wanted.clock_hz);
  request.settings = (wanted.icache ? ER_SETTING_ICACHE : 0) |
                     (wanted.dcache ? ER_SETTING_DCACHE : 0) | (wanted.art ? ER_SETTING_ART : 0);
  ER_ASSIGN_OR_RETURN(const Rooms rooms, Place(chip, wanted.placement,
                                               static_cast<uint64_t>(assignment.package_bytes)));
  auto fill = [](const Room& room, const std::string& usual, uint32_t& address, uint32_t& bytes) {
    if (room.region == usual) return;
    address = static_cast<uint32_t>(room.address);
    bytes = static_cast<uint32_t>(room.bytes);
  };
  fill(rooms.weights, rooms.store.region, request.weights_address, request.weights_bytes);
  fill(rooms.stack, chip.layout.stack_region, request.stack_address, request.stack_bytes);
  // The usual region may have lost a part to the others.
  const bool whole = rooms.arena.bytes == chip.layout.arena_bytes;
  fill(rooms.arena, whole ? chip.layout.arena_region : "", request.arena_address,
       request.arena_bytes);
  return request;
}

absl::Status ExplainRefusedConditions(const absl::Status& refusal, const Assignment& assignment) {
  if (ErrorCodeOf(refusal) != "BOARD_REFUSED") return refusal;
  const OperatingConditions& wanted = assignment.conditions;
  if (absl::IsUnimplemented(refusal) && wanted.clock_hz != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "CLOCK_NOT_AVAILABLE",
                     "option clock=" + std::to_string(wanted.clock_hz / 1'000'000) +
                         ": the board's clock tree does not make that frequency; leave the option "
                         "out or take another");
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "PLACE_NOT_AVAILABLE",
                   "the options arena, weights and stack do not go together on this board: " +
                       ErrorMessageOf(refusal) + "; leave one of them out");
}

}  // namespace edgerack::agent
