// Fuzz entry of what a foreign image may say on its console.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/mlperf/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  edgerack::agent::LineCutter cutter;
  edgerack::agent::MlperfAnswer answer;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (size_t at = 0; at < bytes.size(); at += 61) {
    for (const std::string& line : cutter.Feed(bytes.substr(at, 61))) AddLine(line, answer);
  }
  (void)cutter.Excerpt();
  return 0;
}
