// Windows of convolutions and pools over one or two dimensions; one is two with height 1.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_WINDOW_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_WINDOW_H_

#include "server/compiler/importers/keras/layer_context.h"

namespace edgerack::compiler::keras {

struct Window {
  size_t spatial = 2;  // dimensions in the file
  int64_t kernel[2] = {1, 1};
  int64_t stride[2] = {1, 1};
  int64_t dilation[2] = {1, 1};
  int64_t before[2] = {0, 0};
  int64_t after[2] = {0, 0};

  Attributes ToAttributes() const;
};

// 1 for classes that end in "1D", else 2.
size_t SpatialDims(const LayerContext& c);
// N x L x C as N x 1 x L x C; images stay.
TensorId AsImage(LayerContext& c, TensorId x);
// The inverse.
TensorId FromImage(LayerContext& c, TensorId y, size_t spatial);

// Sizes from the configuration under these keys; padding "valid", "same" or "causal" for an image
// of this shape (N x H x W x C).
Window ReadWindow(LayerContext& c, const Shape& image, const char* kernel_key);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_WINDOW_H_
