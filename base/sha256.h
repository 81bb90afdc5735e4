// SHA-256 as the product's content address: 64 lower-case hex characters.
#ifndef BASE_SHA256_H_
#define BASE_SHA256_H_

#include <string>
#include <string_view>

namespace edgerack {

std::string Sha256Hex(std::string_view bytes);
// True for exactly 64 characters of [0-9a-f].
bool IsSha256Hex(std::string_view text);
// Lower-case hex of any bytes.
std::string HexEncode(std::string_view bytes);

}  // namespace edgerack

#endif  // BASE_SHA256_H_
