#include "server/compiler/importers/onnx/model_file.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxNodes = 16384;
constexpr int kMaxFields = 10000;  // of the top level, looked at by LooksLikeOnnx

bool ReadVarint(const std::string& bytes, size_t& at, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(bytes[at++]);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

// The wire type of each field of ModelProto; -1 for numbers it does not have.
int ExpectedWireType(uint64_t field) {
  switch (field) {
    case 1:  // ir_version
    case 5:  // model_version
      return 0;
    case 2:
    case 3:
    case 4:
    case 6:
    case 7:
    case 8:
    case 14:
    case 20:
    case 25:
      return 2;
    default:
      return -1;
  }
}

absl::Status CheckVersions(const onnx::Model& model, int& opset) {
  if (model.ir_version() < 3 || model.ir_version() > kNewestIr) {
    return Refuse("UNSUPPORTED_MODEL_VERSION",
                  "the ONNX file has IR version " + std::to_string(model.ir_version()) +
                      "; supported are 3 to " + std::to_string(kNewestIr) +
                      ". Set model.ir_version = 9 and save it again, or export it with opset 17");
  }
  int64_t version = kNewestOpset;  // of a model that has only operators of other domains
  for (const onnx::OperatorSet& set : model.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") version = set.version();
  }
  if (version < kOldestOpset || version > kNewestOpset) {
    return Refuse("UNSUPPORTED_MODEL_VERSION",
                  "the model uses version " + std::to_string(version) +
                      " of the ONNX operators (opset); supported are " +
                      std::to_string(kOldestOpset) + " to " + std::to_string(kNewestOpset) +
                      ". Export it again with opset 17, or convert it with "
                      "onnx.version_converter");
  }
  opset = static_cast<int>(version);
  return absl::OkStatus();
}

}  // namespace

bool LooksLikeOnnx(const std::string& bytes) {
  bool ir = false, graph = false, opset = false;
  size_t at = 0;
  for (int n = 0; n < kMaxFields && at < bytes.size(); ++n) {
    uint64_t tag = 0, value = 0;
    if (!ReadVarint(bytes, at, tag)) break;
    if (static_cast<int>(tag & 7) != ExpectedWireType(tag >> 3)) return false;
    if (!ReadVarint(bytes, at, value)) break;
    const uint64_t field = tag >> 3;
    if (field == 1 && (value < 1 || value > 1000)) return false;
    ir = ir || field == 1;
    graph = graph || field == 7;
    opset = opset || field == 8;
    if ((tag & 7) != 2) continue;
    if (value > bytes.size() - at) break;  // cut off: parsing will say so
    at += value;
  }
  return (ir && graph) || (graph && opset);
}

std::string Printable(const std::string& name) {
  std::string text = name.substr(0, 200);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
  }
  return text;
}

absl::StatusOr<OnnxFile> OpenOnnx(const std::string& bytes) {
  OnnxFile file;
  file.arena = std::make_unique<google::protobuf::Arena>();
  file.model = google::protobuf::Arena::CreateMessage<onnx::Model>(file.arena.get());
  if (bytes.size() > INT32_MAX ||
      !file.model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Refuse("BAD_MODEL_FILE", "the ONNX file is damaged or cut off (" +
                                        std::to_string(bytes.size()) +
                                        " bytes that do not parse); copy or export it again");
  }
  if (!file.model->has_graph()) {
    return Refuse("BAD_MODEL_FILE", "the ONNX file has no graph; export the model again");
  }
  ER_RETURN_IF_ERROR(CheckVersions(*file.model, file.opset));
  const onnx::Graph& graph = file.model->graph();
  if (static_cast<size_t>(graph.node_size()) > kMaxNodes) {
    return Refuse("MODEL_TOO_LARGE", "the model has " + std::to_string(graph.node_size()) +
                                         " nodes; supported are at most " +
                                         std::to_string(kMaxNodes) +
                                         ". Simplify it (e.g. onnxsim)");
  }
  if (graph.sparse_initializer_size() > 0) {
    return Refuse(
        "UNSUPPORTED_TYPE",
        "initializer '" + Printable(graph.sparse_initializer(0).values().name()) +
            "' is stored sparse; supported are dense weights. Export the model with them");
  }
  return file;
}

}  // namespace edgerack::compiler
