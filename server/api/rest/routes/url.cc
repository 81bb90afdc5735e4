#include "server/api/rest/routes/url.h"

#include "absl/strings/ascii.h"
#include "base/utf8.h"

namespace edgerack::rest {
namespace {

absl::Status Bad(const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_URL",
                   "the URL cannot be read: " + why);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Part { kPath, kQuery };

absl::StatusOr<std::string> Decode(std::string_view text, Part part) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return Bad("a % needs two hex digits after it");
      c = static_cast<char>(high * 16 + low);
      i += 2;
      if (c == '/' && part == Part::kPath) {
        decoded += "%2F";
        continue;
      }
    } else if (c == '+' && part == Part::kQuery) {
      c = ' ';
    }
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)) && part == Part::kPath) {
      return Bad("a path has no control characters");
    }
    decoded += c;
  }
  if (Utf8(decoded) != decoded) return Bad("its text is not UTF-8");
  return decoded;
}

absl::Status ParsePath(std::string_view path, Url& url) {
  if (path.empty() || path.front() != '/') return Bad("a path begins with /");
  path.remove_prefix(1);
  for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    ER_ASSIGN_OR_RETURN(std::string segment, Decode(path.substr(0, slash), Part::kPath));
    url.segments.push_back(std::move(segment));
    path.remove_prefix(slash + 1);
  }
  // A colon that is written %3A is text.
  if (const size_t colon = path.rfind(':'); colon != path.npos) {
    ER_ASSIGN_OR_RETURN(url.verb, Decode(path.substr(colon + 1), Part::kPath));
    path = path.substr(0, colon);
  }
  ER_ASSIGN_OR_RETURN(std::string last, Decode(path, Part::kPath));
  url.segments.push_back(std::move(last));
  return absl::OkStatus();
}

absl::Status ParseQuery(std::string_view query, Url& url) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    ER_ASSIGN_OR_RETURN(std::string key, Decode(pair.substr(0, equals), Part::kQuery));
    ER_ASSIGN_OR_RETURN(std::string value,
                        Decode(pair.substr(std::min(equals + 1, pair.size())), Part::kQuery));
    url.query.emplace_back(std::move(key), std::move(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Url> ParseUrl(std::string_view target) {
  target = target.substr(0, target.find('#'));
  const size_t mark = std::min(target.find('?'), target.size());
  Url url;
  ER_RETURN_IF_ERROR(ParsePath(target.substr(0, mark), url));
  ER_RETURN_IF_ERROR(ParseQuery(target.substr(std::min(mark + 1, target.size())), url));
  return url;
}

}  // namespace edgerack::rest
