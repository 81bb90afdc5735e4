#include "proto/error/error_details.h"

#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(ErrorDetailsTest, ClassAndCodeComeBack) {
  google::rpc::ErrorInfo info;
  info.set_reason("DISK_FULL");
  (*info.mutable_metadata())["class"] = "INFRASTRUCTURE";
  google::rpc::Status sent;
  sent.add_details()->PackFrom(google::rpc::Status());  // some other detail
  sent.add_details()->PackFrom(info);
  auto error = ErrorInDetails(absl::StatusCode::kUnavailable, "no room", sent.SerializeAsString());
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorClassOf(*error), ErrorClass::kInfrastructure);
  EXPECT_EQ(ErrorCodeOf(*error), "DISK_FULL");
  EXPECT_EQ(ErrorMessageOf(*error), "no room");
}

TEST(ErrorDetailsTest, WhatTellsNothingIsNone) {
  for (const std::string& details : {std::string(), std::string("\xff\xff garbage"),
                                     google::rpc::Status().SerializeAsString()}) {
    EXPECT_FALSE(ErrorInDetails(absl::StatusCode::kInternal, "x", details).has_value());
  }
}

}  // namespace
}  // namespace edgerack
