#include "base/elf/elf_image.h"

#include <elf.h>

#include <cstring>

#include "gtest/gtest.h"

namespace edgerack {
namespace {

struct File {
  Elf32_Ehdr header{};
  Elf32_Phdr segment{};
  std::string rest = "code";

  File() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_machine = EM_ARM;
    header.e_type = ET_EXEC;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof segment;
    header.e_phnum = 1;
    segment.p_type = PT_LOAD;
    segment.p_paddr = 0x0800'0000;
    segment.p_offset = sizeof header + sizeof segment;
    segment.p_filesz = 4;
  }
  std::string Bytes() const {
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes.append(reinterpret_cast<const char*>(&segment), sizeof segment);
    return bytes + rest;
  }
};

TEST(ElfImage, GivesWhatIsWritten) {
  auto image = ParseElf(File().Bytes());
  ASSERT_TRUE(image.ok()) << image.status();
  ASSERT_EQ(image->size(), 1u);
  EXPECT_EQ((*image)[0].address, 0x0800'0000u);
  EXPECT_EQ((*image)[0].bytes, "code");
}

TEST(ElfImage, RefusesEverythingElse) {
  std::vector<File> files(8);
  files[0].header.e_ident[0] = 'x';
  files[1].header.e_ident[EI_CLASS] = ELFCLASS64;
  files[2].header.e_machine = EM_X86_64;
  files[3].header.e_type = ET_REL;
  files[4].header.e_phoff = 0xFFFF'FFFF;
  files[5].segment.p_filesz = 0xFFFF'FFFF;
  files[6].segment.p_type = PT_NOTE;
  files[7].header.e_phnum = 0xFFFF;
  for (const File& file : files) {
    EXPECT_EQ(ErrorCodeOf(ParseElf(file.Bytes()).status()), "BAD_ELF");
  }
  for (size_t size = 0; size < File().Bytes().size(); ++size) {
    EXPECT_FALSE(ParseElf(File().Bytes().substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace edgerack
