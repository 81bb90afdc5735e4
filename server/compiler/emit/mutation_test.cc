// Damaged packages of the operators that move elements, of products, convolutions and pools: the
// loader refuses them, or the kernels stay inside their operands and come to an end. Worth most
// under the asan preset.
#include <cstdlib>
#include <cstring>
#include <random>

#include "firmware/common/crc32.h"
#include "firmware/rt/model.h"
#include "gtest/gtest.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

constexpr const char* kGraphs[] = {
    R"(graph "move" {
  input %x: int16[2,3,4,5]
  input %v: int16[1]
  %t: int16[5,3,4,2] = transpose(%x) {perm = [3, 1, 2, 0]} "t"
  %s: int16[2,3,2,5] = slice(%x) {begin = [3], end = [-9], steps = [-2], axes = [2]} "s"
  %c: int16[2,3,6,5] = concat(%x, %s) {axis = 2} "c"
  %p: int16[3,3,9,5] = pad(%c, %v) {pads = [1, 0, 0, 0, 1, 2, 0, 0]} "p"
  %w: int16[2,3,11,5] = pad(%c) {pads = [0, 0, 0, 0, 4, 1, 0, 0], mode = "wrap"} "w"
  %r: int16[2,3,9,5] = pad(%c) {pads = [0, 0, 0, 0, 1, 2, 0, 0], mode = "reflect"} "r"
  %k: int16[4,3,2,10] = tile(%s) {repeats = [2, 1, 1, 2]} "k"

  output %t
  output %p
  output %w
  output %r
  output %k
}
)",
    R"(graph "index" {
  input %x: float32[2,3,4]
  input %i: int32[2,2]
  input %l: int64[2,3,4]
  input %n: int64[2]
  input %u: float32[2,4]
  %g: float32[2,2,2,4] = gather(%x, %i) {axis = 1} "g"
  %b: float32[2,2,4] = gather(%x, %i) {axis = 1, batch_dims = 1} "b"
  %e: float32[2,3,4] = gather_elements(%x, %l) {axis = 1} "e"
  %d: float32[2,4] = gather_nd(%x, %i) "d"
  %s: float32[2,3,4] = scatter_elements(%x, %l, %e) {axis = 2, reduction = "add"} "s"
  %t: float32[2,3,4] = scatter_nd(%s, %i, %u) {reduction = "max"} "t"
  %q: float32[2,3,4] = reverse_sequence(%t, %n) {batch_axis = 0, time_axis = 2} "q"
  %h: int64[2,5,2] = one_hot(%i, %n) {depth = 5, axis = 1} "h"
  %y: float32[2,3,4] = trilu(%q) {k = 1} "y"
  output %g
  output %b
  output %d
  output %h
  output %y
}
)",
    R"(graph "image" {
  input %x: float32[1,4,4,4]
  input %q: int8[1,4,4,2] q(0.5, 1)
  %a: float32[1,7,3,4] = resize(%x) {mode = "linear", out_h = 7, out_w = 3} "a"
  %b: float32[1,2,6,4] = resize(%x) {mode = "cubic", out_h = 2, out_w = 6, antialias = 1} "b"
  %c: float32[1,5,5,4] = resize(%x) {mode = "nearest", out_h = 5, out_w = 5, coordinate = "tf_crop_and_resize", roi_top = -0.5} "c"
  %d: int8[1,5,5,2] q(0.5, 1) = resize(%q) {mode = "linear", out_h = 5, out_w = 5} "d"
  %m: float32[1,3,3,4] = max_pool2d(%x) {kernel_h = 2, kernel_w = 2, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1} "m"
  %n: float32[1,2,2,4] = lp_pool2d(%x) {kernel_h = 3, kernel_w = 3, stride_h = 2, stride_w = 2, pad_top = 1, pad_left = 1} "n"
  %o: int8[1,2,2,2] q(0.5, 1) = avg_pool2d(%q) {kernel_h = 3, kernel_w = 3, stride_h = 2, stride_w = 2, pad_top = 1, pad_left = 1, count_include_pad = 1} "o"
  output %a
  output %b
  output %c
  output %d
  output %m
  output %n
  output %o
}
)",
    R"(graph "linear" {
  input %x: float32[2,3,4]
  input %z: float32[4,5]
  input %a: int8[2,3,4] q(0.5, 1)
  input %b: int8[2,4,2] q(0.25, -7)
  input %q: int8[1,3,4,4] q(0.5, 1)
  input %f: float32[1,2,3,2,4]
  const %w: int8[2,2,2,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  const %v: int8[2,2,2,4] q(axis 0, [0.5, 0.25], [0, 0]) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  const %u: float32[1,2,2,1,4] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  %m: float32[2,3,5] = matmul(%x, %z) "m"
  %n: int8[2,3,2] q(1.0, 0) = matmul(%a, %b) "n"
  %o: int32[2,3,2] = matmul_integer(%a, %b) {a_zero_point = 3} "o"
  %g: int8[1,2,3,2] q(1.0, 0) = conv2d(%q, %w, none) {groups = 2, stride_h = 1, stride_w = 1} "g"
  %t: int8[1,5,7,2] q(1.0, 0) = conv_transpose2d(%q, %v, none) {stride_h = 2, stride_w = 2, pad_top = 1, pad_left = 1} "t"
  %c: float32[1,1,2,2,1] = conv3d(%f, %u, none) {stride_d = 1, stride_h = 1, stride_w = 1} "c"
  output %m
  output %n
  output %o
  output %g
  output %t
  output %c
}
)",
    R"(graph "packed" {
  input %x: int8[1,4,4,3] q(0.5, 1)
  const %w: int8[3,2,2,3] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36]
  const %d: int8[1,3,3,3] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]
  const %v: int8[5,3] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  %c: int8[1,3,3,3] q(1.0, 0) = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "c"
  %e: int8[1,3,3,3] q(1.0, 0) = depthwise_conv2d(%c, %d, none) {stride_h = 1, stride_w = 1, pad_top = 1, pad_left = 1, pad_bottom = 1, pad_right = 1} "e"
  %f: int8[1,3,3,5] q(1.0, 0) = fully_connected(%e, %v, none) {keep_dims = 1} "f"
  output %f
})",
    R"(graph "int16" {
  input %x: int16[1,4,4,2] q(0.5, 0)
  const %w: int8[2,2,2,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  const %v: int8[1,2,2,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  const %f: int8[3,18] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
  const %b: int64[2] = [1000, -1000]
  const %n: int32[3] = [1000, -1000, 7]
  %c: int16[1,3,3,2] q(0.5, 0) = conv2d(%x, %w, %b) {stride_h = 1, stride_w = 1} "c"
  %d: int16[1,3,3,2] q(0.5, 0) = depthwise_conv2d(%x, %v, %b) {stride_h = 1, stride_w = 1} "d"
  %a: int16[1,3,3,2] q(0.5, 0) = binary(%c, %d) {fn = "add"} "a"
  %t: int16[1,7,7,2] q(0.5, 0) = conv_transpose2d(%a, %w, none) {stride_h = 2, stride_w = 2, output_padding_h = 1, output_padding_w = 1} "t"
  %m: int16[1,3,3,2] q(0.5, 0) = max_pool2d(%t) {kernel_h = 3, kernel_w = 3, stride_h = 2, stride_w = 2} "m"
  %r: int16[1,3,3,2] q(0.5, 0) = resize(%m) {mode = "linear", out_h = 3, out_w = 3} "r"
  %g: int16[1,3] q(0.5, 0) = fully_connected(%r, %f, %n) "g"
  %l: int16[1,3] q(0.5, 0) = unary(%g) {fn = "leaky_relu"} "l"
  %e: int16[1,3] q(0.5, 0) = unary(%l) {fn = "exp"} "e"
  %s: int16[1,3] q(0.000030517578125, 0) = softmax(%e) "s"
  %h: int16[1,3] q(0.000030517578125, 0) = unary(%s) {fn = "tanh"} "h"
  %y: int16[3,3] q(0.5, 0) = matmul(%h, %h) {transpose_a = 1} "y"
  %z: int16[3] q(0.5, 0) = reduce(%y) {fn = "mean", axes = [0], keepdims = 0} "z"
  output %z
}
)"};

