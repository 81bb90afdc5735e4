#include "server/compiler/validate/classification.h"

#include <cmath>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

const Scores kScores = {3,
                        {0.7, 0.2, 0.1,    // 0
                         0.4, 0.4, 0.2,    // 0, by order
                         0.1, 0.2, 0.7,    // 2
                         0.3, 0.6, 0.1}};  // 1
const std::vector<int64_t> kLabels = {0, 1, 1, 1};

TEST(ClassificationTest, TheHighestScoreWinsAndOfEqualOnesTheFirst) {
  EXPECT_EQ(Winners(kScores), (std::vector<int64_t>{0, 0, 2, 1}));
  EXPECT_EQ(Winners({2, {std::nan(""), -5}}), std::vector<int64_t>{1});
  EXPECT_TRUE(Winners({}).empty());
}

TEST(ClassificationTest, TopK) {
  EXPECT_DOUBLE_EQ(TopK(kScores, kLabels, 1), 0.5);
  EXPECT_DOUBLE_EQ(TopK(kScores, kLabels, 2), 1);
  EXPECT_DOUBLE_EQ(TopK({}, {}, 1), 0);
}

TEST(ClassificationTest, ConfusionCountsLabelsByRow) {
  EXPECT_EQ(ConfusionMatrix(kLabels, Winners(kScores), 3),
            (std::vector<int64_t>{1, 0, 0, 1, 1, 1, 0, 0, 0}));
}

// Class 1's members score 0.4, 0.2, 0.6, the other sample 0.2: 2 wins and a tie of 3 pairs.
TEST(ClassificationTest, AreaUnderTheCurveCountsPairs) {
  EXPECT_DOUBLE_EQ(*AreaUnderCurve(kScores, kLabels, 1), 2.5 / 3);
  EXPECT_DOUBLE_EQ(*AreaUnderCurve(kScores, kLabels, 0), 1);
  EXPECT_FALSE(AreaUnderCurve(kScores, kLabels, 2).has_value());
  EXPECT_DOUBLE_EQ(*MeanAreaUnderCurve(kScores, kLabels), (1 + 2.5 / 3) / 2);
  EXPECT_FALSE(MeanAreaUnderCurve(kScores, {1, 1, 1, 1}).has_value());
}

}  // namespace
}  // namespace edgerack::compiler
