#include "base/text/wrapped.h"

#include <sstream>

namespace edgerack {
namespace {

constexpr size_t kColumns = 100;

}  // namespace

std::string Wrapped(const std::string& title, const std::string& text) {
  std::string out;
  std::string line = title;
  std::istringstream words(text);
  std::string word;
  bool first = true;
  while (words >> word) {
    if (!first && line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line = std::string(title.size(), ' ') + word;
    } else {
      line += (first ? "" : " ") + word;
    }
    first = false;
  }
  return out + line + "\n";
}

}  // namespace edgerack