std::string PackageOf(const std::string& text) {
  auto graph = ParseGraph(text);
  EXPECT_TRUE(graph.ok()) << graph.status();
  EXPECT_TRUE(VerifyGraph(*graph).ok()) << VerifyGraph(*graph);
  auto program = LowerGraph(*graph, ER_ISA_ARMV7EM, KernelPreference::kFast);
  EXPECT_TRUE(program.ok()) << program.status();
  auto package = WritePackage(*program, PlanMemory(*program), std::string(64, '0'));
  EXPECT_TRUE(package.ok()) << package.status();
  return package.ok() ? package->bytes : "";
}

struct Free {
  void operator()(uint8_t* p) const { std::free(p); }
};

std::unique_ptr<uint8_t, Free> Aligned(size_t bytes) {
  void* memory = nullptr;
  EXPECT_EQ(posix_memalign(&memory, 16, bytes), 0);
  return std::unique_ptr<uint8_t, Free>(static_cast<uint8_t*>(memory));
}

// Loads and runs; the CRC is repaired, otherwise no damage would get past it.
bool Runs(std::string bytes, std::mt19937& random) {
  constexpr uint32_t kArenaBytes = 1 << 16;
  er_package_header_t header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.total_bytes >= sizeof header && header.total_bytes <= bytes.size()) {
    header.crc32 =
        er_crc32(0, reinterpret_cast<const uint8_t*>(bytes.data()) + 16, header.total_bytes - 16);
    std::memcpy(bytes.data(), &header, sizeof header);
  }
  auto package = Aligned(bytes.size());  // exactly: the sanitizer's redzone starts behind it
  auto arena = Aligned(kArenaBytes);
  std::memcpy(package.get(), bytes.data(), bytes.size());
  er_model_t model;
  const er_model_place_t place = {package.get(),  static_cast<uint32_t>(bytes.size()),
                                  arena.get(),    kArenaBytes,
                                  ER_ISA_ARMV7EM, er_kernel_find};
  if (er_model_load(&place, &model).code != ER_RT_OK) return false;
  for (uint32_t i = 0; i < header.arena_bytes && i < kArenaBytes; ++i) {
    arena.get()[i] = static_cast<uint8_t>(random());  // wild indices, NaN, everything
  }
  er_model_run(&model, ER_RT_ALL_LAYERS);
  return true;
}

