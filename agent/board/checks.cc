#include "agent/board/checks.h"

#include <cstdio>
#include <cstring>

#include "firmware/package/format.h"
#include "firmware/wire/frame.h"

namespace edgerack::agent {
namespace {

std::string Hex(uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

absl::Status BadAssignment(const Assignment& assignment, const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_ASSIGNMENT",
                   "the server's assignment " + assignment.key.run_id.value() + " " + what);
}

}  // namespace

absl::Status CheckIdentity(const BoardSpec& spec, const Identity& identity) {
  const uint32_t device_id = identity.hello.device_id & 0xFFF;
  if (spec.chip.device_id != 0 && identity.hello.device_id != 0 &&
      device_id != spec.chip.device_id) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kBoard, "WRONG_CHIP",
                     "board " + spec.id.value() + " has a chip with device id " + Hex(device_id) +
                         ", but its kind " + spec.kind.id + " is a " + spec.chip.id +
                         " with device id " + Hex(spec.chip.device_id) +
                         "; correct `kind` in the agent's configuration or the console and probe "
                         "it names");
  }
  if (!spec.expected_uid.empty() && identity.uid != spec.expected_uid) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kInfrastructure,
                     "WRONG_BOARD",
                     "board " + spec.id.value() + " answers with UID " + identity.uid +
                         ", but the configuration says " + spec.expected_uid +
                         "; two boards may have swapped their ports, or the board was replaced: "
                         "then correct `uid`");
  }
  return absl::OkStatus();
}

absl::Status CheckPackage(const Assignment& assignment, const std::string& package) {
  std::string problem;
  er_package_header_t header{};
  if (package.size() < sizeof header) {
    problem = "has only " + std::to_string(package.size()) + " bytes";
  } else {
    std::memcpy(&header, package.data(), sizeof header);
    uint32_t crc = er_crc32(0, package.data() + 16, package.size() - 16);
    if (header.magic != ER_PACKAGE_MAGIC) {
      problem = "does not start as a package does";
    } else if (header.total_bytes != package.size()) {
      problem = "has " + std::to_string(package.size()) + " bytes, its header says " +
                std::to_string(header.total_bytes);
    } else if (header.crc32 != crc) {
      problem = "has CRC " + Hex(crc) + ", its header says " + Hex(header.crc32);
    } else if (header.crc32 != assignment.package_crc32 ||
               package.size() != static_cast<uint64_t>(assignment.package_bytes)) {
      problem = "is not the one the server describes (CRC " + Hex(assignment.package_crc32) + ", " +
                std::to_string(assignment.package_bytes) + " bytes)";
    }
  }
  if (problem.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kBug, "PACKAGE_BROKEN",
                   "the compiled package " + assignment.package_sha256 + " " + problem +
                       "; compile the model again");
}

absl::Status CheckAssignment(const Assignment& assignment) {
  if (assignment.timed_runs < 1 ||
      assignment.timed_runs > static_cast<int32_t>(ER_WIRE_MAX_SAMPLES)) {
    return BadAssignment(assignment, "asks for " + std::to_string(assignment.timed_runs) +
                                         " timed runs; a board takes 1 to " +
                                         std::to_string(ER_WIRE_MAX_SAMPLES));
  }
  if (assignment.warmup_runs < 0 || assignment.warmup_runs > 0xFFFF) {
    return BadAssignment(assignment, "asks for " + std::to_string(assignment.warmup_runs) +
                                         " warm-up runs; a board takes 0 to 65535");
  }
  if (assignment.samples < 0) return BadAssignment(assignment, "has fewer than 0 samples");
  if (assignment.trace_samples < 0 || assignment.trace_samples > assignment.samples) {
    return BadAssignment(assignment, "traces " + std::to_string(assignment.trace_samples) + " of " +
                                         std::to_string(assignment.samples) + " samples");
  }
  for (int64_t bytes : assignment.input_bytes) {
    if (bytes < 0 || bytes > INT32_MAX) return BadAssignment(assignment, "has a bad input size");
  }
  for (const TensorSlice& output : assignment.outputs) {
    if (output.bytes < 0 || output.bytes > INT32_MAX || output.tensor < 0 ||
        output.tensor >= 0xFFFF) {
      return BadAssignment(assignment, "has a bad output");
    }
  }
  const Foreign& foreign = assignment.foreign;
  const bool own_image = !foreign.image_sha256.empty();
  if (own_image && assignment.package_sha256.empty()) return absl::OkStatus();
  if (!own_image && foreign.protocol == Protocol::kLogRegex) {
    return BadAssignment(assignment, "reads the log of the resident firmware, which has none");
  }
  if (!own_image && foreign.protocol == Protocol::kMlperfTiny && assignment.samples == 0) {
    return BadAssignment(assignment, "has no sample for MLPerf Tiny's protocol");
  }
  if (assignment.package_bytes <= 0 || assignment.package_bytes > UINT32_MAX) {
    return BadAssignment(assignment, "has a package without bytes");
  }
  return absl::OkStatus();
}

absl::Status CheckInputs(const Assignment& assignment, const std::string& inputs) {
  uint64_t sample_bytes = 0;
  for (int64_t bytes : assignment.input_bytes) sample_bytes += static_cast<uint64_t>(bytes);
  const auto samples = static_cast<uint64_t>(assignment.samples);
  // Division, because the product of two numbers from outside may wrap.
  bool fits = samples == 0 ? true
              : sample_bytes == 0
                  ? inputs.empty()
                  : inputs.size() % sample_bytes == 0 && inputs.size() / sample_bytes == samples;
  if (fits) return absl::OkStatus();
  return BadAssignment(assignment, "has " + std::to_string(inputs.size()) + " input bytes for " +
                                       std::to_string(samples) + " samples of " +
                                       std::to_string(sample_bytes) + " bytes");
}

absl::Status ExplainRefusedPackage(const absl::Status& refusal) {
  if (ErrorCodeOf(refusal) != "BOARD_REFUSED") return refusal;
  const std::string text = ErrorMessageOf(refusal);
  switch (refusal.code()) {
    case absl::StatusCode::kResourceExhausted:
      return MakeError(refusal.code(), ErrorClass::kJob, "PACKAGE_REFUSED",
                       text +
                           "; the model needs more memory than this board's firmware has: use "
                           "a smaller model, int8, or a board with more memory");
    case absl::StatusCode::kDataLoss:
      return MakeError(refusal.code(), ErrorClass::kBoard, "PACKAGE_REFUSED",
                       text +
                           "; the package is damaged in the board's store though it was written "
                           "twice: the flash may be worn or the link bad");
    default:
      return MakeError(refusal.code(), ErrorClass::kBug, "PACKAGE_REFUSED",
                       text +
                           "; compiler and firmware do not agree: rebuild both from one version "
                           "and report this if it stays");
  }
}

}  // namespace edgerack::agent
