#include "firmware/tests/package_builder.h"

#include <cstddef>
#include <random>
#include <utility>

#include "firmware/common/crc32.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"
#include "firmware/kernels/fully_connected/fully_connected.h"
#include "firmware/kernels/pool2d/pool2d.h"
#include "firmware/kernels/recurrent/quantized.h"
#include "firmware/kernels/recurrent/recurrent.h"
#include "firmware/kernels/softmax/softmax.h"
#include "firmware/kernels/svdf/svdf.h"
#include "firmware/kernels/unary/unary.h"

namespace edgerack::firmware {
namespace {

uint32_t ElementBytes(uint8_t dtype) {
  return dtype == ER_DTYPE_S8 ? 1 : dtype == ER_DTYPE_S16 ? 2 : 4;
}

er_package_tensor_t MakeTensor(er_dtype_t dtype, const std::vector<int32_t>& dims) {
  er_package_tensor_t t = {};
  t.dtype = dtype;
  t.rank = static_cast<uint8_t>(dims.size());
  t.bytes = ElementBytes(dtype);
  for (size_t i = 0; i < ER_PACKAGE_MAX_RANK; i++) {
    t.dims[i] = i < dims.size() ? dims[i] : 1;
    t.bytes *= static_cast<uint32_t>(t.dims[i]);
  }
  return t;
}

void Align(std::vector<uint8_t>& bytes, size_t alignment) {
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
}

uint32_t Append(std::vector<uint8_t>& to, const void* data, size_t bytes, size_t alignment) {
  Align(to, alignment);
  const auto offset = static_cast<uint32_t>(to.size());
  const auto* from = static_cast<const uint8_t*>(data);
  to.insert(to.end(), from, from + bytes);
  return offset;
}

}  // namespace

uint32_t PackageBuilder::Name(const std::string& name) {
  const auto offset = static_cast<uint32_t>(names_.size());
  names_ += name;
  names_ += '\0';
  return offset;
}

uint16_t PackageBuilder::Arena(const std::string& name, er_dtype_t dtype, std::vector<int32_t> dims,
                               uint32_t offset, er_place_t place) {
  er_package_tensor_t t = MakeTensor(dtype, dims);
  t.place = place;
  t.offset = offset;
  t.name_offset = Name(name);
  tensors_.push_back(t);
  return static_cast<uint16_t>(tensors_.size() - 1);
}

uint16_t PackageBuilder::AddConstant(const std::string& name, er_dtype_t dtype,
                                     std::vector<int32_t> dims, const void* data, size_t bytes) {
  er_package_tensor_t t = MakeTensor(dtype, dims);
  t.place = ER_PLACE_CONSTANT;
  t.offset = Append(constants_, data, bytes, 16);  // made absolute by Build
  t.name_offset = Name(name);
  tensors_.push_back(t);
  return static_cast<uint16_t>(tensors_.size() - 1);
}

uint16_t PackageBuilder::Packed(const std::string& name, std::vector<int32_t> dims,
                                const std::vector<int8_t>& values, er_packing_t packing) {
  const uint16_t index = Constant(name, ER_DTYPE_S8, std::move(dims), std::vector<int8_t>());
  er_package_tensor_t& t = tensors_[index];
  t.packing = packing;
  t.bytes = static_cast<uint32_t>(er_packed_elements(&t));
  constants_.resize(t.offset + t.bytes);
  er_pack(&t, values.data(), constants_.data() + t.offset);
  return index;
}

void PackageBuilder::AddOp(uint16_t kernel, const std::string& name,
                           const std::vector<uint16_t>& inputs,
                           const std::vector<uint16_t>& outputs, const void* params,
                           size_t params_bytes, uint32_t scratch_offset, uint32_t scratch_bytes) {
  PendingOp op = {};
  op.record.kernel = kernel;
  op.record.input_count = static_cast<uint8_t>(inputs.size());
  op.record.output_count = static_cast<uint8_t>(outputs.size());
  op.record.params_bytes = static_cast<uint32_t>(params_bytes);
  op.record.scratch_offset = scratch_offset;
  op.record.scratch_bytes = scratch_bytes;
  op.record.name_offset = Name(name);
  op.operands = inputs;
  op.operands.insert(op.operands.end(), outputs.begin(), outputs.end());
  const auto* bytes = static_cast<const uint8_t*>(params);
  op.params.assign(bytes, bytes + params_bytes);
  ops_.push_back(std::move(op));
}

std::vector<uint8_t> PackageBuilder::Build(er_isa_t isa, uint32_t arena_bytes) const {
  er_package_header_t h = {};
  h.magic = ER_PACKAGE_MAGIC;
  h.abi_major = ER_PACKAGE_ABI_MAJOR;
  h.abi_minor = ER_PACKAGE_ABI_MINOR;
  h.isa = isa;
  h.arena_bytes = arena_bytes;
  h.tensor_count = static_cast<uint16_t>(tensors_.size());
  h.op_count = static_cast<uint16_t>(ops_.size());
  h.input_count = static_cast<uint16_t>(inputs_.size());
  h.output_count = static_cast<uint16_t>(outputs_.size());

  std::vector<er_package_tensor_t> tensors = tensors_;
  std::vector<er_package_op_t> ops;
  std::vector<uint8_t> p(sizeof h);
  h.tensors_offset = Append(p, tensors.data(), tensors.size() * sizeof tensors[0], 4);
  h.ops_offset = static_cast<uint32_t>(p.size());
  p.resize(p.size() + ops_.size() * sizeof(er_package_op_t));
  std::vector<uint16_t> io = inputs_;
  io.insert(io.end(), outputs_.begin(), outputs_.end());
  h.io_offset = Append(p, io.data(), io.size() * 2, 4);
  for (const PendingOp& op : ops_) {
    er_package_op_t record = op.record;
    record.operands_offset = Append(p, op.operands.data(), op.operands.size() * 2, 4);
    record.params_offset = Append(p, op.params.data(), op.params.size(), 4);
    ops.push_back(record);
  }
  std::memcpy(p.data() + h.ops_offset, ops.data(), ops.size() * sizeof(er_package_op_t));
  h.names_offset = Append(p, names_.data(), names_.size(), 4);
  h.names_bytes = static_cast<uint32_t>(names_.size());
  h.constants_offset = Append(p, constants_.data(), constants_.size(), 16);
  h.constants_bytes = static_cast<uint32_t>(constants_.size());
  Align(p, 4);
  for (er_package_tensor_t& t : tensors) {
    if (t.place == ER_PLACE_CONSTANT) t.offset += h.constants_offset;
  }
  std::memcpy(p.data() + h.tensors_offset, tensors.data(), tensors.size() * sizeof tensors[0]);
  h.total_bytes = static_cast<uint32_t>(p.size());
  std::memcpy(p.data(), &h, sizeof h);
  SealPackage(p);
  return p;
}

void SealPackage(std::vector<uint8_t>& package) {
  const uint32_t crc = er_crc32(0, package.data() + 16, package.size() - 16);
  std::memcpy(package.data() + offsetof(er_package_header_t, crc32), &crc, sizeof crc);
}

namespace {

struct TinyKernels {
  uint16_t conv, fully_connected;
  er_packing_t conv_weights, fully_connected_weights;
  er_isa_t isa;
};

TinyModel BuildTiny(const TinyKernels& kernels) {
  std::mt19937 random(7);
  auto bytes = [&](size_t n) {
    std::vector<int8_t> values(n);
    for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(random() % 256) - 128);
    return values;
  };
  auto words = [&](size_t n, int32_t low, int32_t high) {
    std::vector<int32_t> values(n);
    for (int32_t& v : values) v = std::uniform_int_distribution<int32_t>(low, high)(random);
    return values;
  };
  PackageBuilder b;
  const uint16_t x = b.Arena("x", ER_DTYPE_S8, {1, 8, 8, 3}, 0);
  const uint16_t conv = b.Arena("conv", ER_DTYPE_S8, {1, 8, 8, 5}, 192);
  const uint16_t logits = b.Arena("logits", ER_DTYPE_S8, {1, 10}, 0);
  const uint16_t y = b.Arena("y", ER_DTYPE_S8, {1, 10}, 16);
  constexpr uint32_t kScratchOffset = 512, kConvScratch = 7 * 20, kFcScratch = 80 * 8;

