#include "server/api/rest/http/headers.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/sha256.h"

namespace edgerack::rest {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower;
}

// The parts between separators that are not in quotes, trimmed.
std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == separator && !quoted) {
      parts.push_back(Trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  parts.push_back(Trim(text.substr(std::min(begin, text.size()))));
  return parts;
}

std::string Unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

// Digits only, as RFC 9110 has them.
bool Number(std::string_view text, int64_t* number) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos &&
         absl::SimpleAtoi(absl::string_view(text.data(), text.size()), number);
}

absl::Status Bad(const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_UPLOAD_OFFSET", why);
}

// "bytes 5-9/20", "bytes 5-9/*".
absl::StatusOr<UploadRange> ContentRange(std::string_view text) {
  const absl::Status bad = Bad("Content-Range is not like \"bytes 0-1023/4096\"");
  if (Lower(text.substr(0, 6)) != "bytes ") return bad;
  text = Trim(text.substr(6));
  const size_t dash = text.find('-');
  const size_t slash = text.find('/');
  if (dash == text.npos || slash == text.npos || slash < dash) return bad;
  int64_t first = 0, last = 0, total = 0;
  if (!Number(text.substr(0, dash), &first) ||
      !Number(text.substr(dash + 1, slash - dash - 1), &last) || last < first) {
    return bad;
  }
  UploadRange range{first, last - first + 1, std::nullopt};
  const std::string_view whole = text.substr(slash + 1);
  if (whole != "*") {
    if (!Number(whole, &total) || total <= last) return bad;
    range.total = total;
  }
  return range;
}

}  // namespace

HeaderValue ParseHeaderValue(std::string_view text) {
  HeaderValue parsed;
  bool first = true;
  for (std::string_view part : Split(text, ';')) {
    if (std::exchange(first, false)) {
      parsed.value = Lower(part);
      continue;
    }
    const size_t equals = part.find('=');
    if (equals == part.npos) continue;
    parsed.parameters.emplace(Lower(Trim(part.substr(0, equals))),
                              Unquoted(Trim(part.substr(equals + 1))));
  }
  return parsed;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  for (std::string_view part : Split(accept_encoding, ',')) {
    const HeaderValue coding = ParseHeaderValue(part);
    auto quality = coding.parameters.find("q");
    double weight = 1;
    if (quality != coding.parameters.end()) {
      if (!absl::SimpleAtod(quality->second, &weight)) weight = 0;
    }
    if (coding.value == "gzip") return weight > 0;
    if (coding.value == "*") any = weight > 0;
  }
  return any;
}

bool NoneMatchHas(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view part : Split(if_none_match, ',')) {
    if (part == "*") return true;
    // Weak comparison, as RFC 9110 has it for If-None-Match.
    if (part.substr(0, 2) == "W/") part.remove_prefix(2);
    if (!part.empty() && part == etag) return true;
  }
  return false;
}

std::string ETagOf(std::string_view body) { return "\"" + Sha256Hex(body).substr(0, 32) + "\""; }

std::string GzipETag(const std::string& etag) {
  return etag.substr(0, etag.size() - 1) + "-gzip\"";
}

absl::StatusOr<UploadRange> ParseUploadRange(std::string_view upload_offset,
                                             std::string_view content_range) {
  int64_t offset = 0;
  if (!upload_offset.empty() && !Number(Trim(upload_offset), &offset)) {
    return Bad("Upload-Offset is no number of bytes");
  }
  if (content_range.empty()) {
    if (upload_offset.empty()) {
      return Bad("say where the bytes belong: Upload-Offset: N, or Content-Range: bytes N-M/TOTAL");
    }
    return UploadRange{offset, std::nullopt, std::nullopt};
  }
  ER_ASSIGN_OR_RETURN(UploadRange range, ContentRange(Trim(content_range)));
  if (!upload_offset.empty() && offset != range.offset) {
    return Bad("Upload-Offset and Content-Range differ");
  }
  return range;
}

}  // namespace edgerack::rest
