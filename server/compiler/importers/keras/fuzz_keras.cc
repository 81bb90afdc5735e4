// Entry point for a fuzzer: any bytes end in a graph or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "server/compiler/importers/importer.h"

namespace edgerack::compiler {
Importer KerasImporter();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const edgerack::compiler::Importer importer = edgerack::compiler::KerasImporter();
  importer.sniff(bytes);
  auto model = importer.import(bytes, {});
  if (!model.ok()) {
    // A refusal is the user's to solve and says something.
    if (edgerack::ErrorClassOf(model.status()) != edgerack::ErrorClass::kUser) std::abort();
    if (model.status().message().empty()) std::abort();
  }
  return 0;
}
