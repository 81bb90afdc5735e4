#include "server/compile_client/diagnosis.h"

#include "gtest/gtest.h"

namespace edgerack::compile_client {
namespace {

TEST(DiagnosisTest, ReadsCausesSetsAndNotes) {
  auto d = ParseDiagnosis(R"({"agrees": false, "samples": 4, "causes": [
      {"code": "TRANSPOSED_HW", "confidence": 0.99, "what": "w", "evidence": "e", "fix": "f",
       "before": {"samples": 4, "equal_samples": 0}, "after": {"samples": 4, "max_error": 0.5}}],
      "indistinguishable": [["A", "B"], 7], "notes": ["n", 5], "hypotheses": 3})");
  ASSERT_TRUE(d.ok()) << d.status();
  EXPECT_EQ(d->agrees, false);
  EXPECT_EQ(d->samples, 4);
  ASSERT_EQ(d->causes.size(), 1u);
  EXPECT_EQ(d->causes[0].code, "TRANSPOSED_HW");
  EXPECT_EQ(d->causes[0].before->equal_samples, 0);
  EXPECT_EQ(d->causes[0].after->max_error, 0.5);
  EXPECT_FALSE(d->causes[0].after->values.has_value());
  ASSERT_EQ(d->indistinguishable.size(), 2u);
  EXPECT_EQ(d->indistinguishable[0], (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(d->notes, (std::vector<std::string>{"n"}));
  EXPECT_FALSE(d->inferences.has_value());
}

TEST(DiagnosisTest, WhatIsNoObjectIsABug) {
  for (const char* text : {"", "[]", "7", "{"}) {
    EXPECT_EQ(ErrorCodeOf(ParseDiagnosis(text).status()), "BAD_DIAGNOSIS") << text;
  }
}

}  // namespace
}  // namespace edgerack::compile_client
