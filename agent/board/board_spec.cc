#include "agent/board/board_spec.h"

#include <cctype>

#include "base/files.h"

namespace edgerack::agent {

absl::StatusOr<std::string> BoardSpec::ImageBuildId() const {
  const std::filesystem::path file = image_dir / "build_id";
  auto text = ReadFile(file, 4096);
  if (!text.ok()) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure,
                     "FIRMWARE_IMAGE_MISSING",
                     "there is no firmware image for kind \"" + kind.id +
                         "\": " + ErrorMessageOf(text.status()) +
                         "; build the firmware, or install the package that has it");
  }
  std::string build_id;
  for (char c : *text) {
    if (std::isspace(static_cast<unsigned char>(c))) continue;
    build_id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (build_id.size() != 40 ||
      build_id.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kInfrastructure,
                     "FIRMWARE_IMAGE_MISSING",
                     file.string() +
                         " does not hold the 40 hex digits of a build id; build the "
                         "firmware again");
  }
  return build_id;
}

const char* BoardStatusName(BoardStatus status) {
  switch (status) {
    case BoardStatus::kIdle:
      return "idle";
    case BoardStatus::kBusy:
      return "busy";
    case BoardStatus::kRecovering:
      return "recovering";
    case BoardStatus::kOffline:
      return "offline";
  }
  return "?";
}

}  // namespace edgerack::agent
