#include "firmware/rt/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "firmware/rt/profiler.h"
#include "firmware/rt/unpack.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

// A package and an arena in memory of exactly their sizes, so that the sanitizer sees a step out.
class Loaded {
 public:
  explicit Loaded(const std::vector<uint8_t>& package,
                  er_kernel_resolver_t* resolve = er_kernel_find, uint8_t isa = ER_ISA_MVE,
                  uint32_t arena_capacity = 4096, void (*between_layers)() = nullptr) {
    bytes_ = Allocate(package.size());
    std::memcpy(bytes_.get(), package.data(), package.size());
    uint32_t arena_bytes = arena_capacity;
    if (package.size() >= sizeof(er_package_header_t)) {
      er_package_header_t h;
      std::memcpy(&h, package.data(), sizeof h);
      arena_bytes = std::min(h.arena_bytes, arena_capacity);
    }
    arena_ = Allocate(arena_bytes);
    const er_model_place_t place = {bytes_.get(),  static_cast<uint32_t>(package.size()),
                                    arena_.get(),  arena_capacity,
                                    isa,           resolve,
                                    between_layers};
    status = er_model_load(&place, &model);
  }

  std::vector<uint8_t> Run(const std::vector<uint8_t>& input, uint32_t layers = ER_RT_ALL_LAYERS) {
    const er_package_tensor_t& in = model.tensors[er_model_input(&model, 0)];
    std::memcpy(model.arena + in.offset, input.data(), std::min<size_t>(input.size(), in.bytes));
    er_model_run(&model, layers);
    return Tensor(er_model_output(&model, 0));
  }

  std::vector<uint8_t> Tensor(uint32_t index) const {
    const uint8_t* data = er_model_tensor_data(&model, index);
    return {data, data + model.tensors[index].bytes};
  }

  er_rt_status_t status;
  er_model_t model = {};

 private:
  struct Free {
    void operator()(uint8_t* p) const { std::free(p); }
  };
  using Bytes = std::unique_ptr<uint8_t, Free>;
  // Not rounded up: the sanitizer's redzone starts right behind the last byte.
  static Bytes Allocate(size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 16, bytes) != 0) std::abort();
    return Bytes(static_cast<uint8_t*>(memory));
  }
  Bytes bytes_, arena_;
};

std::vector<uint8_t> RandomInput(uint32_t seed, size_t bytes) {
  std::mt19937 random(seed);
  std::vector<uint8_t> input(bytes);
  for (uint8_t& b : input) b = static_cast<uint8_t>(random());
  return input;
}

TEST(Model, NativeAndReferenceAgree) {
  Loaded native(BuildTinyModel(true).package);
  Loaded reference(BuildTinyModel(true).package, er_kernel_reference_of);
  ASSERT_EQ(native.status.code, ER_RT_OK) << native.status.text;
  ASSERT_EQ(reference.status.code, ER_RT_OK) << reference.status.text;
  EXPECT_STREQ(native.model.kernels[0]->name, "conv2d_s8_armv7em");
  EXPECT_STREQ(reference.model.kernels[0]->name, "conv2d_s8_ref");
  for (uint32_t seed = 0; seed < 20; seed++) {
    const auto input = RandomInput(seed, TinyModel::kInputBytes);
    const auto output = native.Run(input);
    EXPECT_EQ(output, reference.Run(input));
    int sum = 0;
    for (uint8_t q : output) sum += static_cast<int8_t>(q) + 128;
    EXPECT_NEAR(sum, 256, 8);  // probabilities of 1/256 each
  }
}

std::vector<uint8_t> Unpacked(const Loaded& loaded) {
  std::vector<uint8_t> package(er_package_unpacked_bytes(&loaded.model));
  er_package_unpack(&loaded.model, package.data());
  return package;
}

