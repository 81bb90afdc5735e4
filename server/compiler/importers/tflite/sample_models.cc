#include "server/compiler/importers/tflite/sample_models.h"

#include <random>

#include "server/compiler/importers/tflite/model_writer.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

using tflite::FusedActivation;
using tflite::OperatorOptions;
using tflite::Padding;
using tflite::TensorType;

// Writes the architecture once for both element types.
class CnnWriter {
 public:
  explicit CnnWriter(bool int8) : int8_(int8) {}

  std::string Write() {
    auto& b = writer_.builder();
    int image = Activation("image", {1, 8, 8, 1}, 1.0f / 255.0f, -128);
    int first = Activation("first", {1, 8, 8, 4}, 0.02f, -128);
    writer_.Operator(
        3, {image, Weights("first/w", {4, 3, 3, 1}, 0), Bias("first/b", 4)}, {first},
        OperatorOptions::Conv2DOptions,
        tflite::CreateConv2DOptions(b, Padding::SAME, 1, 1, FusedActivation::RELU).Union());
    int second = Activation("second", {1, 8, 8, 4}, 0.05f, 3);
    writer_.Operator(
        4, {first, Weights("second/w", {1, 3, 3, 4}, 3), Bias("second/b", 4)}, {second},
        OperatorOptions::DepthwiseConv2DOptions,
        tflite::CreateDepthwiseConv2DOptions(b, Padding::SAME, 1, 1, 1, FusedActivation::NONE)
            .Union());
    int sum = Activation("sum", {1, 8, 8, 4}, 0.06f, -10);
    writer_.Operator(0, {first, second}, {sum}, OperatorOptions::AddOptions,
                     tflite::CreateAddOptions(b, FusedActivation::RELU6).Union());
    int pooled = Activation("pooled", {1, 4, 4, 4}, 0.06f, -10);
    writer_.Operator(
        17, {sum}, {pooled}, OperatorOptions::Pool2DOptions,
        tflite::CreatePool2DOptions(b, Padding::VALID, 2, 2, 2, 2, FusedActivation::NONE).Union());
    int flat = Activation("flat", {1, 64}, 0.06f, -10);
    int shape = writer_.Tensor("flat/shape", TensorType::INT32, {2}, {},
                               BytesOf(std::vector<int32_t>{1, 64}));
    writer_.Operator(22, {pooled, shape}, {flat});
    int logits = Activation("logits", {1, 4}, 0.1f, 5);
    writer_.Operator(9, {flat, Weights("logits/w", {4, 64}, -1), Bias("logits/b", 4)}, {logits},
                     OperatorOptions::FullyConnectedOptions,
                     tflite::CreateFullyConnectedOptions(b).Union());
    int scores = Activation("scores", {1, 4}, 1.0f / 256.0f, -128);
    writer_.Operator(25, {logits}, {scores}, OperatorOptions::SoftmaxOptions,
                     tflite::CreateSoftmaxOptions(b, 1.0f).Union());
    return writer_.Finish({image}, {scores});
  }

 private:
  int Activation(const std::string& name, const std::vector<int32_t>& shape, float scale,
                 int32_t zero_point) {
    if (!int8_) return writer_.Tensor(name, TensorType::FLOAT32, shape);
    return writer_.Tensor(name, TensorType::INT8, shape, {{scale}, {zero_point}, 0});
  }

  // axis < 0: one scale for all.
  int Weights(const std::string& name, const Shape& shape, int axis) {
    std::string bytes;
    for (int64_t i = 0; i < ElementCount(shape); ++i) {
      int value = static_cast<int>(random_() % 255) - 127;
      AppendDouble(int8_ ? DType::kS8 : DType::kF32, int8_ ? value : value / 127.0, bytes);
    }
    if (!int8_) return writer_.Tensor(name, TensorType::FLOAT32, shape, {}, bytes);
    Quantization q;
    size_t count = axis < 0 ? 1 : static_cast<size_t>(shape[static_cast<size_t>(axis)]);
    for (size_t c = 0; c < count; ++c) {
      q.scales.push_back(0.004f + 0.001f * static_cast<float>(c));
      q.zero_points.push_back(0);
    }
    q.axis = axis < 0 ? 0 : axis;
    return writer_.Tensor(name, TensorType::INT8, shape, q, bytes);
  }

