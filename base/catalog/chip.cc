#include "base/catalog/chip.h"

#include "base/catalog/toml_reader.h"

namespace edgerack {
namespace {

constexpr char kCode[] = "BAD_CHIP_FILE";

absl::StatusOr<MemoryRegion> ParseMemory(const toml::table& table, const std::string& file) {
  TomlReader in(table, file + " [[memory]]", kCode);
  MemoryRegion region;
  region.name = in.Text("name");
  region.kind = in.Text("kind");
  region.address = in.Number("address");
  if (table.contains("alias_address")) region.alias_address = in.Number("alias_address");
  region.size_bytes = in.Number("size_bytes");
  if (table.contains("line_cycles")) region.line_cycles = in.Number("line_cycles");
  if (table.contains("word_cycles")) region.word_cycles = in.Number("word_cycles");
  ER_RETURN_IF_ERROR(in.status());
  return region;
}

}  // namespace

const MemoryRegion* Chip::FindMemory(const std::string& name) const {
  for (const MemoryRegion& region : memories) {
    if (region.name == name) return &region;
  }
  return nullptr;
}

namespace {

const MemoryRegion* MemoryAt(const Chip& chip, uint64_t address) {
  for (const MemoryRegion& region : chip.memories) {
    if (address >= region.address && address - region.address < region.size_bytes) return &region;
  }
  return nullptr;
}

}  // namespace

const MemoryRegion* Chip::PackageMemory() const { return MemoryAt(*this, layout.package_address); }

bool Chip::FirmwareInFlash() const {
  const MemoryRegion* memory = MemoryAt(*this, layout.firmware_address);
  return memory == nullptr || memory->kind == "flash";
}

absl::StatusOr<Chip> ParseChip(const std::string& toml_text, const std::string& file_name) {
  ER_ASSIGN_OR_RETURN(toml::table table, ParseToml(toml_text, file_name, kCode));
  TomlReader in(table, file_name, kCode);
  Chip chip;
  chip.id = in.Text("id");
  chip.family = in.Text("family");
  chip.core = in.Text("core");
  chip.isa = in.Text("isa");
  chip.max_clock_hz = in.Number("max_clock_hz");
  chip.dcache_bytes = in.NumberOr("dcache_bytes", 0);
  chip.device_id = static_cast<uint32_t>(in.NumberOr("device_id", 0));
  chip.device_id_address = in.NumberOr("device_id_address", 0);
  chip.uid_address = in.NumberOr("uid_address", 0);
  chip.layout = {
      .firmware_address = in.NumberOr("layout.firmware_address", 0),
      .firmware_bytes = in.NumberOr("layout.firmware_bytes", 0),
      .package_address = in.Number("layout.package_address"),
      .package_bytes = in.Number("layout.package_bytes"),
      .arena_region = in.Text("layout.arena_region"),
      .arena_bytes = in.Number("layout.arena_bytes"),
      .stack_region = in.Text("layout.stack_region"),
      .stack_bytes = in.Number("layout.stack_bytes"),
  };
  if (const toml::array* memories = table["memory"].as_array()) {
    for (const toml::node& node : *memories) {
      if (!node.is_table()) continue;
      ER_ASSIGN_OR_RETURN(MemoryRegion region, ParseMemory(*node.as_table(), file_name));
      chip.memories.push_back(std::move(region));
    }
  }
  if (const toml::array* sectors = table.at_path("flash.sector_bytes").as_array()) {
    for (const toml::node& node : *sectors) {
      chip.flash_sector_bytes.push_back(static_cast<uint64_t>(node.value_or<int64_t>(0)));
    }
  }
  if (chip.FindMemory(chip.layout.arena_region) == nullptr) {
    in.Fail("layout.arena_region", "the name of a [[memory]]");
  }
  if (chip.FindMemory(chip.layout.stack_region) == nullptr) {
    in.Fail("layout.stack_region", "the name of a [[memory]]");
  }
  if (chip.PackageMemory() == nullptr) in.Fail("layout.package_address", "inside a [[memory]]");
  ER_RETURN_IF_ERROR(in.status());
  return chip;
}

}  // namespace edgerack
