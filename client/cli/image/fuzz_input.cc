// What a user may hand to `infer`, as png, npy or csv by the first byte: every ending but a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "client/cli/image/sample.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgerack::cli;
  if (size == 0) return 0;
  const char* const names[] = {"f.png", "f.npy", "f.csv"};
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  InputSpec input{"x", data[0] & 4 ? "int8" : "float32", {1, 4, 4, 1}, data[0] & 4 ? 0.5 : 0, 0};
  if (data[0] & 8) input.shape = {1, 16};
  SampleOptions options;
  options.resize = data[0] % 3 == 0;
  auto sample = MakeSample(names[data[0] % 3], bytes, input, options);
  if (sample.ok() && sample->array.elements() != 16) std::abort();
  return 0;
}
