// Prose for a terminal.
#ifndef BASE_TEXT_WRAPPED_H_
#define BASE_TEXT_WRAPPED_H_

#include <string>

namespace edgerack {

// Words broken into lines of at most 100 bytes; the first begins with `title`, the others are
// indented as far. Ends with a newline.
std::string Wrapped(const std::string& title, const std::string& text);

}  // namespace edgerack

#endif  // BASE_TEXT_WRAPPED_H_
