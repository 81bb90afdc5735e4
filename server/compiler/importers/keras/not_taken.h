// Layers of Keras that are not taken, and what to do about the model.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_NOT_TAKEN_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_NOT_TAKEN_H_

#include <string>
#include <utility>
#include <vector>

#include "server/compiler/importers/keras/layer_config.h"

namespace edgerack::compiler::keras {

// (class, what to do instead): Keras' own layers and larq's.
std::vector<std::pair<std::string, std::string>> NotTaken();

// UNSUPPORTED_OPERATOR for a class that is none of the `taken` ones.
absl::Status RefuseLayer(const LayerCall& call, size_t taken);

// Keras 3.3 and later quantize in place: the kernel in the file is then int8, its scale beside it.
// UNSUPPORTED_QUANTIZATION for such a layer.
absl::Status RefuseQuantizedInPlace(const LayerCall& call);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_NOT_TAKEN_H_
