// Uploaded files as records; their bytes are artifacts.
#ifndef SERVER_CORE_ARTIFACTS_H_
#define SERVER_CORE_ARTIFACTS_H_

#include <cstdint>
#include <string>

#include "server/core/ids.h"

namespace edgerack::core {

struct Model {
  ModelId id;
  std::string display_name;
  int64_t size_bytes = 0;
  int64_t create_time_ms = 0;
};

struct Dataset {
  DatasetId id;
  std::string display_name;
  int64_t size_bytes = 0;
  int64_t create_time_ms = 0;
};

// Somebody's own image, an ELF file.
struct Firmware {
  FirmwareId id;
  std::string display_name;
  int64_t size_bytes = 0;
  int64_t create_time_ms = 0;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_ARTIFACTS_H_
