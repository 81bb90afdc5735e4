// A Keras file of either kind, taken apart: configuration and weights.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_MODEL_FILE_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_MODEL_FILE_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "server/compiler/importers/keras/hdf5/file.h"

namespace edgerack::compiler::keras {

struct ModelFile {
  nlohmann::json config;
  bool keras3 = false;                          // written by Keras 3
  bool archive = false;                         // a .keras archive: weights are numbered by class
  std::unique_ptr<const std::string> unpacked;  // the weights of an archive; null for .h5
  std::unique_ptr<const hdf5::File> weights;
};

// True where the bytes look like one.
bool Sniff(const std::string& bytes);
// The bytes must outlive the result.
absl::StatusOr<ModelFile> OpenModelFile(const std::string& bytes);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_MODEL_FILE_H_
