// Entry point for a fuzzer: any bytes end in a graph or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "server/compiler/importers/importer.h"

namespace edgerack::compiler {
Importer TextImporter();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  auto model = edgerack::compiler::TextImporter().import(bytes, {});
  if (!model.ok()) {
    if (edgerack::ErrorClassOf(model.status()) != edgerack::ErrorClass::kUser) std::abort();
    if (model.status().message().empty()) std::abort();
  }
  return 0;
}