TEST(Model, PackedWeightsGiveTheSameNumbers) {
  Loaded reference(BuildTinyModel(false).package), packed(BuildTinyPackedModel().package);
  ASSERT_EQ(packed.status.code, ER_RT_OK) << packed.status.text;
  EXPECT_STREQ(packed.model.kernels[0]->name, "conv2d_s8_armv7em_pairs");
  const auto package = Unpacked(packed);
  Loaded unpacked(package, er_kernel_reference_of);
  ASSERT_EQ(unpacked.status.code, ER_RT_OK) << unpacked.status.text;
  EXPECT_STREQ(unpacked.model.kernels[0]->name, "conv2d_s8_ref");
  for (uint32_t seed = 0; seed < 20; seed++) {
    const auto input = RandomInput(seed, TinyModel::kInputBytes);
    const auto expected = reference.Run(input);
    EXPECT_EQ(packed.Run(input), expected) << seed;
    EXPECT_EQ(unpacked.Run(input), expected) << seed;
  }
}

TEST(Model, UnpackingChangesNothingElse) {
  const auto plain = BuildTinyModel(true).package;
  EXPECT_EQ(Unpacked(Loaded(plain)), plain);
  Loaded packed(BuildTinyPackedModel().package), canonical(plain);
  Loaded unpacked(Unpacked(packed), er_kernel_reference_of);
  ASSERT_EQ(unpacked.status.code, ER_RT_OK) << unpacked.status.text;
  ASSERT_EQ(unpacked.model.header->tensor_count, canonical.model.header->tensor_count);
  for (uint32_t i = 0; i < canonical.model.header->tensor_count; i++) {
    const er_package_tensor_t& t = canonical.model.tensors[i];
    EXPECT_EQ(unpacked.model.tensors[i].packing, ER_PACKING_CANONICAL);
    if (t.place == ER_PLACE_CONSTANT) {
      EXPECT_EQ(unpacked.Tensor(i), canonical.Tensor(i)) << i;
    }
  }
  // A kernel that takes packed weights refuses them now.
  EXPECT_EQ(Loaded(Unpacked(packed)).status.code, ER_RT_INVALID);
}

TEST(Model, FloatModelGivesProbabilities) {
  Loaded loaded(BuildTinyFloatModel());
  ASSERT_EQ(loaded.status.code, ER_RT_OK) << loaded.status.text;
  std::vector<float> x(72);
  std::iota(x.begin(), x.end(), -36.0f);
  for (float& v : x) v /= 30;
  std::vector<uint8_t> input(sizeof(float) * x.size());
  std::memcpy(input.data(), x.data(), input.size());
  const auto output = loaded.Run(input);
  float y[7];
  std::memcpy(y, output.data(), sizeof y);
  EXPECT_NEAR(std::accumulate(y, y + 7, 0.0f), 1.0f, 1e-6f);
  for (float v : y) EXPECT_GT(v, 0.0f);
}

std::vector<uint8_t> FloatInput(uint32_t seed, size_t count) {
  std::mt19937 random(seed);
  std::vector<uint8_t> input(count * sizeof(float));
  for (size_t i = 0; i < count; i++) {
    const float value = std::uniform_real_distribution<float>(-1, 1)(random);
    std::memcpy(input.data() + i * sizeof value, &value, sizeof value);
  }
  return input;
}

TEST(State, IsCarriedFromRunToRunOrStartsFromZero) {
  const auto input = FloatInput(5, 24);
  for (bool carry : {false, true}) {
    Loaded loaded(BuildTinyRecurrentModel(carry));
    ASSERT_EQ(loaded.status.code, ER_RT_OK) << loaded.status.text << " " << loaded.status.detail;
    std::vector<std::vector<uint8_t>> outputs;
    for (int run = 0; run < 3; run++) {
      er_model_begin_run(&loaded.model);
      outputs.push_back(loaded.Run(input));
    }
    EXPECT_EQ(outputs[0] == outputs[1], !carry);
    EXPECT_EQ(outputs[0] == outputs[2], !carry);
    er_model_reset_state(&loaded.model);
    EXPECT_EQ(loaded.Run(input), outputs[0]);
  }
}

