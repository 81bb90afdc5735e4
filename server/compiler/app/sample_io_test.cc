#include "server/compiler/app/sample_io.h"

#include <cmath>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"

namespace edgerack::compiler {
namespace {

template <typename T>
NpyArray Array(char kind, std::vector<int64_t> shape, const std::vector<T>& values) {
  NpyArray array;
  array.kind = kind;
  array.item_bytes = sizeof(T);
  array.shape = std::move(shape);
  array.data = BytesOf(values);
  return array;
}

PackageTensor Input(DType dtype, Shape shape) {
  PackageTensor tensor;
  tensor.name = "in";
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.bytes = ElementCount(tensor.shape) * DTypeBytes(dtype);
  if (dtype == DType::kS8 || dtype == DType::kS16) tensor.scale = 0.5f;
  if (dtype == DType::kS8) tensor.zero_point = -1;
  return tensor;
}

absl::StatusOr<TensorSamples> Exact(const NpyArray& array, const PackageTensor& tensor) {
  return ConvertArray(array, "k", tensor, Conversion::kExact, false, 0);
}

absl::StatusOr<TensorSamples> Dataset(const NpyArray& array, const PackageTensor& tensor,
                                      int64_t limit = 0) {
  return ConvertArray(array, "k", tensor, Conversion::kQuantize, true, limit);
}

TEST(SampleIoTest, CountsSamplesByTheLeadingDimension) {
  const PackageTensor tensor = Input(DType::kF32, {1, 2});
  EXPECT_EQ(Exact(Array<float>('f', {1, 2}, {1, 2}), tensor)->samples, 1);
  EXPECT_EQ(Exact(Array<float>('f', {2}, {1, 2}), tensor)->samples, 1);
  EXPECT_EQ(Exact(Array<float>('f', {3, 2}, {1, 2, 3, 4, 5, 6}), tensor)->samples, 3);
  EXPECT_EQ(Exact(Array<float>('f', {2, 1, 2}, {1, 2, 3, 4}), tensor)->samples, 2);
  auto wrong = Exact(Array<float>('f', {1, 3}, {1, 2, 3}), tensor);
  EXPECT_NE(ErrorMessageOf(wrong.status()).find("1x3"), std::string::npos);
  EXPECT_NE(ErrorMessageOf(wrong.status()).find("1x2"), std::string::npos);
}

TEST(SampleIoTest, DatasetsMayHaveAnotherShapeOfAsManyElements) {
  const PackageTensor tensor = Input(DType::kF32, {1, 2, 2, 1});
  auto flat = Dataset(Array<float>('f', {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), tensor);
  ASSERT_TRUE(flat.ok()) << flat.status();
  EXPECT_EQ(flat->samples, 2);
  EXPECT_EQ(Dataset(Array<float>('f', {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), tensor, 1)->samples, 1);
  EXPECT_FALSE(Dataset(Array<float>('f', {2, 3}, {1, 2, 3, 4, 5, 6}), tensor).ok());
  EXPECT_FALSE(Exact(Array<float>('f', {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), tensor).ok());
}

TEST(SampleIoTest, QuantizesLikeTheKernel) {
  const PackageTensor tensor = Input(DType::kS8, {1, 4});
  auto q = Dataset(Array<float>('f', {1, 4}, {0.25f, -0.25f, 0.7f, 1000.0f}), tensor);
  ASSERT_TRUE(q.ok()) << q.status();
  // x / 0.5 rounded half away from zero, minus 1; the last one is clamped.
  EXPECT_EQ(q->data, BytesOf(std::vector<int8_t>{0, -2, 0, 127}));
  EXPECT_EQ(q->saturated, 1);
}

TEST(SampleIoTest, Int8StaysAsItIs) {
  const PackageTensor tensor = Input(DType::kS8, {1, 2});
  EXPECT_EQ(Dataset(Array<int8_t>('i', {1, 2}, {-128, 5}), tensor)->data, std::string("\x80\x05"));
  EXPECT_EQ(Exact(Array<int64_t>('i', {1, 2}, {-128, 5}), tensor)->data, std::string("\x80\x05"));
  auto large = Exact(Array<int64_t>('i', {1, 2}, {0, 200}), tensor);
  EXPECT_NE(ErrorMessageOf(large.status()).find("200"), std::string::npos);
}

TEST(SampleIoTest, Int16IsQuantizedLikeInt8) {
  const PackageTensor tensor = Input(DType::kS16, {3});
  auto real = Dataset(Array<float>('f', {1, 3}, {-0.25f, 100.0f, 20000.0f}), tensor);
  ASSERT_TRUE(real.ok()) << real.status();
  EXPECT_EQ(real->data, BytesOf(std::vector<int16_t>{-1, 200, 32767}));
  EXPECT_EQ(real->saturated, 1);
  // Its own type stays, other integers are real values.
  auto same = Dataset(Array<int16_t>('i', {1, 3}, {1, 2, -32768}), tensor);
  EXPECT_EQ(same->data, BytesOf(std::vector<int16_t>{1, 2, -32768}));
  auto bytes = Dataset(Array<int8_t>('i', {1, 3}, {1, 2, -128}), tensor);
  EXPECT_EQ(bytes->data, BytesOf(std::vector<int16_t>{2, 4, -256}));
  const NpyArray back = OutputArray(tensor, same->data, 0, 6, 1, false, true);
  EXPECT_EQ(back.data, BytesOf(std::vector<float>{0.5f, 1.0f, -16384.0f}));
}

TEST(SampleIoTest, ExactNeverRescalesSilently) {
  EXPECT_EQ(
      ErrorCodeOf(Exact(Array<float>('f', {1, 2}, {1, 2}), Input(DType::kS8, {1, 2})).status()),
      "BAD_DATASET");
  EXPECT_FALSE(Exact(Array<uint8_t>('u', {1, 2}, {1, 2}), Input(DType::kF32, {1, 2})).ok());
  // A wider float is no rescaling.
  auto narrowed = Exact(Array<double>('f', {1, 1}, {0.5}), Input(DType::kF32, {1, 1}));
  EXPECT_EQ(narrowed->data, BytesOf(std::vector<float>{0.5f}));
}

TEST(SampleIoTest, NamesTheSampleThatHoldsNan) {
  auto bad = Dataset(Array<float>('f', {3, 2}, {1, 2, 3, std::nanf(""), 5, 6}),
                     Input(DType::kF32, {1, 2}));
  EXPECT_NE(ErrorMessageOf(bad.status()).find("sample 1 "), std::string::npos) << bad.status();
}

TEST(SampleIoTest, InterleavesInputsPerSample) {
  TensorSamples a, b;
  a.samples = b.samples = 2;
  a.data = "AABB";
  b.data = "xy";
  EXPECT_EQ(Interleave({a, b}, {2, 1}), "AAxBBy");
}

TEST(SampleIoTest, OutputsComeBackInTheModelsShape) {
  PackageTensor tensor = Input(DType::kS8, {1, 2});
  const std::string raw("\x01\x02zz\x03\x04zz", 8);
  NpyArray batch = OutputArray(tensor, raw, 0, 4, 2, true, false);
  EXPECT_EQ(batch.shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(batch.data, std::string("\x01\x02\x03\x04"));
  NpyArray real = OutputArray(tensor, raw, 0, 4, 2, true, true);
  EXPECT_EQ(real.TypeName(), "float32");
  EXPECT_EQ(real.Value(3), 2.5);  // 0.5 * (4 + 1)
}

TEST(SampleIoTest, FindsInputsByNameNumberOrAlone) {
  PackageInfo package;
  package.tensors = {Input(DType::kF32, {1})};
  package.inputs = {0};
  const NpyArray array = Array<float>('f', {1}, {1});
  EXPECT_TRUE(FindInput({{"in", array}}, package, 0).ok());
  EXPECT_TRUE(FindInput({{"input_0", array}}, package, 0).ok());
  EXPECT_TRUE(FindInput({{"", array}}, package, 0).ok());
  auto missing = FindInput({{"z", array}}, package, 0);
  EXPECT_NE(ErrorMessageOf(missing.status()).find("'in'"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::compiler
