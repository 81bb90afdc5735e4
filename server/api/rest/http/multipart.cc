#include "server/api/rest/http/multipart.h"

#include "server/api/rest/http/headers.h"

namespace edgerack::rest {
namespace {

constexpr size_t kMostHeadBytes = 8192;
constexpr size_t kMostBoundaryBytes = 70;  // RFC 2046
constexpr int kMostParts = 64;

absl::Status Bad(const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_MULTIPART",
                   "the form cannot be read: " + why);
}

// The value of the Content-Disposition among a part's header lines.
absl::StatusOr<MultipartReader::Part> ParseHead(std::string_view head) {
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const size_t colon = line.find(':');
    if (colon == line.npos) return Bad("a part's header has no colon");
    if (ParseHeaderValue(line.substr(0, colon)).value != "content-disposition") continue;
    HeaderValue disposition = ParseHeaderValue(line.substr(colon + 1));
    if (disposition.value != "form-data" || disposition.parameters.count("name") == 0) break;
    return MultipartReader::Part{disposition.parameters["name"],
                                 disposition.parameters["filename"]};
  }
  return Bad("a part has no Content-Disposition: form-data with a name");
}

}  // namespace

absl::StatusOr<MultipartReader> MultipartReader::Make(std::string_view content_type) {
  const HeaderValue type = ParseHeaderValue(content_type);
  auto boundary = type.parameters.find("boundary");
  if (boundary == type.parameters.end() || boundary->second.empty() ||
      boundary->second.size() > kMostBoundaryBytes) {
    return Bad("its Content-Type has no boundary of 1 to 70 characters");
  }
  return MultipartReader(boundary->second);
}

absl::StatusOr<MultipartReader::Event> MultipartReader::Next() {
  Event event;
  while (event.kind == Kind::kNeedMore) {
    ER_ASSIGN_OR_RETURN(const bool moved, Step(event));
    if (!moved) break;
  }
  return event;
}

absl::StatusOr<bool> MultipartReader::Step(Event& event) {
  switch (state_) {
    case State::kPreamble:
      return StepPreamble();
    case State::kAfterDelimiter:
      return StepAfterDelimiter(event);
    case State::kHead:
      return StepHead(event);
    case State::kBody:
      return StepBody(event);
    case State::kEnd:
      break;
  }
  buffer_.clear();
  event.kind = Kind::kEnd;
  return true;
}

absl::StatusOr<bool> MultipartReader::StepPreamble() {
  const size_t found = buffer_.find(delimiter_);
  if (found == buffer_.npos) {
    if (buffer_.size() > kMostHeadBytes) return Bad("its boundary does not come");
    return false;
  }
  buffer_.erase(0, found + delimiter_.size());
  state_ = State::kAfterDelimiter;
  return true;
}

absl::StatusOr<bool> MultipartReader::StepAfterDelimiter(Event& event) {
  if (buffer_.size() < 2) return false;
  const std::string_view two = std::string_view(buffer_).substr(0, 2);
  if (two == "--") {
    state_ = State::kEnd;
    return Step(event);
  }
  if (two != "\r\n") return Bad("a boundary is followed by neither a line's end nor --");
  if (++parts_ > kMostParts) return Bad("more than 64 parts");
  state_ = State::kHead;  // the line's end stays: a head is "\r\n" + lines + "\r\n\r\n"
  return true;
}

absl::StatusOr<bool> MultipartReader::StepHead(Event& event) {
  const size_t end = buffer_.find("\r\n\r\n");
  if (end == buffer_.npos || end > kMostHeadBytes) {
    if (buffer_.size() > kMostHeadBytes) return Bad("a part's head is over 8 KiB");
    return false;
  }
  const std::string_view head = std::string_view(buffer_).substr(0, end);
  ER_ASSIGN_OR_RETURN(event.part, ParseHead(head.substr(std::min<size_t>(2, head.size()))));
  event.kind = Kind::kPart;
  buffer_.erase(0, end + 4);
  state_ = State::kBody;
  return true;
}

bool MultipartReader::StepBody(Event& event) {
  const size_t found = buffer_.find(delimiter_);
  if (found == 0) {
    buffer_.erase(0, delimiter_.size());
    state_ = State::kAfterDelimiter;
    return true;
  }
  // The last bytes may be the beginning of a delimiter.
  const size_t kept = std::min(delimiter_.size() - 1, buffer_.size());
  const size_t sure = found == buffer_.npos ? buffer_.size() - kept : found;
  if (sure == 0) return false;
  event.kind = Kind::kData;
  event.data = buffer_.substr(0, sure);
  buffer_.erase(0, sure);
  return true;
}

}  // namespace edgerack::rest
