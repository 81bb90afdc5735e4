#include "server/compiler/importers/keras/hdf5/attribute.h"

namespace edgerack::compiler::hdf5 {
namespace {

constexpr uint64_t kMaxTextBytes = 64ull << 20;

// An object of a global heap (specification III.E).
absl::StatusOr<std::string> HeapText(const Image& image, uint64_t collection, uint64_t index,
                                     uint64_t length) {
  Cursor at = image.At(collection);
  if (!at.Matches("GCOL")) return Damaged("a text's heap is missing");
  at.Skip(4);
  const uint64_t end = collection + at.Number(image.length_width);
  while (at.ok() && at.position() < end) {
    const uint64_t found = at.Number(2);
    at.Skip(6);
    const uint64_t bytes = at.Number(image.length_width);
    if (found == 0) break;
    const std::string_view data = at.Take(bytes);
    if (found == index && at.ok() && length <= data.size()) {
      return std::string(data.substr(0, length));
    }
    at.Align(collection, 8);
  }
  return Damaged("a text is not in its heap");
}

}  // namespace

absl::StatusOr<Attribute> ParseAttribute(std::string_view message) {
  Cursor at(message, 0);
  const int version = at.Byte();
  if (version < 1 || version > 3) return Unsupported("attributes of an unknown version");
  at.Skip(1);
  const uint64_t name = at.Number(2);
  const uint64_t datatype = at.Number(2);
  const uint64_t dataspace = at.Number(2);
  if (version == 3) at.Skip(1);  // character set
  auto take = [&](uint64_t bytes) {
    const std::string_view data = at.Take(bytes);
    if (version == 1) at.Skip((8 - bytes % 8) % 8);
    return data;
  };
  Attribute attribute;
  attribute.name = std::string(take(name));
  attribute.name.resize(attribute.name.find('\0') == std::string::npos ? attribute.name.size()
                                                                       : attribute.name.find('\0'));
  attribute.datatype = take(datatype);
  attribute.dataspace = take(dataspace);
  if (!at.ok()) return Damaged("an attribute is cut off");
  attribute.data = message.substr(at.position());
  return attribute;
}

absl::StatusOr<std::vector<std::string>> AttributeStrings(const Image& image,
                                                          const Attribute& attribute) {
  ER_ASSIGN_OR_RETURN(const ElementType type, ParseDatatype(attribute.datatype));
  ER_ASSIGN_OR_RETURN(const std::vector<int64_t> shape, ParseDataspace(image, attribute.dataspace));
  ER_ASSIGN_OR_RETURN(const int64_t count, CountElements(shape));
  std::vector<std::string> strings;
  uint64_t total = 0;
  Cursor at(attribute.data, 0);
  for (int64_t i = 0; i < count; ++i) {
    if (type.kind == ElementType::Kind::kFixedText) {
      std::string text(at.Take(type.bytes));
      text.resize(std::min(text.find('\0'), text.size()));
      strings.push_back(std::move(text));
    } else if (type.kind == ElementType::Kind::kVariableText) {
      const uint64_t length = at.Number(4);
      const uint64_t collection = at.Number(image.offset_width);
      const uint64_t index = at.Number(4);
      if (!at.ok()) return Damaged("attribute '" + attribute.name + "' is cut off");
      ER_ASSIGN_OR_RETURN(std::string text, HeapText(image, collection, index, length));
      strings.push_back(std::move(text));
    } else {
      return Unsupported("numbers in attribute '" + attribute.name + "'");
    }
    total += strings.back().size();
    if (!at.ok()) return Damaged("attribute '" + attribute.name + "' is cut off");
    if (total > kMaxTextBytes) return Damaged("attribute '" + attribute.name + "' is too large");
  }
  return strings;
}

}  // namespace edgerack::compiler::hdf5
