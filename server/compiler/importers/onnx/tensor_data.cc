#include "server/compiler/importers/onnx/tensor_data.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

// Numbers of TensorProto.DataType.
enum OnnxType : int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
};

constexpr const char* kTypeNames[] = {
    "UNDEFINED",      "FLOAT",      "UINT8",          "INT8",       "UINT16",   "INT16",
    "INT32",          "INT64",      "STRING",         "BOOL",       "FLOAT16",  "DOUBLE",
    "UINT32",         "UINT64",     "COMPLEX64",      "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN",
    "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",      "INT4"};

// Bytes of one element in raw_data; 0 for what cannot be taken.
size_t RawBytes(int32_t type) {
  switch (type) {
    case kUint8:
    case kInt8:
    case kBool:
      return 1;
    case kUint16:
    case kInt16:
    case kFloat16:
    case kBfloat16:
      return 2;
    case kFloat:
    case kInt32:
    case kUint32:
      return 4;
    case kInt64:
    case kUint64:
    case kDouble:
      return 8;
    default:
      return 0;
  }
}

std::string TensorLabel(const onnx::Tensor& tensor) {
  return "tensor '" + Printable(tensor.name()) + "'";
}

// The bytes as raw_data would hold them, from whichever field the file uses.
std::string RawOf(onnx::Tensor& tensor) {
  if (tensor.has_raw_data()) return std::move(*tensor.mutable_raw_data());
  std::string raw;
  auto append = [&raw](const auto& values, auto example) {
    using T = decltype(example);
    raw.reserve(static_cast<size_t>(values.size()) * sizeof(T));
    for (auto value : values) AppendElement(raw, static_cast<T>(value));
  };
  switch (tensor.data_type()) {
    case kFloat:
      append(tensor.float_data(), float{});
      break;
    case kUint8:
    case kInt8:
    case kBool:
      append(tensor.int32_data(), int8_t{});
      break;
    case kUint16:
    case kInt16:
    case kFloat16:
    case kBfloat16:
      append(tensor.int32_data(), int16_t{});
      break;
    case kInt32:
      append(tensor.int32_data(), int32_t{});
      break;
    case kInt64:
      append(tensor.int64_data(), int64_t{});
      break;
    case kUint32:
      append(tensor.uint64_data(), uint32_t{});
      break;
    case kUint64:
      append(tensor.uint64_data(), uint64_t{});
      break;
    case kDouble:
      append(tensor.double_data(), double{});
      break;
    default:
      break;
  }
  return raw;
}

float FromFloat16(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const float fraction = static_cast<float>(bits & 1023);
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return bits & 0x8000 ? -value : value;
}

template <typename From, typename To, typename Function>
std::string Convert(const std::string& raw, Function convert) {
  std::string bytes;
  bytes.reserve(raw.size() / sizeof(From) * sizeof(To));
  for (size_t i = 0; i < raw.size() / sizeof(From); ++i) {
    AppendElement(bytes, static_cast<To>(convert(LoadElement<From>(raw, i))));
  }
  return bytes;
}

struct Widened {
  DType dtype;
  std::string bytes;
};

std::optional<Widened> Widen(int32_t type, const std::string& raw) {
  auto same = [](auto value) { return value; };
  switch (type) {
    case kFloat16:
      return Widened{DType::kF32, Convert<uint16_t, float>(raw, FromFloat16)};
    case kBfloat16:
      return Widened{DType::kF32, Convert<uint16_t, float>(raw, [](uint16_t bits) {
                       return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
                     })};
    case kDouble:
      return Widened{DType::kF32, Convert<double, float>(raw, same)};
    case kUint16:
      return Widened{DType::kS32, Convert<uint16_t, int32_t>(raw, same)};
    case kUint32:
      return Widened{DType::kS64, Convert<uint32_t, int64_t>(raw, same)};
    case kUint64:
      for (size_t i = 0; i < raw.size() / 8; ++i) {
        if (LoadElement<uint64_t>(raw, i) > INT64_MAX) return std::nullopt;
      }
      return Widened{DType::kS64, raw};
    default:
      return std::nullopt;
  }
}

