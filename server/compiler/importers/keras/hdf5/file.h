// HDF5 files as h5py writes Keras models, read-only: superblock 0 to 3, old and new object headers,
// groups, contiguous, compact and chunked (deflate, shuffle) datasets of numbers, text attributes.
// Format: "HDF5 File Format Specification Version 3.0", The HDF Group.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_HDF5_FILE_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_HDF5_FILE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/compiler/importers/keras/hdf5/object.h"

namespace edgerack::compiler::hdf5 {

// Numbers of a dataset as float32, row-major.
struct Dataset {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

class File {
 public:
  // True where the bytes begin like an HDF5 file.
  static bool Sniff(std::string_view bytes);
  // The bytes must outlive the file. BAD_MODEL_FILE (USER) when they are damaged or use a part of
  // the format that Keras does not.
  static absl::StatusOr<File> Open(std::string_view bytes);

  // Names of a group's members, in the order of the file. "" is the root; parts are separated by
  // '/'.
  absl::StatusOr<std::vector<std::string>> Members(const std::string& path) const;
  bool Exists(const std::string& path) const;
  absl::StatusOr<Dataset> Read(const std::string& path) const;
  // The strings of an attribute, one or many. NOT_FOUND when there is none of that name.
  absl::StatusOr<std::vector<std::string>> Strings(const std::string& path,
                                                   const std::string& attribute) const;

 private:
  File(const Image& image, uint64_t root) : image_(image), root_(root) {}
  absl::StatusOr<uint64_t> Find(const std::string& path) const;

  Image image_;
  uint64_t root_;  // address of the root group's object header
};

}  // namespace edgerack::compiler::hdf5

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_HDF5_FILE_H_