  er_conv2d_s8_params_t cp = {};
  cp.shape = {1, 8, 8, 3, 8, 8, 5, 3, 3, 1, 1, 1, 1, 1, 1};
  cp.input_offset = 5;
  cp.output_offset = -3;
  cp.act_min = -100;
  cp.act_max = 127;
  const std::vector<uint16_t> conv_in = {
      x, b.Packed("conv/w", {5, 3, 3, 3}, bytes(135), kernels.conv_weights),
      b.Constant("conv/b", ER_DTYPE_S32, {5}, words(5, -4000, 4000)),
      b.Constant("conv/m", ER_DTYPE_S32, {5}, words(5, 1 << 30, INT32_MAX)),
      b.Constant("conv/s", ER_DTYPE_S32, {5}, words(5, -10, -7))};
  const uint32_t conv_scratch = kernels.isa == ER_ISA_SCALAR ? 0 : kConvScratch;
  b.Op(kernels.conv, "conv", conv_in, {conv}, cp, kScratchOffset, conv_scratch);

  er_fully_connected_s8_params_t fp = {};
  fp.rows = 1;
  fp.in_features = 320;
  fp.out_features = 10;
  fp.input_offset = 3;
  fp.output_offset = 7;
  fp.act_min = -128;
  fp.act_max = 127;
  const std::vector<uint16_t> fc_in = {
      conv, b.Packed("fc/w", {10, 320}, bytes(3200), kernels.fully_connected_weights),
      ER_PACKAGE_NO_TENSOR, b.Constant("fc/m", ER_DTYPE_S32, {10}, words(10, 1 << 30, INT32_MAX)),
      b.Constant("fc/s", ER_DTYPE_S32, {10}, words(10, -11, -10))};
  const uint32_t fc_scratch = kernels.fully_connected == 0x051 ? kFcScratch : 0;
  b.Op(kernels.fully_connected, "fc", fc_in, {logits}, fp, kScratchOffset, fc_scratch);

