// A layer's name as a person knows it.
#ifndef BASE_TEXT_LAYER_NAME_H_
#define BASE_TEXT_LAYER_NAME_H_

#include <string>

namespace edgerack {

// TensorFlow's converter joins the names of everything it fused:
// "net/stem_1/Relu;net/stem_1/BiasAdd;…" becomes "stem_1"; other names stay as they are.
std::string ShortLayerName(const std::string& name);

}  // namespace edgerack

#endif  // BASE_TEXT_LAYER_NAME_H_
