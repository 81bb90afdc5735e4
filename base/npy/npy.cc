#include "base/npy/npy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace edgerack {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kMaxHeaderBytes = 1 << 20;
constexpr size_t kMaxRank = 32;

absl::Status Bad(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ARRAY_FILE",
                   "not a NumPy array that can be read: " + message);
}

// The header is a Python dictionary literal with exactly three known keys.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  absl::Status Parse() {
    if (!Accept('{')) return Bad("its header is no dictionary");
    while (!Accept('}')) {
      std::string key;
      if (!Quoted(key) || !Accept(':')) return Bad("its header has a bad key");
      bool parsed = key == "descr"           ? Quoted(descr)
                    : key == "fortran_order" ? Bool(fortran_order)
                    : key == "shape"         ? Tuple(shape)
                                             : false;
      if (!parsed) {
        return Bad("field '" + key.substr(0, 40) +
                   "' of its header (arrays of records or objects are not supported)");
      }
      seen_ |= key == "descr" ? 1 : key == "fortran_order" ? 2 : 4;
      if (!Accept(',') && !Peek('}')) return Bad("its header does not end");
    }
    if (seen_ != 7) return Bad("its header lacks descr, fortran_order or shape");
    return absl::OkStatus();
  }

  std::string descr;
  bool fortran_order = false;
  std::vector<int64_t> shape;

 private:
  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool Peek(char c) {
    Skip();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool Accept(char c) {
    if (!Peek(c)) return false;
    ++at_;
    return true;
  }
  bool Quoted(std::string& out) {
    Skip();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return false;
    char quote = text_[at_++];
    size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return false;
    out = std::string(text_.substr(at_, end - at_));
    at_ = end + 1;
    return true;
  }
  bool Word(std::string_view word) {
    Skip();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool Bool(bool& out) {
    out = Word("True");
    return out || Word("False");
  }
  bool Tuple(std::vector<int64_t>& out) {
    out.clear();
    if (!Accept('(')) return false;
    while (!Accept(')')) {
      Skip();
      int64_t value = 0;
      auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
      if (result.ec != std::errc() || value < 0 || out.size() == kMaxRank) return false;
      at_ = static_cast<size_t>(result.ptr - text_.data());
      if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // written by Python 2
      out.push_back(value);
      if (!Accept(',') && !Peek(')')) return false;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  int seen_ = 0;
};

// Element type of a descr such as "<f4"; sets whether bytes must be swapped.
absl::Status ParseDescr(const std::string& descr, NpyArray& array, bool& swap) {
  const std::string_view kinds = "fiub";
  if (descr.size() == 3 && kinds.find(descr[1]) != std::string_view::npos) {
    array.kind = descr[1];
    array.item_bytes = descr[2] - '0';
    swap = descr[0] == '>';
    const bool order = descr[0] == '<' || descr[0] == '>' || descr[0] == '|' || descr[0] == '=';
    const int n = array.item_bytes;
    const bool size = array.kind == 'f'   ? n == 2 || n == 4 || n == 8
                      : array.kind == 'b' ? n == 1
                                          : n == 1 || n == 2 || n == 4 || n == 8;
    if (order && size) return absl::OkStatus();
  }
  return Bad("element type '" + descr.substr(0, 40) +
             "'; supported are bool, integers and floats of up to 64 bits. Save it with "
             "array.astype(np.float32)");
}

absl::StatusOr<int64_t> CheckedBytes(const NpyArray& array) {
  // A zero must not hide dimensions whose product overflows.
  int64_t bytes = array.item_bytes;
  bool empty = false;
  for (int64_t dim : array.shape) {
    empty = empty || dim == 0;
    const int64_t factor = std::max<int64_t>(dim, 1);
    if (factor > kMaxArrayBytes || bytes > kMaxArrayBytes / factor) {
      return Bad("its shape " + NpyShapeText(array.shape) + " needs more than 1 GiB");
    }
    bytes *= factor;
  }
  return empty ? 0 : bytes;
}

void SwapBytes(std::string& data, size_t item) {
  for (size_t at = 0; at + item <= data.size(); at += item) {
    std::reverse(data.begin() + static_cast<std::ptrdiff_t>(at),
                 data.begin() + static_cast<std::ptrdiff_t>(at + item));
  }
}

// Column-major to row-major.
void Transpose(NpyArray& array) {
  const size_t item = static_cast<size_t>(array.item_bytes);
  const size_t rank = array.shape.size();
  std::vector<int64_t> stride(rank, 1);
  for (size_t d = 1; d < rank; ++d) stride[d] = stride[d - 1] * array.shape[d - 1];
  std::string out(array.data.size(), '\0');
  std::vector<int64_t> index(rank, 0);
  int64_t from = 0;
  for (size_t at = 0; at < out.size(); at += item) {
    std::memcpy(out.data() + at, array.data.data() + static_cast<size_t>(from) * item, item);
    for (size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++index[d] < array.shape[d]) break;
      from -= stride[d] * array.shape[d];
      index[d] = 0;
    }
  }
  array.data = std::move(out);
}

double HalfToDouble(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const double mantissa = half & 1023;
  double value = exponent == 0    ? std::ldexp(mantissa, -24)
                 : exponent == 31 ? (mantissa != 0 ? std::nan("") : HUGE_VAL)
                                  : std::ldexp(mantissa + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -value : value;
}

template <typename T>
double Load(const std::string& data, int64_t index) {
  T value;
  std::memcpy(&value, data.data() + static_cast<size_t>(index) * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

}  // namespace

int64_t NpyArray::elements() const {
  int64_t count = 1;
  for (int64_t dim : shape) count *= dim;
  return count;
}

std::string NpyArray::TypeName() const {
  if (kind == 'b') return "bool";
  const std::string bits = std::to_string(8 * item_bytes);
  return (kind == 'f' ? "float" : kind == 'i' ? "int" : "uint") + bits;
}

double NpyArray::Value(int64_t index) const {
  switch (kind) {
    case 'f':
      if (item_bytes == 8) return Load<double>(data, index);
      if (item_bytes == 4) return Load<float>(data, index);
      {
        uint16_t half;
        std::memcpy(&half, data.data() + 2 * index, 2);
        return HalfToDouble(half);
      }
    case 'i':
      if (item_bytes == 8) return Load<int64_t>(data, index);
      if (item_bytes == 4) return Load<int32_t>(data, index);
      if (item_bytes == 2) return Load<int16_t>(data, index);
      return Load<int8_t>(data, index);
    default:
      if (item_bytes == 8) return Load<uint64_t>(data, index);
      if (item_bytes == 4) return Load<uint32_t>(data, index);
      if (item_bytes == 2) return Load<uint16_t>(data, index);
      return Load<uint8_t>(data, index);
  }
}

std::string NpyShapeText(const std::vector<int64_t>& shape) {
  std::string text;
  for (int64_t dim : shape) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

absl::StatusOr<NpyArray> ParseNpy(const std::string& bytes) {
  if (bytes.size() < 10 || std::string_view(bytes).substr(0, 6) != kMagic) {
    return Bad("it does not start like a .npy file");
  }
  const int version = bytes[6];
  const bool wide = version == 2 || version == 3;
  if (version != 1 && !wide) return Bad("format version " + std::to_string(version));
  const size_t start = wide ? 12 : 10;
  if (bytes.size() < start) return Bad("the file was cut off");
  uint32_t length =
      static_cast<uint8_t>(bytes[8]) | static_cast<uint32_t>(static_cast<uint8_t>(bytes[9])) << 8;
  if (wide) std::memcpy(&length, bytes.data() + 8, 4);
  if (length > kMaxHeaderBytes || length > bytes.size() - start) {
    return Bad("the file was cut off inside its header");
  }
  HeaderParser header(std::string_view(bytes).substr(start, length));
  ER_RETURN_IF_ERROR(header.Parse());
  NpyArray array;
  bool swap = false;
  ER_RETURN_IF_ERROR(ParseDescr(header.descr, array, swap));
  array.shape = header.shape;
  ER_ASSIGN_OR_RETURN(int64_t wanted, CheckedBytes(array));
  const size_t have = bytes.size() - start - length;
  if (have != static_cast<size_t>(wanted)) {
    return Bad("shape " + NpyShapeText(array.shape) + " of " + array.TypeName() + " needs " +
               std::to_string(wanted) + " bytes, the file holds " + std::to_string(have));
  }
  array.data = bytes.substr(start + length);
  if (swap && array.item_bytes > 1) SwapBytes(array.data, static_cast<size_t>(array.item_bytes));
  if (header.fortran_order && array.shape.size() > 1) Transpose(array);
  return array;
}

std::string WriteNpy(const NpyArray& array) {
  std::string header = "{'descr': '";
  header += array.item_bytes == 1 ? '|' : '<';
  header += array.kind;
  header += std::to_string(array.item_bytes) + "', 'fortran_order': False, 'shape': (";
  for (int64_t dim : array.shape) header += std::to_string(dim) + ",";
  if (array.shape.size() > 1) header.pop_back();
  header += "), }";
  // NumPy pads the header so that the data starts at a multiple of 64.
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string out(kMagic);
  out += '\x01';
  out += '\0';
  out += static_cast<char>(header.size() & 0xFF);
  out += static_cast<char>(header.size() >> 8);
  return out + header + array.data;
}

const NpyArray* FindArray(const NpyArchive& archive, const std::string& key) {
  for (const auto& [name, array] : archive) {
    if (name == key) return &array;
  }
  return nullptr;
}

}  // namespace edgerack