  int Bias(const std::string& name, int32_t channels) {
    std::string bytes;
    for (int32_t c = 0; c < channels; ++c) {
      int value = static_cast<int>(random_() % 2001) - 1000;
      AppendDouble(int8_ ? DType::kS32 : DType::kF32, int8_ ? value : value / 1000.0, bytes);
    }
    return writer_.Tensor(name, int8_ ? TensorType::INT32 : TensorType::FLOAT32, {channels}, {},
                          bytes);
  }

  bool int8_;
  std::mt19937 random_{7};
  TfliteModelWriter writer_;
};

}  // namespace

std::string SampleInt8Cnn() { return CnnWriter(true).Write(); }
std::string SampleMovements() {
  TfliteModelWriter writer;
  auto& b = writer.builder();
  int next = 0;
  auto real = [&](const std::vector<int32_t>& shape) {
    return writer.Tensor("real" + std::to_string(next++), TensorType::FLOAT32, shape);
  };
  auto whole = [&](const std::vector<int32_t>& shape) {
    return writer.Tensor("whole" + std::to_string(next++), TensorType::INT32, shape);
  };
  auto ints = [&](const std::vector<int32_t>& shape, const std::vector<int32_t>& values) {
    return writer.Tensor("ints" + std::to_string(next++), TensorType::INT32, shape, {},
                         BytesOf(values));
  };
  const int x = writer.Tensor("x", TensorType::FLOAT32, {1, 4, 4, 2});
  const int batches = real({4, 3, 3, 2}), image = real({1, 4, 4, 2});
  writer.Operator(38, {x, ints({2}, {2, 2}), ints({2, 2}, {1, 1, 1, 1})}, {batches});
  writer.Operator(37, {batches, ints({2}, {2, 2}), ints({2, 2}, {1, 1, 1, 1})}, {image});
  const int left = real({1, 4, 1, 2}), right = real({1, 4, 3, 2});
  writer.Operator(102, {image, ints({2}, {1, -1}), ints({}, {2})}, {left, right},
                  OperatorOptions::SplitVOptions, tflite::CreateSplitVOptions(b, 2).Union());
  const int part = real({4, 2});
  writer.Operator(45, {left, ints({2}, {0, 0}), ints({2}, {1, 4}), ints({2}, {1, 1})}, {part},
                  OperatorOptions::StridedSliceOptions,
                  tflite::CreateStridedSliceOptions(b, 2, 2, 0, 0, 5).Union());
  const int shape = whole({4}), rows = whole({}), wanted = whole({2}), tiled = real({8, 4});
  writer.Operator(77, {x}, {shape});
  writer.Operator(45, {shape, ints({1}, {3}), ints({1}, {4}), ints({1}, {1})}, {rows},
                  OperatorOptions::StridedSliceOptions,
                  tflite::CreateStridedSliceOptions(b, 0, 0, 0, 0, 1).Union());
  writer.Operator(83, {rows, rows}, {wanted}, OperatorOptions::PackOptions,
                  tflite::CreatePackOptions(b, 2, 0).Union());
  writer.Operator(69, {part, wanted}, {tiled});
  const int weights = writer.Tensor("weights", TensorType::FLOAT32, {3, 2, 2, 2}, {},
                                    BytesOf(std::vector<float>(24, 0.5f)));
  const int large = real({1, 8, 6, 3});
  writer.Operator(67, {ints({4}, {1, 8, 6, 3}), weights, right}, {large},
                  OperatorOptions::TransposeConvOptions,
                  tflite::CreateTransposeConvOptions(b, Padding::SAME, 2, 2).Union());
  const int range = whole({3}), hot = whole({3, 5});
  writer.Operator(96, {ints({}, {0}), ints({}, {5}), ints({}, {2})}, {range});
  writer.Operator(85, {range, ints({}, {5}), ints({}, {1}), ints({}, {0})}, {hot},
                  OperatorOptions::OneHotOptions, tflite::CreateOneHotOptions(b, -1).Union());
  return writer.Finish({x}, {tiled, large, hot});
}

std::string SampleFloatCnn() { return CnnWriter(false).Write(); }

}  // namespace edgerack::compiler
