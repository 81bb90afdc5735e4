// Activations by their Keras names.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_ACTIVATION_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_ACTIVATION_H_

#include <string>

#include "server/compiler/importers/keras/layer_context.h"

namespace edgerack::compiler::keras {

// x for "linear"; fails for a name that is none, e.g. a user's own function.
TensorId ApplyActivation(LayerContext& c, TensorId x, const std::string& name);
TensorId Softmax(LayerContext& c, TensorId x, int64_t axis);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_ACTIVATION_H_
