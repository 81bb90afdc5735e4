#include "server/scheduler/retry_policy.h"

#include "gtest/gtest.h"

namespace edgerack::scheduler {
namespace {

core::Failure Of(ErrorClass error_class) { return {error_class, "CODE", "text"}; }

TEST(RetryPolicyTest, InfrastructureGetsThreeAttempts) {
  EXPECT_TRUE(ShouldRetry(Of(ErrorClass::kInfrastructure), 1, 0));
  EXPECT_TRUE(ShouldRetry(Of(ErrorClass::kInfrastructure), 2, 0));
  EXPECT_FALSE(ShouldRetry(Of(ErrorClass::kInfrastructure), 3, 0));
}

TEST(RetryPolicyTest, BoardsMayFailTwice) {
  EXPECT_TRUE(ShouldRetry(Of(ErrorClass::kBoard), 1, 1));
  EXPECT_FALSE(ShouldRetry(Of(ErrorClass::kBoard), 2, 2));
  EXPECT_TRUE(ShouldRetry(Of(ErrorClass::kBoard), 2, 1));  // the first failure was a cable
  EXPECT_FALSE(ShouldRetry(Of(ErrorClass::kBoard), 3, 1));
}

TEST(RetryPolicyTest, WhatFailsEverywhereIsNotRepeated) {
  for (ErrorClass c : {ErrorClass::kUser, ErrorClass::kJob, ErrorClass::kBug}) {
    EXPECT_FALSE(ShouldRetry(Of(c), 1, 0));
  }
}

}  // namespace
}  // namespace edgerack::scheduler
