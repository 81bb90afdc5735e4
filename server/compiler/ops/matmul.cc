// matmul(a, b) {transpose_a, transpose_b}: numpy's product of two activations, batched and
// broadcasting; matmul_integer(a, b) {…, a_zero_point, b_zero_point}: 8-bit operands, int32 sums
#include "firmware/kernels/matmul/matmul.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

// One operand as a stack of matrices. A vector is a matrix of one row (a) or one column (b).
struct Matrices {
  Shape batch;
  int32_t rows = 1, cols = 1;
  int32_t row_stride = 0, col_stride = 0;
  bool vector = false;
};

absl::StatusOr<Matrices> Read(const Tensor& t, bool transpose, bool left) {
  Matrices m;
  if (t.shape.empty()) {
    return Refuse("UNSUPPORTED_SHAPE", "operand '" + t.name +
                                           "' of a matrix product is a scalar; supported is at "
                                           "least 1 dimension. Multiply element by element");
  }
  if (t.shape.size() == 1) {
    m.vector = true;
    (left ? m.cols : m.rows) = t.shape[0];
    (left ? m.col_stride : m.row_stride) = 1;
    return m;
  }
  m.batch.assign(t.shape.begin(), t.shape.end() - 2);
  m.rows = t.shape[t.shape.size() - 2];
  m.cols = t.shape.back();
  m.row_stride = m.cols;
  m.col_stride = 1;
  if (transpose) {
    std::swap(m.rows, m.cols);
    std::swap(m.row_stride, m.col_stride);
  }
  return m;
}

struct Product {
  Matrices a, b;
  Shape batch;
};

absl::StatusOr<Product> ProductOf(const Graph& graph, const Node& node) {
  Product p;
  ER_ASSIGN_OR_RETURN(p.a, Read(In(graph, node, 0), node.Int("transpose_a") != 0, true));
  ER_ASSIGN_OR_RETURN(p.b, Read(In(graph, node, 1), node.Int("transpose_b") != 0, false));
  if (p.a.cols != p.b.rows) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "a product of matrices of " + std::to_string(p.a.cols) + " columns and " +
                      std::to_string(p.b.rows) + " rows (shapes " +
                      ShapeText(In(graph, node, 0).shape) + " and " +
                      ShapeText(In(graph, node, 1).shape) +
                      "); supported is as many of both. Check the shapes of the model");
  }
  ER_ASSIGN_OR_RETURN(p.batch, BroadcastShapes(p.a.batch, p.b.batch));
  return p;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Product p, ProductOf(graph, node));
  Shape shape = p.batch;
  if (!p.a.vector) shape.push_back(p.a.rows);
  if (!p.b.vector) shape.push_back(p.b.cols);
  return OneOutput(node.op == "matmul" ? In(graph, node, 0).dtype : DType::kS32, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  return RequireOneActivationType(graph, node, {node.inputs[0], node.inputs[1], node.outputs[0]},
                                  Int16::kTaken);
}

absl::Status VerifyZeroPoint(const Node& node, const char* key, const Tensor& t) {
  const int64_t value = node.Int(key);
  const int64_t low = t.dtype == DType::kU8 ? 0 : -128;
  if (t.dtype != DType::kU8 && t.dtype != DType::kS8) {
    return Refuse("UNSUPPORTED_TYPE", "operand '" + t.name + "' is " + DTypeName(t.dtype) +
                                          "; supported are int8 and uint8. Cast it in the model");
  }
  if (value >= low && value <= low + 255) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE", std::string(key) + " is " + std::to_string(value) +
                                             "; supported are the values of " + DTypeName(t.dtype) +
                                             ". Quantize the model again");
}

absl::Status VerifyInteger(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(VerifyZeroPoint(node, "a_zero_point", In(graph, node, 0)));
  return VerifyZeroPoint(node, "b_zero_point", In(graph, node, 1));
}

int64_t Macs(const Graph& graph, const Node& node) {
  auto p = ProductOf(graph, node);
  return p.ok() ? Out(graph, node).elements() * p->a.cols : 0;
}

// Strides of the four batch loops over one operand: 0 where it repeats.
void BatchStrides(const Shape& own, int64_t matrix, int32_t* strides) {
  const std::vector<int64_t> row_major = RowMajorStrides(own);
  for (size_t i = 0; i < own.size(); ++i) {
    const size_t d = own.size() - 1 - i;
    if (own[d] != 1) {
      strides[ER_MATMUL_BATCH_DIMS - 1 - i] = static_cast<int32_t>(row_major[d] * matrix);
    }
  }
}

