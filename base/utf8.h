// Text from outside, made fit for protobuf and JSON.
#ifndef BASE_UTF8_H_
#define BASE_UTF8_H_

#include <string>

namespace edgerack {

// Protobuf and JSON refuse text that is not UTF-8; each byte that is not becomes '?'.
std::string Utf8(const std::string& text);

}  // namespace edgerack

#endif  // BASE_UTF8_H_