  const er_softmax_s8_params_t sp = {1, 10, 1 << 30, 23, -124};
  b.Op(0x0B0, "softmax", {logits}, {y}, sp);
  b.Io({x}, {y});
  return {b.Build(kernels.isa, kScratchOffset + kFcScratch)};
}

}  // namespace

TinyModel BuildTinyModel(bool native) {
  if (native)
    return BuildTiny({0x011, 0x051, ER_PACKING_CANONICAL, ER_PACKING_CANONICAL, ER_ISA_ARMV7EM});
  return BuildTiny({0x010, 0x050, ER_PACKING_CANONICAL, ER_PACKING_CANONICAL, ER_ISA_SCALAR});
}

TinyModel BuildTinyPackedModel() {
  return BuildTiny({0x012, 0x052, ER_PACKING_ROW_PAIRS, ER_PACKING_ROW_QUADS, ER_ISA_ARMV7EM});
}

std::vector<uint8_t> BuildTinyDepthwiseModel() {
  PackageBuilder b;
  const uint16_t x = b.Arena("x", ER_DTYPE_S8, {1, 6, 6, 6}, 0);
  const uint16_t y = b.Arena("y", ER_DTYPE_S8, {1, 6, 6, 6}, 224);
  er_depthwise_conv2d_s8_params_t p = {};
  p.shape = {1, 6, 6, 6, 6, 6, 6, 3, 3, 1, 1, 1, 1, 1, 1};
  p.depth_multiplier = 1;
  p.input_offset = 12;
  p.act_min = -128;
  p.act_max = 127;
  std::vector<int8_t> weights(54);
  for (size_t i = 0; i < weights.size(); i++) weights[i] = static_cast<int8_t>(37 * i);
  const uint32_t scratch = er_depthwise_conv2d_s8_armv7em_scratch_bytes(&p);
  b.Op(0x031, "depthwise",
       {x, b.Constant("w", ER_DTYPE_S8, {1, 3, 3, 6}, weights),
        b.Constant("b", ER_DTYPE_S32, {6}, std::vector<int32_t>{-900, 0, 5, 800, 70, -3}),
        b.Constant("m", ER_DTYPE_S32, {6}, std::vector<int32_t>(6, 0x5A5A5A5A)),
        b.Constant("s", ER_DTYPE_S32, {6}, std::vector<int32_t>{-7, -6, -8, -5, -7, 0})},
       {y}, p, 448, scratch);
  b.Io({x}, {y});
  return b.Build(ER_ISA_ARMV7EM, 448 + scratch);
}

