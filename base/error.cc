#include "base/error.h"

#include "absl/strings/cord.h"

namespace edgerack {
namespace {

constexpr char kClassPayload[] = "edgerack/class";
constexpr char kCodePayload[] = "edgerack/code";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

const char* ErrorClassName(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kUser:
      return "USER";
    case ErrorClass::kJob:
      return "JOB";
    case ErrorClass::kInfrastructure:
      return "INFRASTRUCTURE";
    case ErrorClass::kBoard:
      return "BOARD";
    case ErrorClass::kBug:
      return "BUG";
  }
  return "BUG";
}

ErrorClass ParseErrorClass(std::string_view name) {
  for (ErrorClass c :
       {ErrorClass::kUser, ErrorClass::kJob, ErrorClass::kInfrastructure, ErrorClass::kBoard}) {
    if (name == ErrorClassName(c)) return c;
  }
  return ErrorClass::kBug;
}

absl::Status MakeError(absl::StatusCode status_code, ErrorClass error_class, std::string_view code,
                       std::string_view message) {
  absl::Status status(status_code, View(message));
  status.SetPayload(kClassPayload, absl::Cord(ErrorClassName(error_class)));
  status.SetPayload(kCodePayload, absl::Cord(View(code)));
  return status;
}

ErrorClass ErrorClassOf(const absl::Status& status) {
  auto payload = status.GetPayload(kClassPayload);
  return payload ? ParseErrorClass(std::string(*payload)) : ErrorClass::kBug;
}

std::string ErrorCodeOf(const absl::Status& status) {
  auto payload = status.GetPayload(kCodePayload);
  return payload ? std::string(*payload) : absl::StatusCodeToString(status.code());
}

std::string ErrorMessageOf(const absl::Status& status) { return std::string(status.message()); }

absl::Status Annotate(const absl::Status& status, std::string_view where) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), View(std::string(where) + ": " + ErrorMessageOf(status)));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    annotated.SetPayload(url, payload);
  });
  return annotated;
}

}  // namespace edgerack
