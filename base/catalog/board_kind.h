// A kind of board, as in firmware/boards/<id>/board.toml: only what differs from its chip.
#ifndef BASE_CATALOG_BOARD_KIND_H_
#define BASE_CATALOG_BOARD_KIND_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace edgerack {

struct BoardKind {
  std::string id;
  std::string name;
  std::string chip;
  std::string image;  // folder of the firmware image under <share>/firmware/
  bool is_virtual = false;
  bool host_clock_check = true;  // false where the board's time is modelled
  bool cycle_counter = true;     // false where its cycles and times say nothing about a chip
  uint32_t extra_counter = 0;    // address of a counter sampled beside the cycles; 0 = none
  std::string extra_counter_unit;
  uint64_t core_hz = 0;
  std::string uart_instance;
  uint32_t uart_baud = 115'200;
  std::string openocd_config;  // file name beside board.toml; empty where there is no debug probe
  std::string package_load;    // "probe" or "link"
  std::filesystem::path folder;
};

// INVALID_ARGUMENT with code BAD_BOARD_FILE naming file, key and what was expected.
absl::StatusOr<BoardKind> ParseBoardKind(const std::string& toml_text,
                                         const std::filesystem::path& file);

}  // namespace edgerack

#endif  // BASE_CATALOG_BOARD_KIND_H_