std::vector<uint8_t> BuildTinyFloatModel() {
  std::mt19937 random(11);
  auto floats = [&](size_t n) {
    std::vector<float> values(n);
    for (float& v : values) v = std::uniform_real_distribution<float>(-1, 1)(random);
    return values;
  };
  PackageBuilder b;
  const uint16_t x = b.Arena("x", ER_DTYPE_F32, {1, 6, 6, 2}, 0);
  const uint16_t conv = b.Arena("conv", ER_DTYPE_F32, {1, 6, 6, 4}, 288);
  const uint16_t pool = b.Arena("pool", ER_DTYPE_F32, {1, 3, 3, 4}, 0);
  const uint16_t logits = b.Arena("logits", ER_DTYPE_F32, {1, 7}, 288);
  const uint16_t y = b.Arena("y", ER_DTYPE_F32, {1, 7}, 0);
  er_depthwise_conv2d_f32_params_t dp = {};
  dp.shape = {1, 6, 6, 2, 6, 6, 4, 3, 3, 1, 1, 1, 1, 1, 1};
  dp.depth_multiplier = 2;
  dp.act_min = 0;
  dp.act_max = 6;
  b.Op(0x040, "depthwise",
       {x, b.Constant("dw/w", ER_DTYPE_F32, {1, 3, 3, 4}, floats(36)),
        b.Constant("dw/b", ER_DTYPE_F32, {4}, floats(4))},
       {conv}, dp);
  er_pool2d_f32_params_t pp = {};
  pp.shape = {1, 6, 6, 4, 3, 3, 2, 2, 2, 2, 0, 0};
  pp.act_min = -100;
  pp.act_max = 100;
  b.Op(0x0A0, "pool", {conv}, {pool}, pp);
  er_fully_connected_f32_params_t fp = {1, 36, 7, -100, 100};
  b.Op(0x060, "fc",
       {pool, b.Constant("fc/w", ER_DTYPE_F32, {7, 36}, floats(252)), ER_PACKAGE_NO_TENSOR},
       {logits}, fp);
  const er_softmax_f32_params_t sp = {1, 7, 1.0f};
  b.Op(0x0C0, "softmax", {logits}, {y}, sp);
  b.Io({x}, {y});
  return b.Build(ER_ISA_SCALAR, 288 + 576);
}

