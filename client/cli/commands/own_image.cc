#include "client/cli/commands/own_image.h"

#include <filesystem>

#include "base/files.h"
#include "base/npy/npy.h"

namespace edgerack::cli {
namespace {

absl::Status BadUsage(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE", message);
}

}  // namespace

absl::StatusOr<std::string> InputBytes(const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  if (std::filesystem::path(path).extension() != ".npy") return bytes;
  auto array = ParseNpy(bytes);
  if (!array.ok()) return Annotate(array.status(), path);
  return std::move(array->data);
}

void DeclareOwnImage(CLI::App* command, OwnImageArguments& a) {
  command->add_option("--firmware", a.firmware,
                      "an ELF file of your own, flashed in place of the resident firmware");
  command->add_option("--protocol", a.protocol, "how it is measured")
      ->check(CLI::IsMember({"mlperf-tiny", "edgerack-link", "log-regex"}));
  command->add_option("--input", a.input,
                      "its input with mlperf-tiny: a .npy, or a file of raw bytes");
}

absl::Status AddOwnImage(Session& session, const OwnImageArguments& a, v1::JobSpec& spec) {
  if (a.firmware.empty()) {
    if (a.protocol.empty() && a.input.empty()) return absl::OkStatus();
    return BadUsage(
        "--protocol and --input go with --firmware; for a model by MLPerf Tiny's rules "
        "there is `edgerack mlperf`");
  }
  if (a.protocol.empty()) return BadUsage("--firmware needs --protocol: how is it measured?");
  ER_ASSIGN_OR_RETURN(v1::Firmware firmware, session.connection().UploadFirmware(a.firmware));
  spec.set_firmware(firmware.name());
  spec.set_protocol(a.protocol);
  if (a.input.empty()) return absl::OkStatus();
  ER_ASSIGN_OR_RETURN(const std::string bytes, InputBytes(a.input));
  ER_ASSIGN_OR_RETURN(v1::Dataset input,
                      session.connection().UploadDatasetBytes(
                          std::filesystem::path(a.input).filename().string(), bytes));
  spec.set_dataset(input.name());
  return absl::OkStatus();
}

}  // namespace edgerack::cli
