// What the files of chips and boards say for whoever emulates them; nothing else reads it.
#ifndef BASE_CATALOG_EMULATION_FACTS_H_
#define BASE_CATALOG_EMULATION_FACTS_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/catalog/board_kind.h"
#include "base/error.h"

namespace edgerack {

// [estimate] of a chip's file.
struct EmulationFacts {
  std::string emulation;  // id of the virtual kind whose chip stands for this one; empty = none
  // How far estimated cycles of a whole network are from silicon's; 0 = nothing is known.
  uint64_t median_percent = 0;
  uint64_t worst_percent = 0;
  // On top of both where weights stream from memory that the core waits for.
  uint64_t streaming_percent = 0;
  std::string source;  // of these figures, for a person
};

// INVALID_ARGUMENT with code BAD_CHIP_FILE naming file, key and what was expected.
absl::StatusOr<EmulationFacts> ParseEmulationFacts(const std::string& toml_text,
                                                   const std::string& file_name);
// Of <share>/chips/<chip>.toml; the errors of reading it too.
absl::StatusOr<EmulationFacts> ReadEmulationFacts(const std::filesystem::path& share_dir,
                                                  const std::string& chip);

// Of the board's crystal or clock input; 0 = it has none. Errors: BAD_BOARD_FILE, reading.
absl::StatusOr<uint64_t> ReadCrystalHz(const BoardKind& kind);

}  // namespace edgerack

#endif  // BASE_CATALOG_EMULATION_FACTS_H_
