// docs/operators.md: what is taken of each format, in which types, and what is not.
#ifndef SERVER_COMPILER_APP_OPERATORS_PAGE_H_
#define SERVER_COMPILER_APP_OPERATORS_PAGE_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack::compiler {

// The page in Markdown; `listing` is what `edgerack-compile ops --json` prints.
std::string OperatorsPage(const nlohmann::ordered_json& listing);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_OPERATORS_PAGE_H_