er_matmul_shape_t KernelShape(const Product& p) {
  er_matmul_shape_t s = {};
  for (size_t i = 0; i < ER_MATMUL_BATCH_DIMS; ++i) {
    s.batch[ER_MATMUL_BATCH_DIMS - 1 - i] =
        i < p.batch.size() ? p.batch[p.batch.size() - 1 - i] : 1;
  }
  s.rows = p.a.rows;
  s.depth = p.a.cols;
  s.cols = p.b.cols;
  s.a_row_stride = p.a.row_stride;
  s.a_depth_stride = p.a.col_stride;
  s.b_depth_stride = p.b.row_stride;
  s.b_col_stride = p.b.col_stride;
  BatchStrides(p.a.batch, int64_t{p.a.rows} * p.a.cols, s.a_batch_stride);
  BatchStrides(p.b.batch, int64_t{p.b.rows} * p.b.cols, s.b_batch_stride);
  return s;
}

absl::StatusOr<std::string> QuantizedParams(const Graph& graph, const Node& node,
                                            const er_matmul_shape_t& shape) {
  const Quantization& a = In(graph, node, 0).quantization;
  const Quantization& b = In(graph, node, 1).quantization;
  const Quantization& y = Out(graph, node).quantization;
  // TFLite multiplies the operands' scales in single precision.
  const double factor =
      static_cast<double>(a.scales[0] * b.scales[0]) / static_cast<double>(y.scales[0]);
  if (Out(graph, node).dtype == DType::kS16) {
    ER_ASSIGN_OR_RETURN(const FixedMultiplier wide, WideRescaleFactor(factor, Out(graph, node)));
    return ParamsBytes(er_matmul_s16_params_t{shape, wide.multiplier, wide.shift});
  }
  ER_ASSIGN_OR_RETURN(const FixedMultiplier fixed, RescaleFactor(factor, Out(graph, node)));
  return ParamsBytes(er_matmul_s8_params_t{shape, -a.zero_points[0], -b.zero_points[0],
                                           fixed.multiplier, fixed.shift, y.zero_points[0],
                                           INT8_MIN, INT8_MAX});
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Product product, ProductOf(graph, node));
  const er_matmul_shape_t shape = KernelShape(product);
  const DType a = In(graph, node, 0).dtype;
  LoweredOp lowered;
  lowered.kernel_op = "matmul";
  lowered.kernel_type = KernelType(Out(graph, node).dtype);
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  if (node.op == "matmul_integer") {
    lowered.params = ParamsBytes(
        er_matmul_s32_params_t{shape, static_cast<int32_t>(-node.Int("a_zero_point")),
                               static_cast<int32_t>(-node.Int("b_zero_point")), a == DType::kU8,
                               In(graph, node, 1).dtype == DType::kU8});
  } else if (a == DType::kF32) {
    lowered.params = ParamsBytes(er_matmul_f32_params_t{shape});
  } else {
    ER_ASSIGN_OR_RETURN(lowered.params, QuantizedParams(graph, node, shape));
  }
  return lowered;
}

OpDef ProductOp(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.attributes = {{"transpose_a", AttributeSpec::Kind::kInt, false},
                  {"transpose_b", AttributeSpec::Kind::kInt, false}};
  d.min_inputs = 2;
  d.max_inputs = 2;
  d.kernels = {"matmul"};
  d.infer = Infer;
  d.macs = Macs;
  d.macc_st = Macs;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& MatmulOp() {
  static const OpDef op = [] {
    OpDef d = ProductOp("matmul", "matrix product of two activations, batched, broadcasting");
    d.types = {"float32", "int8", "int16"};
    d.limits = {"int8 and int16 have one scale and zero point per tensor"};
    d.verify = Verify;
    return d;
  }();
  return op;
}

const OpDef& MatmulIntegerOp() {
  static const OpDef op = [] {
    OpDef d = ProductOp("matmul_integer", "matrix product of 8-bit integers, summed in int32");
    d.types = {"int8", "uint8"};
    d.limits = {"one zero point per operand, known when compiling"};
    d.attributes.push_back({"a_zero_point", AttributeSpec::Kind::kInt, false});
    d.attributes.push_back({"b_zero_point", AttributeSpec::Kind::kInt, false});
    d.verify = VerifyInteger;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
