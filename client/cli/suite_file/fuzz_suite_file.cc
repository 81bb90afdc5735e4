// Any bytes as a suite's file: read or refused, never a crash.
#include <cstdint>

#include "client/cli/suite_file/suite_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)edgerack::cli::ParseSuiteFile(text, "fuzz.toml");
  return 0;
}