TEST(State, OfInt8IsSetToItsZeroPoint) {
  auto package = BuildTinyRecurrentModel(true);
  er_package_header_t h;
  std::memcpy(&h, package.data(), sizeof h);
  constexpr uint32_t kHq = 9, kZeroPoint = static_cast<uint32_t>(-3);
  std::memcpy(package.data() + h.tensors_offset + kHq * sizeof(er_package_tensor_t) +
                  offsetof(er_package_tensor_t, zero_point),
              &kZeroPoint, sizeof kZeroPoint);
  SealPackage(package);
  Loaded loaded(package);
  ASSERT_EQ(loaded.status.code, ER_RT_OK) << loaded.status.text;
  EXPECT_EQ(loaded.Tensor(kHq), std::vector<uint8_t>(6, 0xFD));
}

TEST(Model, StopsAfterTheLayersAskedFor) {
  Loaded all(BuildTinyModel(false).package), one(BuildTinyModel(false).package);
  const auto input = RandomInput(3, TinyModel::kInputBytes);
  one.Run(input, 1);
  const auto conv = one.Tensor(TinyModel::kConvOutputTensor);
  EXPECT_NE(conv, std::vector<uint8_t>(conv.size(), 0));
  // The output shares its place with the input, which nobody has overwritten yet.
  EXPECT_EQ(one.Tensor(3), std::vector<uint8_t>(input.begin() + 16, input.begin() + 26));
  EXPECT_EQ(er_model_run(&all.model, 2), 2u);
  EXPECT_EQ(er_model_run(&all.model, ER_RT_ALL_LAYERS), 3u);
  EXPECT_EQ(all.model.running_layer, ER_RT_NO_LAYER);
  EXPECT_STREQ(er_model_name(&all.model, all.model.ops[1].name_offset), "fc");
}

uint32_t fake_now;
uint32_t FakeCycles() { return fake_now += 10; }

TEST(Profiler, SubtractsItsOwnCost) {
  Loaded loaded(BuildTinyModel(false).package);
  const er_counters_t counters = {FakeCycles, nullptr};
  std::vector<er_counts_t> layers(ER_RT_MAX_OPS);
  const er_profile_t profile = er_model_profile(&loaded.model, &counters, layers.data());
  EXPECT_EQ(profile.layers, TinyModel::kLayers);
  EXPECT_EQ(profile.overhead.cycles, 10u);
  // The fake clock advances only when it is read, so the layers themselves cost nothing.
  for (uint32_t i = 0; i < profile.layers; i++) EXPECT_EQ(layers[i].cycles, 0u);
  EXPECT_EQ(profile.total.cycles, 10u * (2 * TinyModel::kLayers + 1));
}

int pauses = 0;
void Pause() {
  ++pauses;
  fake_now += 7;
}

TEST(Executor, PausesAfterEachLayer) {
  Loaded loaded(BuildTinyModel(false).package, er_kernel_find, ER_ISA_MVE, 4096, Pause);
  pauses = 0;
  er_model_run(&loaded.model, ER_RT_ALL_LAYERS);
  EXPECT_EQ(pauses, int{TinyModel::kLayers});
  er_model_run(&loaded.model, 2);
  EXPECT_EQ(pauses, TinyModel::kLayers + 2);
}

TEST(Profiler, PausesAreInNoLayerAndTheirCostIsKnown) {
  Loaded loaded(BuildTinyModel(false).package, er_kernel_find, ER_ISA_MVE, 4096, Pause);
  const er_counters_t counters = {FakeCycles, nullptr};
  std::vector<er_counts_t> layers(ER_RT_MAX_OPS);
  er_model_profile(&loaded.model, &counters, layers.data());
  for (uint32_t i = 0; i < TinyModel::kLayers; i++) EXPECT_EQ(layers[i].cycles, 0u);
  EXPECT_EQ(er_model_pauses_cost(&loaded.model, &counters, 2).cycles, 2 * 7u);
  EXPECT_EQ(er_model_pauses_cost(&loaded.model, &counters, ER_RT_ALL_LAYERS).cycles,
            TinyModel::kLayers * 7u);
}

TEST(Profiler, CountersWrap) {
  const er_counts_t counts = er_counts_between({0xFFFFFFF0u, 5}, {0x10u, 4});
  EXPECT_EQ(counts.cycles, 0x20u);
  EXPECT_EQ(counts.extra, 0xFFFFFFFFu);
  EXPECT_EQ(er_counts_without({5, 100}, {10, 30}).cycles, 0u);
  EXPECT_EQ(er_counts_without({5, 100}, {10, 30}).extra, 70u);
}

