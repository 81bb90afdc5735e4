#include "server/analysis/firmware_places.h"

#include <optional>

namespace edgerack::analysis {
namespace {

core::MemoryRegionUse Use(const MemoryRegion* memory) {
  if (memory == nullptr) return {};
  return {memory->name, std::nullopt, static_cast<int64_t>(memory->size_bytes)};
}

}  // namespace

FirmwarePlaces PlacesOf(const BoardKind* kind, const Chip* chip,
                        const core::Measurement& measurement) {
  FirmwarePlaces places;
  if (kind != nullptr) {
    places.image = kind->image;
    places.cycle_counter = kind->cycle_counter;
  }
  if (chip == nullptr) return places;
  places.core = chip->core;
  places.max_clock_hz = static_cast<int64_t>(chip->max_clock_hz);
  if (chip->layout.firmware_bytes > 0) {
    places.code = Use(chip->MemoryAt(chip->layout.firmware_address));
  }
  places.stack = Use(chip->FindMemory(chip->layout.stack_region));
  places.code_region = chip->UsualCodeRegion();
  if (const auto& told = measurement.places) {
    places.stack = Use(chip->MemoryAt(told->stack));
    places.code_region = chip->RegionName(told->kernels);
    places.weights_region = chip->RegionName(told->weights);
    places.arena_region = chip->RegionName(told->arena);
  }
  return places;
}

}  // namespace edgerack::analysis