std::vector<uint8_t> BuildTinyHybridModel() {
  std::mt19937 random(13);
  auto floats = [&](size_t n, float low, float high) {
    std::vector<float> values(n);
    for (float& v : values) v = std::uniform_real_distribution<float>(low, high)(random);
    return values;
  };
  auto bytes = [&](size_t n) {
    std::vector<int8_t> values(n);
    for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(random() % 255) - 127);
    return values;
  };
  PackageBuilder b;
  constexpr uint32_t kScratch = 1440;
  const uint16_t x = b.Arena("x", ER_DTYPE_F32, {1, 6, 6, 3}, 0);
  const uint16_t conv = b.Arena("conv", ER_DTYPE_F32, {1, 6, 6, 5}, 720);
  const uint16_t depthwise = b.Arena("depthwise", ER_DTYPE_F32, {1, 3, 3, 10}, 0);
  const uint16_t y = b.Arena("y", ER_DTYPE_F32, {1, 7}, 720);
  const er_conv2d_h8_params_t cp = {
      {1, 6, 6, 3, 6, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1}, 1, -100.0f, 100.0f};
  b.Op(0x121, "conv",
       {x, b.Constant("conv/w", ER_DTYPE_S8, {5, 3, 3, 3}, bytes(135)),
        b.Constant("conv/b", ER_DTYPE_F32, {5}, floats(5, -1, 1)),
        b.Constant("conv/s", ER_DTYPE_F32, {5}, floats(5, 0.001f, 0.02f))},
       {conv}, cp, kScratch, er_conv2d_h8_armv7em_scratch_bytes(&cp));
  const er_depthwise_conv2d_h8_params_t dp = {
      {1, 6, 6, 5, 3, 3, 10, 3, 3, 2, 2, 1, 1, 0, 0}, 2, 1, 0.0f, 6.0f};
  b.Op(0x130, "depthwise",
       {conv, b.Constant("depthwise/w", ER_DTYPE_S8, {1, 3, 3, 10}, bytes(90)),
        b.Constant("depthwise/b", ER_DTYPE_F32, {10}, floats(10, -1, 1)),
        b.Constant("depthwise/s", ER_DTYPE_F32, {10}, floats(10, 0.001f, 0.02f))},
       {depthwise}, dp, kScratch, er_depthwise_conv2d_h8_ref_scratch_bytes(&dp));
  const er_fully_connected_h8_params_t fp = {1, 90, 7, 0, -100.0f, 100.0f};
  const uint32_t fc_scratch = er_fully_connected_h8_armv7em_scratch_bytes(&fp);
  b.Op(0x141, "fc",
       {depthwise, b.Constant("fc/w", ER_DTYPE_S8, {7, 90}, bytes(630)), ER_PACKAGE_NO_TENSOR,
        b.Constant("fc/s", ER_DTYPE_F32, {7}, floats(7, 0.001f, 0.02f))},
       {y}, fp, kScratch, fc_scratch);
  b.Io({x}, {y});
  return b.Build(ER_ISA_ARMV7EM, kScratch + fc_scratch);
}

