#include "agent/board/board_spec.h"

#include <algorithm>
#include <cctype>

#include "base/files.h"

namespace edgerack::agent {
namespace {

std::filesystem::path FolderOf(const BoardSpec& spec, const std::string& variant) {
  return variant.empty() ? spec.image_dir : spec.image_dir / "variants" / variant;
}

// It becomes a part of a path.
bool IsFolderName(const std::string& variant) {
  return variant.size() <= 32 && std::all_of(variant.begin(), variant.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
         });
}

}  // namespace

std::filesystem::path BoardSpec::FirmwareElf(const std::string& variant) const {
  return FolderOf(*this, variant) / "firmware.elf";
}

absl::StatusOr<std::string> BoardSpec::ImageBuildId(const std::string& variant) const {
  if (!IsFolderName(variant)) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_ASSIGNMENT",
                     "the server asks for a firmware build of a strange name");
  }
  const std::filesystem::path file = FolderOf(*this, variant) / "build_id";
  if (!variant.empty() && !std::filesystem::exists(file)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "NO_SUCH_BUILD",
                     "the firmware of kind \"" + kind.id + "\" is not built as " + variant +
                         "; leave out the options build, fpu and code, or choose another board");
  }
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