class Refusal : public testing::Test {
 protected:
  template <typename T>
  T Get(size_t offset) const {
    T value;
    std::memcpy(&value, package.data() + offset, sizeof value);
    return value;
  }
  template <typename T>
  void Set(size_t offset, T value) {
    std::memcpy(package.data() + offset, &value, sizeof value);
    SealPackage(package);
  }
  size_t Tensor(size_t index, size_t field) const {
    return Get<uint32_t>(offsetof(er_package_header_t, tensors_offset)) +
           index * sizeof(er_package_tensor_t) + field;
  }
  size_t Op(size_t index, size_t field) const {
    return Get<uint32_t>(offsetof(er_package_header_t, ops_offset)) +
           index * sizeof(er_package_op_t) + field;
  }
  void ExpectRefused(er_rt_code_t code, const std::string& text) {
    Loaded loaded(package);
    EXPECT_EQ(loaded.status.code, code) << loaded.status.text;
    EXPECT_NE(std::string(loaded.status.text).find(text), std::string::npos) << loaded.status.text;
  }
  std::vector<uint8_t> package = BuildTinyModel(true).package;
};

TEST_F(Refusal, Header) {
  auto whole = package;
  package.resize(20);
  ExpectRefused(ER_RT_CORRUPT, "shorter");
  package = whole;
  Set<uint32_t>(0, 0);
  ExpectRefused(ER_RT_CORRUPT, "magic");
  package = whole;
  Set<uint16_t>(4, 2);
  ExpectRefused(ER_RT_UNSUPPORTED, "ABI");
  package = whole;
  package.back() ^= 1;
  ExpectRefused(ER_RT_CORRUPT, "CRC");
  package = whole;
  package.resize(package.size() - 4);
  ExpectRefused(ER_RT_TOO_LARGE, "longer");
  package = whole;
  Set<uint32_t>(offsetof(er_package_header_t, arena_bytes), 5000);
  ExpectRefused(ER_RT_TOO_LARGE, "arena");
}

TEST_F(Refusal, InstructionSetTheCoreLacks) {
  Loaded loaded(package, er_kernel_find, ER_ISA_SCALAR);
  EXPECT_EQ(loaded.status.code, ER_RT_UNSUPPORTED);
  Set<uint8_t>(offsetof(er_package_header_t, isa), ER_ISA_SCALAR);
  ExpectRefused(ER_RT_CORRUPT, "instruction set");
}

TEST_F(Refusal, SectionsOutside) {
  const auto whole = package;
  for (size_t field :
       {offsetof(er_package_header_t, tensors_offset), offsetof(er_package_header_t, ops_offset),
        offsetof(er_package_header_t, io_offset), offsetof(er_package_header_t, names_offset),
        offsetof(er_package_header_t, constants_offset)}) {
    for (uint32_t bad : {0u, 2u, 0xFFFFFFFCu, static_cast<uint32_t>(whole.size())}) {
      package = whole;
      Set<uint32_t>(field, bad);
      Loaded loaded(package);
      EXPECT_NE(loaded.status.code, ER_RT_OK) << field << " " << bad;
    }
  }
}

TEST_F(Refusal, Tensors) {
  const auto whole = package;
  Set<uint32_t>(Tensor(0, offsetof(er_package_tensor_t, offset)), 0xFFFFFFF0u);
  ExpectRefused(ER_RT_CORRUPT, "arena");
  package = whole;
  Set<uint32_t>(Tensor(0, offsetof(er_package_tensor_t, bytes)), 193);
  ExpectRefused(ER_RT_CORRUPT, "dims");
  package = whole;
  Set<int32_t>(Tensor(0, offsetof(er_package_tensor_t, dims)), -1);
  ExpectRefused(ER_RT_CORRUPT, "dimension");
  package = whole;
  Set<uint8_t>(Tensor(0, offsetof(er_package_tensor_t, dtype)), 99);
  ExpectRefused(ER_RT_UNSUPPORTED, "element type");
  package = whole;
  Set<uint32_t>(Tensor(4, offsetof(er_package_tensor_t, offset)), 0);  // weights
  ExpectRefused(ER_RT_CORRUPT, "constants");
  package = whole;
  Set<uint32_t>(Tensor(4, offsetof(er_package_tensor_t, name_offset)), 1 << 20);
  ExpectRefused(ER_RT_CORRUPT, "name");
}

