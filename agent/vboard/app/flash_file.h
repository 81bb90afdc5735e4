// The flash of a virtual board in a file, so that a board that was killed still has its program.
#ifndef EDGERACK_AGENT_VBOARD_APP_FLASH_FILE_H_
#define EDGERACK_AGENT_VBOARD_APP_FLASH_FILE_H_

#include <absl/status/status.h>

#include <cstdint>
#include <string>

namespace edgerack::vboard {

class FlashFile {
 public:
  FlashFile() = default;
  ~FlashFile();
  FlashFile(const FlashFile&) = delete;
  FlashFile& operator=(const FlashFile&) = delete;

  // Reads the file into `flash`; a new or short one is filled up with what is there (erased).
  absl::Status Open(const std::string& path, uint8_t* flash, uint32_t size_bytes);
  void MarkChanged(uint32_t offset, uint32_t size_bytes);
  // Writes what was marked. Cheap if nothing was.
  void Flush();

 private:
  int fd_ = -1;
  std::string path_;
  uint8_t* flash_ = nullptr;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_FLASH_FILE_H_