std::vector<uint8_t> BuildTinyRecurrentModel(bool carry_state) {
  std::mt19937 random(14);
  auto floats = [&](size_t n) {
    std::vector<float> values(n);
    for (float& v : values) v = std::uniform_real_distribution<float>(-0.8f, 0.8f)(random);
    return values;
  };
  auto bytes = [&](size_t n) {
    std::vector<int8_t> values(n);
    for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(random() % 255) - 127);
    return values;
  };
  PackageBuilder b;
  const uint16_t x = b.Arena("x", ER_DTYPE_F32, {3, 2, 4}, 0);
  const uint16_t xq = b.Arena("xq", ER_DTYPE_S8, {2, 5}, 96);
  const uint16_t y = b.Arena("y", ER_DTYPE_F32, {3, 2, 2, 3}, 112);
  const uint16_t z = b.Arena("z", ER_DTYPE_F32, {2, 1}, 256);
  const uint16_t yq = b.Arena("yq", ER_DTYPE_S8, {2, 3}, 272);
  const uint16_t zq = b.Arena("zq", ER_DTYPE_S8, {2, 2}, 288);
  const uint16_t h = b.Arena("h", ER_DTYPE_F32, {2, 2, 3}, 304, ER_PLACE_STATE);
  const uint16_t c = b.Arena("c", ER_DTYPE_F32, {2, 2, 3}, 352, ER_PLACE_STATE);
  const uint16_t s = b.Arena("s", ER_DTYPE_F32, {2, 2, 4}, 400, ER_PLACE_STATE);
  const uint16_t hq = b.Arena("hq", ER_DTYPE_S8, {2, 3}, 464, ER_PLACE_STATE);
  const uint16_t cq = b.Arena("cq", ER_DTYPE_S16, {2, 3}, 480, ER_PLACE_STATE);
  const uint16_t sq = b.Arena("sq", ER_DTYPE_S16, {2, 4, 3}, 496, ER_PLACE_STATE);
  constexpr uint32_t kScratch = 544;

  er_recurrent_f32_params_t lp = {3, 2, 4, 3, 2, 0, 0, 0, 0, 0, 0.9f, 0.0f, {}};
  for (auto& direction : lp.activations) {
    direction[0] = {ER_UNARY_sigmoid, 0, 0};
    direction[1] = direction[2] = {ER_UNARY_tanh, 0, 0};
  }
  const uint32_t scratch = 4 * er_recurrent_scratch_floats(&lp, ER_LSTM_GATE_SLOTS);
  b.Op(0x800, "lstm",
       {x, b.Constant("w", ER_DTYPE_F32, {2, 12, 4}, floats(96)),
        b.Constant("r", ER_DTYPE_F32, {2, 12, 3}, floats(72)),
        b.Constant("b", ER_DTYPE_F32, {2, 24}, floats(48)),
        b.Constant("lengths", ER_DTYPE_S32, {2}, std::vector<int32_t>{3, 2}), h, c,
        ER_PACKAGE_NO_TENSOR},
       {y, h, c}, lp, kScratch, scratch);
  const er_svdf_f32_params_t sp = {{2, 18, 1, 2, 4}, -100.0f, 100.0f};
  b.Op(0x840, "svdf",
       {y, b.Constant("wf", ER_DTYPE_F32, {2, 18}, floats(36)),
        b.Constant("wt", ER_DTYPE_F32, {2, 4}, floats(8)),
        b.Constant("sb", ER_DTYPE_F32, {1}, floats(1)), s},
       {z, s}, sp);
  er_lstm_s8_params_t qp = {1, 2, 5, 3, 0, 0, 0, 4, 20000, -3, {}, {}, {1 << 30, -21}};
  for (int i = 0; i < 4; i++) qp.of_w[i] = qp.of_r[i] = {1 << 30, -2};
  const auto biases = [&] {
    return std::vector<int32_t>(12, static_cast<int32_t>(random() % 999));
  };
  b.Op(0x830, "lstm_s8",
       {xq, b.Constant("wq", ER_DTYPE_S8, {12, 5}, bytes(60)),
        b.Constant("rq", ER_DTYPE_S8, {12, 3}, bytes(36)),
        b.Constant("bw", ER_DTYPE_S32, {12}, biases()),
        b.Constant("br", ER_DTYPE_S32, {12}, biases()), hq, cq},
       {yq, hq, cq}, qp, kScratch, 2 * 3 * 4 * 2);
  const er_svdf_s8_params_t vp = {{2, 3, 2, 2, 3}, 3, 1 << 30, -6, 1 << 30, -8, -3, -128, 127};
  b.Op(0x850, "svdf_s8",
       {yq, b.Constant("wfq", ER_DTYPE_S8, {4, 3}, bytes(12)),
        b.Constant("wtq", ER_DTYPE_S16, {4, 3}, std::vector<int16_t>(12, 1234)),
        ER_PACKAGE_NO_TENSOR, sq},
       {zq, sq}, vp);
  b.Io({x, xq}, {z, y, zq});
  std::vector<uint8_t> package = b.Build(ER_ISA_SCALAR, kScratch + scratch);
  if (carry_state) {
    package[offsetof(er_package_header_t, flags)] = ER_PACKAGE_CARRY_STATE;
    SealPackage(package);
  }
  return package;
}

}  // namespace edgerack::firmware
