// larq's layers: Keras layers whose inputs and kernels pass through quantizers
// (docs.larq.dev/larq/api/layers). A layer is read as the Keras layer it is, behind its quantized
// input and with its quantized kernel, in float32; the pass binary-layers finds what is 1-bit.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_

#include <optional>
#include <string>
#include <vector>

#include "server/compiler/importers/keras/larq_quantizer.h"
#include "server/compiler/importers/keras/layer_context.h"

namespace edgerack::compiler::keras {

// Its classes with a kernel that are not taken, and why in a sentence.
std::vector<std::pair<std::string, std::string>> LarqLayersNotTaken();

// The Keras class of a layer of larq ("Conv2D" of "Larq>QuantConv2D"), with the package in front as
// larq writes since 0.8, or without; "" for what is no such layer.
std::string KerasClassOf(const LayerCall& call);

// The call with its input quantized and padded, its kernel quantized, and a configuration that says
// what is left to do. Errors: BINARY_LAYER for a quantizer, a padding or a layer that is not 1-bit.
struct PlainLayer {
  LayerCall call;
  std::vector<TensorId> inputs;
  std::vector<hdf5::Dataset> weights;
};
absl::StatusOr<PlainLayer> PlainLayerOf(GraphBuilder& builder, const LayerCall& call,
                                        std::vector<TensorId> inputs,
                                        std::vector<hdf5::Dataset> weights, bool keras3);

// A quantizer as a layer or an activation. BINARY_LAYER where it is not 1-bit.
TensorId ApplyQuantizer(LayerContext& c, TensorId x, const std::string& name);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_