absl::Status RefuseExternal(const onnx::Tensor& tensor) {
  std::string file;
  for (const onnx::StringPair& pair : tensor.external_data()) {
    if (pair.key() == "location") file = Printable(pair.value());
  }
  return Refuse("EXTERNAL_DATA",
                TensorLabel(tensor) + " keeps its data in another file, '" + file +
                    "'; supported are models with the weights inside. Save the model again with "
                    "onnx.save_model(model, path, save_as_external_data=False)");
}

}  // namespace

std::string OnnxTypeName(int32_t data_type) {
  const int32_t count = static_cast<int32_t>(sizeof kTypeNames / sizeof kTypeNames[0]);
  if (data_type >= 0 && data_type < count) return kTypeNames[data_type];
  return "type " + std::to_string(data_type);
}

std::optional<DType> DTypeOfOnnx(int32_t data_type) {
  switch (data_type) {
    case kFloat:
      return DType::kF32;
    case kUint8:
      return DType::kU8;
    case kInt8:
      return DType::kS8;
    case kInt16:
      return DType::kS16;
    case kInt32:
      return DType::kS32;
    case kInt64:
      return DType::kS64;
    case kBool:
      return DType::kBool;
    default:
      return std::nullopt;
  }
}

int32_t OnnxTypeOf(DType dtype) {
  for (int32_t type = kFloat; type <= kBool; ++type) {
    if (DTypeOfOnnx(type) == dtype) return type;
  }
  return 0;
}

absl::StatusOr<OnnxConstant> TakeConstant(onnx::Tensor& tensor) {
  if (tensor.data_location() == 1 || tensor.external_data_size() > 0) return RefuseExternal(tensor);
  const size_t width = RawBytes(tensor.data_type());
  if (width == 0) {
    return Refuse("UNSUPPORTED_TYPE",
                  TensorLabel(tensor) + " has element type " + OnnxTypeName(tensor.data_type()) +
                      "; supported are FLOAT, INT8, UINT8, INT16, INT32, INT64 and BOOL. Export "
                      "the model with one of them");
  }
  OnnxConstant constant;
  int64_t count = 1;
  for (int64_t dim : tensor.dims()) {
    if (dim < 0 || dim > INT32_MAX || count * std::max<int64_t>(dim, 1) > INT32_MAX) {
      return Refuse("BAD_MODEL_FILE", TensorLabel(tensor) + " has dimension " +
                                          std::to_string(dim) + "; export the model again");
    }
    // A dimension of zero must not hide huge ones behind it.
    count *= std::max<int64_t>(dim, 1);
    constant.dims.push_back(dim);
  }
  for (int64_t dim : constant.dims) count = dim == 0 ? 0 : count;
  std::string raw = RawOf(tensor);
  if (raw.size() != static_cast<size_t>(count) * width) {
    return Refuse("BAD_MODEL_FILE", TensorLabel(tensor) + " of " + std::to_string(count) + " " +
                                        OnnxTypeName(tensor.data_type()) + " has " +
                                        std::to_string(raw.size()) +
                                        " bytes; export the model again");
  }
  if (auto dtype = DTypeOfOnnx(tensor.data_type())) {
    constant.dtype = *dtype;
    constant.data = std::make_shared<const std::string>(std::move(raw));
    return constant;
  }
  std::optional<Widened> widened = Widen(tensor.data_type(), raw);
  if (!widened) {
    return Refuse("UNSUPPORTED_TYPE",
                  TensorLabel(tensor) + " of " + OnnxTypeName(tensor.data_type()) +
                      " holds values above 2^63 - 1; supported are values up to "
                      "that. Export the model again");
  }
  constant.dtype = widened->dtype;
  constant.widened = true;
  constant.data = std::make_shared<const std::string>(std::move(widened->bytes));
  return constant;
}

}  // namespace edgerack::compiler
