// Every chip and board kind the product knows, read once from the share folder.
#ifndef BASE_CATALOG_CATALOG_H_
#define BASE_CATALOG_CATALOG_H_

#include <filesystem>
#include <map>
#include <string>

#include "base/catalog/board_kind.h"
#include "base/catalog/chip.h"

namespace edgerack {

class Catalog {
 public:
  // Reads <share>/chips/*.toml and <share>/boards/*/board.toml. The first bad file is the error.
  static absl::StatusOr<Catalog> Load(const std::filesystem::path& share_dir);

  // NOT_FOUND with code UNKNOWN_BOARD_KIND, listing the known ones.
  absl::StatusOr<BoardKind> FindBoardKind(const std::string& id) const;
  // NOT_FOUND with code UNKNOWN_CHIP.
  absl::StatusOr<Chip> FindChip(const std::string& id) const;
  const std::map<std::string, BoardKind>& board_kinds() const { return board_kinds_; }
  // firmware.elf, firmware.bin and build_id of the kind's image.
  std::filesystem::path ImageDir(const BoardKind& kind) const;

 private:
  std::filesystem::path share_dir_;
  std::map<std::string, Chip> chips_;
  std::map<std::string, BoardKind> board_kinds_;
};

}  // namespace edgerack

#endif  // BASE_CATALOG_CATALOG_H_