TEST_F(Refusal, Ops) {
  const auto whole = package;
  Set<uint16_t>(Op(0, offsetof(er_package_op_t, kernel)), 0x7777);
  ExpectRefused(ER_RT_UNSUPPORTED, "kernel");
  package = whole;
  Set<uint32_t>(Op(0, offsetof(er_package_op_t, params_bytes)), 4);
  ExpectRefused(ER_RT_CORRUPT, "params");
  package = whole;
  Set<uint32_t>(Op(0, offsetof(er_package_op_t, scratch_bytes)), 4);
  ExpectRefused(ER_RT_INVALID, "scratch");
  package = whole;
  Set<uint32_t>(Op(0, offsetof(er_package_op_t, scratch_offset)), 4080);
  ExpectRefused(ER_RT_CORRUPT, "scratch");
  package = whole;
  const auto operands = Get<uint32_t>(Op(0, offsetof(er_package_op_t, operands_offset)));
  Set<uint16_t>(operands, 500);
  ExpectRefused(ER_RT_CORRUPT, "does not exist");
  package = whole;
  Set<uint16_t>(operands + 5 * 2, 4);  // the output
  ExpectRefused(ER_RT_CORRUPT, "constant");
  package = whole;
  Set<uint16_t>(operands + 3 * 2, ER_PACKAGE_NO_TENSOR);
  ExpectRefused(ER_RT_INVALID, "multiplier");
}

// What this reader does with a later packing, an older one does with these.
TEST_F(Refusal, Packings) {
  const auto whole = BuildTinyPackedModel().package;
  const uint16_t w = kTinyPackedWeights;
  package = whole;
  Set<uint8_t>(Tensor(w, offsetof(er_package_tensor_t, packing)), 200);
  ExpectRefused(ER_RT_UNSUPPORTED, "packing this reader does not know");
  package = whole;
  Set<uint8_t>(Tensor(w, offsetof(er_package_tensor_t, packing)), ER_PACKING_CANONICAL);
  ExpectRefused(ER_RT_CORRUPT, "bytes and dims");
  Set<uint32_t>(Tensor(w, offsetof(er_package_tensor_t, bytes)), 135);
  ExpectRefused(ER_RT_INVALID, "packed otherwise");
  package = whole;
  const auto packed_bytes = Get<uint32_t>(Tensor(w, offsetof(er_package_tensor_t, bytes)));
  EXPECT_EQ(packed_bytes, 6u * 28u);
  Set<uint32_t>(Tensor(w, offsetof(er_package_tensor_t, bytes)), packed_bytes - 4);
  ExpectRefused(ER_RT_CORRUPT, "bytes and dims");
  package = whole;
  const auto offset = Get<uint32_t>(Tensor(w, offsetof(er_package_tensor_t, offset)));
  Set<uint32_t>(Tensor(w, offsetof(er_package_tensor_t, offset)), offset + 4);
  ExpectRefused(ER_RT_CORRUPT, "not aligned");
  package = whole;
  Set<uint8_t>(Tensor(w, offsetof(er_package_tensor_t, dtype)), ER_DTYPE_S16);
  ExpectRefused(ER_RT_CORRUPT, "none for its type");
  package = whole;
  Set<uint8_t>(Tensor(0, offsetof(er_package_tensor_t, packing)), ER_PACKING_ROW_PAIRS);
  ExpectRefused(ER_RT_CORRUPT, "no constant");
  // Canonical weights for a kernel that takes pairs.
  package = BuildTinyModel(true).package;
  Set<uint16_t>(Op(0, offsetof(er_package_op_t, kernel)), 0x012);
  ExpectRefused(ER_RT_INVALID, "packed otherwise");
  // A packed output would be read as if it were not.
  package = whole;
  const auto io = Get<uint32_t>(offsetof(er_package_header_t, io_offset));
  Set<uint16_t>(io + 2, w);
  ExpectRefused(ER_RT_CORRUPT, "output is packed");
  package = whole;
  Loaded reference(package, er_kernel_reference_of);
  EXPECT_EQ(reference.status.code, ER_RT_INVALID);
}

