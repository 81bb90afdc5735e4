#include "base/error.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(ErrorTest, CarriesClassAndCode) {
  absl::Status status =
      MakeError(absl::StatusCode::kNotFound, ErrorClass::kBoard, "NO_PROBE", "gone");
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kBoard);
  EXPECT_EQ(ErrorCodeOf(status), "NO_PROBE");
  EXPECT_EQ(ErrorMessageOf(status), "gone");
}

TEST(ErrorTest, AnnotationKeepsClassAndCode) {
  absl::Status status = Annotate(
      MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "NO_FILE", "gone"), "model.tflite");
  EXPECT_EQ(ErrorMessageOf(status), "model.tflite: gone");
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kUser);
  EXPECT_EQ(ErrorCodeOf(status), "NO_FILE");
}

TEST(ErrorTest, ForeignStatusIsABug) {
  EXPECT_EQ(ErrorClassOf(absl::InternalError("x")), ErrorClass::kBug);
  EXPECT_EQ(ErrorCodeOf(absl::InternalError("x")), "INTERNAL");
}

TEST(ErrorTest, ClassNamesRoundTrip) {
  for (ErrorClass c : {ErrorClass::kUser, ErrorClass::kJob, ErrorClass::kInfrastructure,
                       ErrorClass::kBoard, ErrorClass::kBug}) {
    EXPECT_EQ(ParseErrorClass(ErrorClassName(c)), c);
  }
}

}  // namespace
}  // namespace edgerack
