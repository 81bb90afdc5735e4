// The weights of a Keras file, layer by layer in the order of `layer.weights`.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_WEIGHTS_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_WEIGHTS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/compiler/importers/keras/hdf5/file.h"
#include "server/compiler/importers/keras/layer_config.h"

namespace edgerack::compiler::keras {

// Where the weights of a layer lie.
class WeightStore {
 public:
  virtual ~WeightStore() = default;
  // Of a layer of the outermost model. Empty when it has none.
  virtual absl::StatusOr<std::vector<hdf5::Dataset>> Of(const std::string& layer) const = 0;
};

// `.h5` files: one group per layer, with a list of names. The file must outlive the store.
std::unique_ptr<WeightStore> LegacyWeights(const hdf5::File& file);

// `.keras` files: layers are numbered by class, in the model's order.
std::unique_ptr<WeightStore> Keras3Weights(const hdf5::File& file,
                                           const std::vector<LayerCall>& layers);

// "Conv2DTranspose" → "conv2d_transpose", as Keras 3 names groups.
std::string SnakeCase(const std::string& class_name);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_WEIGHTS_H_
