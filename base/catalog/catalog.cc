#include "base/catalog/catalog.h"

#include "base/files.h"

namespace edgerack {

absl::StatusOr<Catalog> Catalog::Load(const std::filesystem::path& share_dir) {
  Catalog catalog;
  catalog.share_dir_ = share_dir;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(share_dir / "chips", error)) {
    if (entry.path().extension() != ".toml") continue;
    ER_ASSIGN_OR_RETURN(std::string text, ReadFile(entry.path()));
    ER_ASSIGN_OR_RETURN(Chip chip, ParseChip(text, entry.path().string()));
    catalog.chips_.emplace(chip.id, std::move(chip));
  }
  for (const auto& entry : std::filesystem::directory_iterator(share_dir / "boards", error)) {
    if (!entry.is_directory()) continue;
    std::filesystem::path file = entry.path() / "board.toml";
    ER_ASSIGN_OR_RETURN(std::string text, ReadFile(file));
    ER_ASSIGN_OR_RETURN(BoardKind kind, ParseBoardKind(text, file));
    ER_RETURN_IF_ERROR(Annotate(catalog.FindChip(kind.chip).status(), file.string()));
    catalog.board_kinds_.emplace(kind.id, std::move(kind));
  }
  if (catalog.board_kinds_.empty()) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "NO_BOARD_FILES",
                     "no board files under " + (share_dir / "boards").string());
  }
  return catalog;
}

absl::StatusOr<BoardKind> Catalog::FindBoardKind(const std::string& id) const {
  auto found = board_kinds_.find(id);
  if (found != board_kinds_.end()) return found->second;
  std::string known;
  for (const auto& [name, kind] : board_kinds_) known += (known.empty() ? "" : ", ") + name;
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "UNKNOWN_BOARD_KIND",
                   "no kind of board is called \"" + id + "\"; known are " + known);
}

absl::StatusOr<Chip> Catalog::FindChip(const std::string& id) const {
  auto found = chips_.find(id);
  if (found != chips_.end()) return found->second;
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "UNKNOWN_CHIP",
                   "no chip file describes \"" + id + "\"");
}

std::filesystem::path Catalog::ImageDir(const BoardKind& kind) const {
  return share_dir_ / "firmware" / kind.image;
}

}  // namespace edgerack
