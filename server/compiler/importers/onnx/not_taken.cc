#include "server/compiler/importers/onnx/not_taken.h"

namespace edgerack::compiler {
namespace {

constexpr char kReplace[] = "Replace it in the model, or end the model before it";
constexpr char kOutside[] = "End the model before it, or do this step outside and feed its result";
constexpr char kSizeFollowsData[] =
    "The size of its output follows from the data: end the model before it and do this step "
    "outside";
constexpr char kUnrolled[] =
    "Export the model with the loop unrolled (torch: trace instead of script; tf2onnx: "
    "unroll=True), or cut it there";
constexpr char kBranch[] = "Only a constant condition is taken: export the branch that is wanted";
constexpr char kTensors[] = "Export the model with tensors instead of sequences and optionals";
constexpr char kText[] = "Do what works on texts outside, and feed the model numbers";
constexpr char kRandom[] = "Export the model for inference, or feed it the random numbers";
constexpr char kSpectrum[] =
    "Compute the spectrum outside, or write the transform as MatMul with constant matrices";

}  // namespace

std::vector<std::pair<std::string, std::string>> OnnxNotTaken() {
  return {
#define ER_NOT_TAKEN(name, instead) {name, instead},
#include "server/compiler/importers/onnx/not_taken.inc"
#undef ER_NOT_TAKEN
  };
}

std::string InsteadOfOnnx(const std::string& name) {
  for (const auto& [known, instead] : OnnxNotTaken()) {
    if (name == known) return instead;
  }
  return kReplace;
}

}  // namespace edgerack::compiler
