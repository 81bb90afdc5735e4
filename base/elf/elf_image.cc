#include "base/elf/elf_image.h"

#include <elf.h>

#include <cstring>

namespace edgerack {
namespace {

constexpr unsigned kMostSegments = 256;

absl::Status Bad(const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ELF",
                   what + "; give the linker's ELF file of a Cortex-M program");
}

}  // namespace

absl::StatusOr<std::vector<ElfSegment>> ParseElf(const std::string& file) {
  Elf32_Ehdr header;
  if (file.size() < sizeof header) return Bad("is no ELF file: too short");
  std::memcpy(&header, file.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return Bad("is no ELF file");
  if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != EM_ARM) {
    return Bad("is no 32-bit ARM ELF file");
  }
  if (header.e_type != ET_EXEC) return Bad("is not linked: it is no executable");
  if (header.e_phnum > kMostSegments) {
    return Bad("has " + std::to_string(header.e_phnum) + " segments; at most " +
               std::to_string(kMostSegments) + " are taken");
  }
  std::vector<ElfSegment> segments;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const uint64_t at = uint64_t{header.e_phoff} + uint64_t{i} * header.e_phentsize;
    Elf32_Phdr segment;
    if (header.e_phentsize < sizeof segment || at + sizeof segment > file.size()) {
      return Bad("has program headers that are cut off");
    }
    std::memcpy(&segment, file.data() + at, sizeof segment);
    if (segment.p_type != PT_LOAD || segment.p_filesz == 0) continue;
    if (uint64_t{segment.p_offset} + segment.p_filesz > file.size()) {
      return Bad("has a segment that is cut off");
    }
    segments.push_back({segment.p_paddr, file.substr(segment.p_offset, segment.p_filesz)});
  }
  if (segments.empty()) return Bad("has nothing to load");
  return segments;
}

}  // namespace edgerack
