#include "base/text/layer_name.h"

namespace edgerack {

std::string ShortLayerName(const std::string& name) {
  const std::string first = name.substr(0, name.find(';'));
  const size_t last = first.rfind('/');
  if (last == std::string::npos || last == 0) return first;
  const size_t before = first.rfind('/', last - 1);
  return before == std::string::npos ? first : first.substr(before + 1, last - before - 1);
}

}  // namespace edgerack
