#include "base/catalog/emulation_facts.h"

#include "base/catalog/toml_reader.h"
#include "base/files.h"

namespace edgerack {

absl::StatusOr<EmulationFacts> ParseEmulationFacts(const std::string& toml_text,
                                                   const std::string& file_name) {
  constexpr char kCode[] = "BAD_CHIP_FILE";
  ER_ASSIGN_OR_RETURN(const toml::table table, ParseToml(toml_text, file_name, kCode));
  TomlReader in(table, file_name, kCode);
  EmulationFacts facts;
  facts.emulation = in.TextOr("estimate.emulation", "");
  facts.median_percent = in.NumberOr("estimate.median_percent", 0);
  facts.worst_percent = in.NumberOr("estimate.worst_percent", 0);
  facts.streaming_percent = in.NumberOr("estimate.streaming_percent", 0);
  facts.source = in.TextOr("estimate.source", "");
  if (facts.worst_percent < facts.median_percent) {
    in.Fail("estimate.worst_percent", "a number not below median_percent");
  }
  ER_RETURN_IF_ERROR(in.status());
  return facts;
}

absl::StatusOr<EmulationFacts> ReadEmulationFacts(const std::filesystem::path& share_dir,
                                                  const std::string& chip) {
  const std::filesystem::path file = share_dir / "chips" / (chip + ".toml");
  ER_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return ParseEmulationFacts(text, file.string());
}

absl::StatusOr<uint64_t> ReadCrystalHz(const BoardKind& kind) {
  constexpr char kCode[] = "BAD_BOARD_FILE";
  const std::filesystem::path file = kind.folder / "board.toml";
  ER_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  ER_ASSIGN_OR_RETURN(const toml::table table, ParseToml(text, file.string(), kCode));
  TomlReader in(table, file.string(), kCode);
  const uint64_t hz = in.NumberOr("clock.hse_hz", 0);
  ER_RETURN_IF_ERROR(in.status());
  return hz;
}

}  // namespace edgerack
