// multipart/form-data, read as it arrives: what a browser's form or `curl -F` sends (RFC 7578).
#ifndef SERVER_API_REST_HTTP_MULTIPART_H_
#define SERVER_API_REST_HTTP_MULTIPART_H_

#include <string>
#include <string_view>

#include "base/error.h"

namespace edgerack::rest {

class MultipartReader {
 public:
  // The boundary is the one of the Content-Type. INVALID_ARGUMENT (BAD_MULTIPART) when it has none
  // or one longer than 70 characters.
  static absl::StatusOr<MultipartReader> Make(std::string_view content_type);

  struct Part {
    std::string name;      // of the form's field
    std::string filename;  // empty for a plain field
  };
  enum class Kind {
    kNeedMore,  // Feed() first
    kPart,      // a part begins: `part`
    kData,      // the next bytes of the part: `data`, never empty
    kEnd,       // the last part is over; what follows is ignored
  };
  struct Event {
    Kind kind = Kind::kNeedMore;
    Part part;
    std::string data;
  };

  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // INVALID_ARGUMENT (BAD_MULTIPART): no form-data, a part's head over 8 KiB, more than 64 parts.
  absl::StatusOr<Event> Next();

 private:
  enum class State { kPreamble, kAfterDelimiter, kHead, kBody, kEnd };

  explicit MultipartReader(std::string_view boundary)
      : delimiter_("\r\n--" + std::string(boundary)) {}
  // True when the state changed or `event` says something.
  absl::StatusOr<bool> Step(Event& event);
  absl::StatusOr<bool> StepPreamble();
  absl::StatusOr<bool> StepAfterDelimiter(Event& event);
  absl::StatusOr<bool> StepHead(Event& event);
  bool StepBody(Event& event);

  std::string delimiter_;
  std::string buffer_ = "\r\n";  // so that the first delimiter is like the others
  State state_ = State::kPreamble;
  int parts_ = 0;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_MULTIPART_H_
