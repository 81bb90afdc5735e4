#include "server/api/names.h"

#include "gtest/gtest.h"

namespace edgerack::api {
namespace {

TEST(NamesTest, TakesTheIdOfItsCollectionOnly) {
  EXPECT_EQ(*IdIn("models/abc", "models"), "abc");
  for (const char* name : {"", "models", "models/", "jobs/abc", "models/a/b", "/models/a"}) {
    EXPECT_EQ(ErrorCodeOf(IdIn(name, "models").status()), "BAD_NAME") << name;
  }
  EXPECT_EQ(*OptionalIdIn("", "datasets"), "");
  EXPECT_FALSE(OptionalIdIn("abc", "datasets").ok());
}

TEST(NamesTest, PartsNameTheirPart) {
  EXPECT_EQ(*IdOfPart("models/abc/view", "models", "view"), "abc");
  for (const char* name : {"", "models/abc", "models//view", "models/abc/views", "results/abc/view",
                           "models/a/b/view", "/view"}) {
    EXPECT_EQ(ErrorCodeOf(IdOfPart(name, "models", "view").status()), "BAD_NAME") << name;
  }
}

TEST(NamesTest, PageSizesAreBounded) {
  EXPECT_EQ(*PageSize(0), 50);
  EXPECT_EQ(*PageSize(7), 7);
  EXPECT_EQ(*PageSize(2'000'000'000), 1000);
  EXPECT_EQ(ErrorCodeOf(PageSize(-1).status()), "BAD_PAGE_SIZE");
}

TEST(NamesTest, TokensBelongToTheirList) {
  EXPECT_EQ(*NumberIn(PageToken("jobs", "17"), "jobs"), 17);
  EXPECT_EQ(*NumberIn("", "jobs"), 0);
  EXPECT_EQ(*PositionIn(PageToken("boards", "desk-1"), "boards"), "desk-1");
  for (const std::string& token :
       {PageToken("models", "17"), PageToken("jobs", "-1"), PageToken("jobs", ""),
        PageToken("jobs", "99999999999999999999"), std::string("17"), std::string("\xff")}) {
    EXPECT_EQ(ErrorCodeOf(NumberIn(token, "jobs").status()), "BAD_PAGE_TOKEN") << token;
  }
}

}  // namespace
}  // namespace edgerack::api
