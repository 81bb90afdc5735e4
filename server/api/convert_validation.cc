#include <google/protobuf/util/json_util.h>

#include "server/api/convert.h"

namespace edgerack::api {

// The compiler's JSON has the message's field names; what an older message lacks is left out.
absl::Status ReadValidation(const std::string& body, v1::ResultValidation* to) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(body, to, options);
  if (status.ok()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_VALIDATION",
                   "the compiler's validation is not what this server expects: " +
                       std::string(status.message().data(), status.message().size()) +
                       "; compiler and server may be from different releases");
}

}  // namespace edgerack::api