uint32_t WildNumber(std::mt19937& random, uint32_t old) {
  constexpr uint32_t kWild[] = {0,          1,          2,          3,          6,
                                12,         0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE,
                                0x01000000, 0x01000001, 0x10000000, 0xFF000000, 0x0000FFFF};
  const uint32_t choice = random() % 20;
  if (choice < 15) return kWild[choice];
  if (choice < 18) return old + random() % 9 - 4;
  return random();
}

TEST(MutationTest, DamagedPackagesNeverCrashOrHang) {
  std::mt19937 random(42);
  int ran = 0;
  for (const char* text : kGraphs) {
    const std::string package = PackageOf(text);
    ASSERT_FALSE(package.empty());
    ASSERT_TRUE(Runs(package, random)) << text;
    er_package_header_t header;
    std::memcpy(&header, package.data(), sizeof header);
    for (int round = 0; round < 15'000; ++round) {
      std::string bytes = package;
      for (uint32_t edits = 1 + random() % 3; edits > 0; --edits) {
        // Tensors, operators, operands and params stand between the header and the names.
        const size_t words = (header.names_offset - sizeof header) / 4;
        const size_t at = sizeof header + random() % words * 4;
        uint32_t word;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        word = WildNumber(random, word);
        std::memcpy(bytes.data() + at, &word, sizeof word);
      }
      ran += Runs(std::move(bytes), random);
    }
  }
  EXPECT_GT(ran, 1000);  // the damage is not so rough that everything is refused
}

}  // namespace
}  // namespace edgerack::compiler
