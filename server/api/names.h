// Resource names ("models/{id}") and page tokens, as the API writes them.
#ifndef SERVER_API_NAMES_H_
#define SERVER_API_NAMES_H_

#include <cstdint>
#include <string>

#include "base/error.h"

namespace edgerack::api {

// The id in "collection/{id}". INVALID_ARGUMENT (BAD_NAME) for anything else.
absl::StatusOr<std::string> IdIn(const std::string& name, const std::string& collection);
// The same, empty for an empty name.
absl::StatusOr<std::string> OptionalIdIn(const std::string& name, const std::string& collection);
// The id in "collection/{id}/part". INVALID_ARGUMENT (BAD_NAME) for anything else.
absl::StatusOr<std::string> IdOfPart(const std::string& name, const std::string& collection,
                                     const std::string& part);

// 0 = 50, at most 1000. INVALID_ARGUMENT (BAD_PAGE_SIZE) when negative.
absl::StatusOr<int32_t> PageSize(int32_t asked);
// Opaque to clients; `list` keeps the token of one list from being used with another.
std::string PageToken(const std::string& list, const std::string& position);
// Empty for an empty token. INVALID_ARGUMENT (BAD_PAGE_TOKEN).
absl::StatusOr<std::string> PositionIn(const std::string& token, const std::string& list);
// The same for positions that are numbers above 0; 0 for an empty token.
absl::StatusOr<int64_t> NumberIn(const std::string& token, const std::string& list);

}  // namespace edgerack::api

#endif  // SERVER_API_NAMES_H_
