// A compiled model and the engine that runs it as C11 sources for somebody's own firmware.
#ifndef SERVER_COMPILER_EMIT_C_EMIT_C_H_
#define SERVER_COMPILER_EMIT_C_EMIT_C_H_

#include <filesystem>
#include <string>
#include <vector>

#include "server/compiler/emit/package_reader.h"

namespace edgerack::compiler {

struct EmitCRequest {
  std::string name;              // prefix of every name that is the model's own: a C identifier
  std::string package;           // the .erp's bytes
  std::filesystem::path engine;  // folder with firmware/{package,common,rt,kernels}
};

// The name of a model file as a C identifier: "my-model.v2.tflite" becomes "my_model_v2".
std::string CIdentifier(const std::string& file_name);

// Writes NAME.h, NAME.c, NAME_package.c, NAME_example.c, CMakeLists.txt, README.md and below
// firmware/ the part of the engine that this model needs. The folder is made; files of these names
// are overwritten, others stay. Errors: BAD_PACKAGE; CANNOT_WRITE_FILE (INFRASTRUCTURE).
absl::Status EmitC(const EmitCRequest& request, const std::filesystem::path& folder);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_EMIT_C_EMIT_C_H_
