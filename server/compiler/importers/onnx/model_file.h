// An .onnx file before its operators are looked at: recognized, parsed, versions checked.
#ifndef SERVER_COMPILER_IMPORTERS_ONNX_MODEL_FILE_H_
#define SERVER_COMPILER_IMPORTERS_ONNX_MODEL_FILE_H_

#include <google/protobuf/arena.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "onnx_subset.pb.h"

namespace edgerack::compiler {

namespace onnx = ::edgerack::onnx_format;

// Complete from 7 on. Of older ones a model is taken when none of its operators has an attribute
// that later opsets dropped.
inline constexpr int64_t kOldestOpset = 1;
inline constexpr int64_t kNewestOpset = 20;
inline constexpr int64_t kNewestIr = 10;

struct OnnxFile {
  std::unique_ptr<google::protobuf::Arena> arena;  // owns `model`
  onnx::Model* model = nullptr;
  int opset = 0;  // of the default domain
};

// Walks the fields of the top level: true where they are those of an ONNX model. Never fails.
bool LooksLikeOnnx(const std::string& bytes);

// INVALID_ARGUMENT (USER): BAD_MODEL_FILE for bytes that are no such message or have no graph,
// UNSUPPORTED_MODEL_VERSION outside opset 1-20 or IR 3-10, UNSUPPORTED_OPERATOR for functions.
absl::StatusOr<OnnxFile> OpenOnnx(const std::string& bytes);

// A name of the file for a message: printable, at most 200 characters.
std::string Printable(const std::string& name);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_ONNX_MODEL_FILE_H_
