#include "agent/vboard/app/elf_image.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/error.h"

namespace edgerack::vboard {

absl::StatusOr<std::vector<ElfSegment>> ReadElf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  Elf32_Ehdr header;
  if (bytes.size() < sizeof header) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no ELF file: too short"));
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS32 ||
      header.e_machine != EM_ARM) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no 32-bit ARM ELF file"));
  }
  std::vector<ElfSegment> segments;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const uint64_t at = uint64_t{header.e_phoff} + uint64_t{i} * header.e_phentsize;
    Elf32_Phdr segment;
    if (header.e_phentsize < sizeof segment || at + sizeof segment > bytes.size()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": its program headers are cut off"));
    }
    std::memcpy(&segment, bytes.data() + at, sizeof segment);
    if (segment.p_type != PT_LOAD || segment.p_filesz == 0) continue;
    if (uint64_t{segment.p_offset} + segment.p_filesz > bytes.size()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": a segment is cut off"));
    }
    const auto from = bytes.begin() + segment.p_offset;
    segments.push_back({segment.p_paddr, {from, from + segment.p_filesz}});
  }
  if (segments.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has nothing to load"));
  }
  return segments;
}

absl::Status LoadElfIntoFlash(const std::string& path, Bus* bus) {
  ER_ASSIGN_OR_RETURN(const std::vector<ElfSegment> segments, ReadElf(path));
  for (const ElfSegment& segment : segments) {
    const auto size = static_cast<uint32_t>(segment.bytes.size());
    const Memory* memory = bus->FindMemory(segment.address, size);
    if (memory == nullptr || memory->fact.kind == MemoryKind::kRam) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the segment at physical address 0x%08x (%u bytes) is not in this chip's flash; link "
          "it there, or load it with the debugger",
          path, segment.address, size));
    }
    std::memcpy(memory->bytes + (segment.address - memory->fact.address), segment.bytes.data(),
                size);
  }
  return absl::OkStatus();
}

}  // namespace edgerack::vboard
