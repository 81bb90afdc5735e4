// What a file is that is no model we read: so that a person sees at once what was taken for one.
#ifndef SERVER_COMPILER_IMPORTERS_RECOGNIZE_H_
#define SERVER_COMPILER_IMPORTERS_RECOGNIZE_H_

#include <string>

namespace edgerack::compiler {

struct Recognized {
  std::string what;  // "a PNG image"; never empty
  std::string next;  // what to do about it
};

// By the first bytes and, in a zip, by the names of its entries. Looks, never parses: any bytes are
// safe.
Recognized Recognize(const std::string& bytes);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_RECOGNIZE_H_