TEST_F(Refusal, FlagsThisReaderDoesNotKnow) {
  Set<uint8_t>(offsetof(er_package_header_t, flags), 0x80);
  ExpectRefused(ER_RT_UNSUPPORTED, "flags");
}

TEST_F(Refusal, ParamsThatLeaveTheOperands) {
  const auto whole = package;
  const auto params = Get<uint32_t>(Op(0, offsetof(er_package_op_t, params_offset)));
  for (size_t field = 0; field < 15; field++) {  // every member of er_conv2d_shape_t
    for (int32_t bad : {-1, 0x40000000, INT32_MAX, INT32_MIN}) {
      package = whole;
      Set<int32_t>(params + 4 * field, bad);
      Loaded loaded(package);
      EXPECT_EQ(loaded.status.code, ER_RT_INVALID) << field << " = " << bad;
    }
  }
}

TEST(Registry, NamesAndReferences) {
  uint32_t count;
  const er_kernel_t* table = er_kernel_table(&count);
  ASSERT_GE(count, 19u);
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) {
      EXPECT_LT(table[i - 1].id, table[i].id);
    }
    EXPECT_EQ(er_kernel_find(table[i].id), &table[i]);
    const er_kernel_t* reference = er_kernel_reference_of(table[i].id);
    ASSERT_NE(reference, nullptr);
    EXPECT_EQ(reference->isa, ER_ISA_SCALAR);
    EXPECT_STREQ(reference->op, table[i].op);
    EXPECT_STREQ(reference->dtype, table[i].dtype);
    EXPECT_EQ(reference->traits, table[i].traits);
  }
  EXPECT_STREQ(er_kernel_find(0x011)->name, "conv2d_s8_armv7em");
  EXPECT_EQ(er_kernel_find(0x7777), nullptr);
  EXPECT_EQ(er_kernel_reference_of(0x7777), nullptr);
}

// Random damage with a valid CRC: the loader refuses it or the kernels stay inside their operands.
// Under the address sanitizer a step outside ends the test.
TEST(Mutation, DamagedPackagesNeverCrash) {
  std::mt19937 random(99);
  const std::vector<uint8_t> seeds[] = {
      BuildTinyModel(true).package, BuildTinyPackedModel().package, BuildTinyFloatModel(),
      BuildTinyDepthwiseModel(),    BuildTinyHybridModel(),         BuildTinyRecurrentModel(true)};
  int accepted = 0;
  for (int round = 0; round < 40000; round++) {
    std::vector<uint8_t> package = seeds[random() % std::size(seeds)];
    er_package_header_t h;
    std::memcpy(&h, package.data(), sizeof h);
    const uint32_t edits = 1 + random() % 3;
    for (uint32_t i = 0; i < edits; i++) {
      // Everything but the constants, whose damage only changes numbers.
      size_t at = 16 + random() % (h.constants_offset - 16);
      static constexpr uint32_t kValues[] = {0,   1,          2,          3,         255,
                                             256, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
      switch (random() % 3) {
        case 0:
          package[at] = static_cast<uint8_t>(random());
          break;
        case 1:
          package[at] ^= static_cast<uint8_t>(1u << (random() % 8));
          break;
        default:
          at &= ~size_t{3};
          std::memcpy(package.data() + at, &kValues[random() % 9], 4);
      }
    }
    SealPackage(package);
    Loaded loaded(package, random() % 2 ? er_kernel_find : er_kernel_reference_of);
    if (loaded.status.code != ER_RT_OK) continue;
    accepted++;
    if (loaded.model.header->input_count > 0 && loaded.model.header->output_count > 0) {
      loaded.Run(RandomInput(1, 1 << 12));
    }
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace edgerack::firmware
