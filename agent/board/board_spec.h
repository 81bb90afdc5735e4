// A board as it was configured and as the catalog describes its kind.
#ifndef AGENT_BOARD_BOARD_SPEC_H_
#define AGENT_BOARD_BOARD_SPEC_H_

#include <filesystem>
#include <string>
#include <vector>

#include "agent/board/types.h"
#include "base/catalog/board_kind.h"
#include "base/catalog/chip.h"

namespace edgerack::agent {

struct BoardSpec {
  BoardId id;
  BoardKind kind;
  Chip chip;
  std::vector<std::string> tags;
  std::string expected_uid;         // 24 lower-case hex digits; empty: any
  std::filesystem::path image_dir;  // firmware.elf and build_id; other builds of it in variants/

  // `variant` names another build of the image; empty = the image itself.
  std::filesystem::path FirmwareElf(const std::string& variant = "") const;
  // Build id of the image that belongs on the board, 40 lower-case hex digits; read each time, as
  // the image may be rebuilt while the agent runs. NOT_FOUND with code FIRMWARE_IMAGE_MISSING.
  absl::StatusOr<std::string> ImageBuildId(const std::string& variant = "") const;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_BOARD_SPEC_H_
