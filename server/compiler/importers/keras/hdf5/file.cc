#include "server/compiler/importers/keras/hdf5/file.h"

#include <cstring>

#include "server/compiler/importers/keras/hdf5/attribute.h"
#include "server/compiler/importers/keras/hdf5/storage.h"

namespace edgerack::compiler::hdf5 {
namespace {

constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);

template <typename T>
float Convert(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<float>(value);
}

using Converter = float (*)(const char*);

Converter ConverterOf(const ElementType& type) {
  using Kind = ElementType::Kind;
  if (type.kind == Kind::kFloat) return type.bytes == 4 ? Convert<float> : Convert<double>;
  const bool is_signed = type.kind == Kind::kSigned;
  switch (type.bytes) {
    case 1:
      return is_signed ? Convert<int8_t> : Convert<uint8_t>;
    case 2:
      return is_signed ? Convert<int16_t> : Convert<uint16_t>;
    case 4:
      return is_signed ? Convert<int32_t> : Convert<uint32_t>;
    default:
      return is_signed ? Convert<int64_t> : Convert<uint64_t>;
  }
}

}  // namespace

bool File::Sniff(std::string_view bytes) { return bytes.substr(0, 8) == kSignature; }

absl::StatusOr<File> File::Open(std::string_view bytes) {
  if (!Sniff(bytes)) return Damaged("its signature is wrong");
  Image image;
  Cursor at(bytes, 8);
  const int version = at.Byte();
  if (version > 3) return Unsupported("superblock version " + std::to_string(version));
  if (version < 2) at.Skip(4);
  image.offset_width = at.Byte();
  image.length_width = at.Byte();
  for (int width : {image.offset_width, image.length_width}) {
    if (width != 2 && width != 4 && width != 8) return Damaged("addresses of an odd width");
  }
  at.Skip(version < 2 ? 9 : 1);  // sizes of tree nodes, flags
  if (version == 1) at.Skip(4);
  const uint64_t base = at.Number(image.offset_width);
  at.Skip(2 * static_cast<uint64_t>(image.offset_width));
  // The old form has a driver block's address, then the root's entry: name, header.
  if (version < 2) at.Skip(2 * static_cast<uint64_t>(image.offset_width));
  const uint64_t root = at.Number(image.offset_width);
  if (!at.ok() || base >= bytes.size()) return Damaged("it ends in its first block");
  image.bytes = bytes.substr(base);
  return File(image, root);
}

absl::StatusOr<uint64_t> File::Find(const std::string& path) const {
  uint64_t address = root_;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    ER_ASSIGN_OR_RETURN(auto messages, ReadMessages(image_, address));
    ER_ASSIGN_OR_RETURN(std::vector<Link> links, ReadLinks(image_, messages));
    bool found = false;
    for (const Link& link : links) {
      if (link.name != part) continue;
      address = link.address;
      found = true;
      break;
    }
    if (!found) {
      return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "BAD_MODEL_FILE",
                       "the HDF5 file has no '" + path +
                           "'; save the whole model, not only its "
                           "weights");
    }
  }
  return address;
}

bool File::Exists(const std::string& path) const { return Find(path).ok(); }

absl::StatusOr<std::vector<std::string>> File::Members(const std::string& path) const {
  ER_ASSIGN_OR_RETURN(uint64_t address, Find(path));
  ER_ASSIGN_OR_RETURN(auto messages, ReadMessages(image_, address));
  ER_ASSIGN_OR_RETURN(std::vector<Link> links, ReadLinks(image_, messages));
  std::vector<std::string> names;
  for (Link& link : links) names.push_back(std::move(link.name));
  return names;
}

absl::StatusOr<Dataset> File::Read(const std::string& path) const {
  ER_ASSIGN_OR_RETURN(uint64_t address, Find(path));
  ER_ASSIGN_OR_RETURN(auto messages, ReadMessages(image_, address));
  std::string_view datatype, dataspace;
  for (const Message& message : messages) {
    if (message.type == kDatatype) datatype = message.data;
    if (message.type == kDataspace) dataspace = message.data;
  }
  if (datatype.empty() || dataspace.empty()) return Damaged("'" + path + "' is no dataset");
  ER_ASSIGN_OR_RETURN(const ElementType type, ParseDatatype(datatype));
  if (type.kind == ElementType::Kind::kFixedText || type.kind == ElementType::Kind::kVariableText) {
    return Unsupported("text in dataset '" + path + "'");
  }
  Dataset dataset;
  ER_ASSIGN_OR_RETURN(dataset.shape, ParseDataspace(image_, dataspace));
  ER_ASSIGN_OR_RETURN(std::string raw, ReadStorage(image_, messages, dataset.shape, type.bytes));
  const Converter convert = ConverterOf(type);
  dataset.values.reserve(raw.size() / type.bytes);
  for (size_t i = 0; i + type.bytes <= raw.size(); i += type.bytes) {
    dataset.values.push_back(convert(raw.data() + i));
  }
  return dataset;
}

absl::StatusOr<std::vector<std::string>> File::Strings(const std::string& path,
                                                       const std::string& attribute) const {
  ER_ASSIGN_OR_RETURN(uint64_t address, Find(path));
  ER_ASSIGN_OR_RETURN(auto messages, ReadMessages(image_, address));
  for (const Message& message : messages) {
    if (message.type != kAttribute) continue;
    ER_ASSIGN_OR_RETURN(Attribute found, ParseAttribute(message.data));
    if (found.name == attribute) return AttributeStrings(image_, found);
  }
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "BAD_MODEL_FILE",
                   "'" + path + "' in the HDF5 file has no attribute '" + attribute + "'");
}

}  // namespace edgerack::compiler::hdf5
