#include "server/api/names.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace edgerack::api {
namespace {

absl::Status Invalid(const char* code, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, message);
}

absl::Status BadToken() {
  return Invalid(
      "BAD_PAGE_TOKEN",
      "the page token is not from this list; leave it empty to start from the beginning");
}

}  // namespace

absl::StatusOr<std::string> IdIn(const std::string& name, const std::string& collection) {
  const std::string prefix = collection + "/";
  const std::string id = absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : "";
  if (id.empty() || id.size() > 128 || absl::StrContains(id, '/')) {
    return Invalid("BAD_NAME", absl::StrCat("the name \"", name.substr(0, 100),
                                            "\" is not of the form ", prefix, "{id}"));
  }
  return id;
}

absl::StatusOr<std::string> IdOfPart(const std::string& name, const std::string& collection,
                                     const std::string& part) {
  const std::string suffix = "/" + part;
  if (absl::EndsWith(name, suffix)) {
    auto id = IdIn(name.substr(0, name.size() - suffix.size()), collection);
    if (id.ok()) return id;
  }
  return Invalid("BAD_NAME", absl::StrCat("the name \"", name.substr(0, 100),
                                          "\" is not of the form ", collection, "/{id}", suffix));
}

absl::StatusOr<std::string> OptionalIdIn(const std::string& name, const std::string& collection) {
  if (name.empty()) return name;
  return IdIn(name, collection);
}

absl::StatusOr<int32_t> PageSize(int32_t asked) {
  if (asked < 0) return Invalid("BAD_PAGE_SIZE", "page_size must not be negative");
  return asked == 0 ? 50 : std::min(asked, 1000);
}

std::string PageToken(const std::string& list, const std::string& position) {
  return absl::WebSafeBase64Escape(absl::StrCat(list, ":", position));
}

absl::StatusOr<std::string> PositionIn(const std::string& token, const std::string& list) {
  if (token.empty()) return token;
  std::string text;
  const std::string prefix = list + ":";
  if (!absl::WebSafeBase64Unescape(token, &text) || !absl::StartsWith(text, prefix)) {
    return BadToken();
  }
  return text.substr(prefix.size());
}

absl::StatusOr<int64_t> NumberIn(const std::string& token, const std::string& list) {
  ER_ASSIGN_OR_RETURN(std::string position, PositionIn(token, list));
  if (position.empty() && token.empty()) return 0;
  int64_t number = 0;
  if (!absl::SimpleAtoi(position, &number) || number <= 0) return BadToken();
  return number;
}

}  // namespace edgerack::api
