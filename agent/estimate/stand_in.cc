#include "agent/estimate/stand_in.h"

#include "base/catalog/emulation_facts.h"

namespace edgerack::estimate {
namespace {

absl::Status NotEstimated(const std::filesystem::path& share_dir, const Catalog& catalog,
                          const BoardKind& kind) {
  std::string known;
  for (const auto& [id, candidate] : catalog.board_kinds()) {
    auto facts = ReadEmulationFacts(share_dir, candidate.chip);
    if (!facts.ok() || facts->emulation.empty()) continue;
    known += (known.empty() ? "" : ", ") + id;
  }
  return MakeError(absl::StatusCode::kUnimplemented, ErrorClass::kUser, "NOT_ESTIMATED",
                   "no emulation stands for the chip " + kind.chip + " of kind \"" + kind.id +
                       "\"; kinds that can be estimated: " + known);
}

std::string NoteOf(const BoardKind& kind, const StandIn& stand_in) {
  std::string note = "there is no emulation of the " + kind.chip + "; the " + stand_in.chip.id +
                     " with the firmware of " + stand_in.kind.id + " stands for it";
  if (!stand_in.kind.cycle_counter) note += ", which counts instructions, not cycles";
  return note;
}

}  // namespace

absl::StatusOr<StandIn> FindStandIn(const std::filesystem::path& share_dir, const Catalog& catalog,
                                    const BoardKind& kind) {
  ER_ASSIGN_OR_RETURN(const EmulationFacts facts, ReadEmulationFacts(share_dir, kind.chip));
  if (facts.emulation.empty()) return NotEstimated(share_dir, catalog, kind);
  ER_ASSIGN_OR_RETURN(const BoardKind emulation, catalog.FindBoardKind(facts.emulation));
  StandIn stand_in;
  ER_ASSIGN_OR_RETURN(stand_in.chip, catalog.FindChip(emulation.chip));
  if (emulation.chip == kind.chip) {
    stand_in.kind = kind;
    stand_in.kind.extra_counter = emulation.extra_counter;
    stand_in.kind.extra_counter_unit = emulation.extra_counter_unit;
    stand_in.kind.host_clock_check = false;
  } else {
    stand_in.kind = emulation;
    ER_ASSIGN_OR_RETURN(const Chip chip, catalog.FindChip(kind.chip));
    if (stand_in.chip.family == chip.family && kind.core_hz != emulation.core_hz) {
      stand_in.clock_hz = static_cast<int64_t>(kind.core_hz);
    }
    stand_in.note = NoteOf(kind, stand_in);
  }
  ER_ASSIGN_OR_RETURN(stand_in.crystal_hz, ReadCrystalHz(stand_in.kind));
  return stand_in;
}

}  // namespace edgerack::estimate
