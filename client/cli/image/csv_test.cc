#include "client/cli/image/csv.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;

TEST(CsvTest, ReadsRowsWithAnyUsualSeparator) {
  for (const char* text : {"1,2.5\n-3e1,+4\n", "1;2.5\r\n-3e1; +4",
                           "\xef\xbb\xbf# h\n1 2.5\n\n-3e1\t4\n", "  1 , 2.5\n-30,4  \n"}) {
    auto table = ParseCsv(text);
    ASSERT_TRUE(table.ok()) << text << table.status();
    EXPECT_EQ(table->rows, 2);
    EXPECT_EQ(table->columns, 2);
    EXPECT_EQ(table->values, (std::vector<double>{1, 2.5, -30, 4})) << text;
  }
}

TEST(CsvTest, SaysWhereItIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no numbers"},
      {"\n# only\n", "no numbers"},
      {"a,b\n1,2\n", "line 1, column 1: \"a\" is not a number; a header line has to start with #"},
      {"1,2\n3,x4\n", "line 2, column 2: \"x4\" is not a number"},
      {"1,2\n3\n", "line 2 has 1 numbers, the lines before it 2"},
      {"1,,2\n", "line 1, column 2: \"\" is not a number"},
      {"1,2,\n", "line 1, column 3: \"\" is not a number"},
      {"1,nan\n", "line 1, column 2: nan is not a finite number"},
      {"1,-inf\n", "not a finite number"},
      {"1,1e999\n", "not a finite number"},
      {"1.5.2\n", "\"1.5.2\" is not a number"}};
  for (const auto& [text, words] : cases) {
    auto table = ParseCsv(text);
    ASSERT_FALSE(table.ok()) << text;
    EXPECT_EQ(ErrorCodeOf(table.status()), "BAD_INPUT");
    EXPECT_THAT(ErrorMessageOf(table.status()), HasSubstr(words));
  }
}

}  // namespace
}  // namespace edgerack::cli
