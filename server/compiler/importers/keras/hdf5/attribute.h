// Text attributes of an object.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_HDF5_ATTRIBUTE_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_HDF5_ATTRIBUTE_H_

#include <string>
#include <vector>

#include "server/compiler/importers/keras/hdf5/object.h"

namespace edgerack::compiler::hdf5 {

struct Attribute {
  std::string name;
  std::string_view datatype, dataspace, data;
};

absl::StatusOr<Attribute> ParseAttribute(std::string_view message);
// The attribute's strings, fixed or variable in length.
absl::StatusOr<std::vector<std::string>> AttributeStrings(const Image& image,
                                                          const Attribute& attribute);

}  // namespace edgerack::compiler::hdf5

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_HDF5_ATTRIBUTE_H_
