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
  region.alias_name = in.TextOr("alias_name", "");
  region.size_bytes = in.Number("size_bytes");
  if (table.contains("line_cycles")) region.line_cycles = in.Number("line_cycles");
  if (table.contains("word_cycles")) region.word_cycles = in.Number("word_cycles");
  ER_RETURN_IF_ERROR(in.status());
  return region;
}

}  // namespace

const MemoryRegion* Chip::FindMemory(const std::string& name) const {
  for (const MemoryRegion& region : memories) {
    if (region.name == name || (!name.empty() && region.alias_name == name)) return &region;
  }
  return nullptr;
}

namespace {

bool Holds(uint64_t start, uint64_t size_bytes, uint64_t address) {
  return address >= start && address - start < size_bytes;
}

std::vector<uint64_t> Numbers(const toml::table& table, const char* path) {
  std::vector<uint64_t> numbers;
  if (const toml::array* array = table.at_path(path).as_array()) {
    for (const toml::node& node : *array) {
      numbers.push_back(static_cast<uint64_t>(node.value_or<int64_t>(0)));
    }
  }
  return numbers;
}

}  // namespace

const MemoryRegion* Chip::MemoryAt(uint64_t address) const {
  for (const MemoryRegion& region : memories) {
    if (Holds(region.address, region.size_bytes, address)) return &region;
    if (region.alias_address && Holds(*region.alias_address, region.size_bytes, address)) {
      return &region;
    }
  }
  return nullptr;
}

const MemoryRegion* Chip::PackageMemory() const { return MemoryAt(layout.package_address); }

bool Chip::FirmwareInFlash() const {
  const MemoryRegion* memory = MemoryAt(layout.firmware_address);
  return memory == nullptr || memory->kind == "flash";
}

std::string Chip::RegionName(uint64_t address) const {
  const MemoryRegion* region = MemoryAt(address);
  if (region == nullptr) return "";
  const bool direct = Holds(region->address, region->size_bytes, address);
  return direct || region->alias_name.empty() ? region->name : region->alias_name;
}

std::string Chip::UsualCodeRegion() const {
  if (!layout.code_regions.empty()) return layout.code_regions.front();
  return layout.firmware_bytes == 0 ? "" : RegionName(layout.firmware_address);
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
      .code_regions = {},
      .package_address = in.Number("layout.package_address"),
      .package_bytes = in.Number("layout.package_bytes"),
      .arena_region = in.Text("layout.arena_region"),
      .arena_bytes = in.Number("layout.arena_bytes"),
      .stack_region = in.Text("layout.stack_region"),
      .stack_bytes = in.Number("layout.stack_bytes"),
      .static_bytes = in.NumberOr("layout.static_bytes", 0),
  };
  chip.compared_clocks_hz = Numbers(table, "compared_clocks_hz");
  if (const toml::array* regions = table.at_path("layout.code_regions").as_array()) {
    for (const toml::node& node : *regions) {
      chip.layout.code_regions.push_back(node.value_or<std::string>(""));
    }
  }
  if (const toml::array* memories = table["memory"].as_array()) {
    for (const toml::node& node : *memories) {
      if (!node.is_table()) continue;
      ER_ASSIGN_OR_RETURN(MemoryRegion region, ParseMemory(*node.as_table(), file_name));
      chip.memories.push_back(std::move(region));
    }
  }
  chip.flash_sector_bytes = Numbers(table, "flash.sector_bytes");
  if (chip.FindMemory(chip.layout.arena_region) == nullptr) {
    in.Fail("layout.arena_region", "the name of a [[memory]]");
  }
  if (chip.FindMemory(chip.layout.stack_region) == nullptr) {
    in.Fail("layout.stack_region", "the name of a [[memory]]");
  }
  for (const std::string& region : chip.layout.code_regions) {
    if (chip.FindMemory(region) == nullptr) in.Fail("layout.code_regions", "names of a [[memory]]");
  }
  if (chip.PackageMemory() == nullptr) in.Fail("layout.package_address", "inside a [[memory]]");
  ER_RETURN_IF_ERROR(in.status());
  return chip;
}

}  // namespace edgerack
