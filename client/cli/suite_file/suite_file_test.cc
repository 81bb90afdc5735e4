#include "client/cli/suite_file/suite_file.h"

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

constexpr char kWhole[] = R"(
id = "nightly"
display_name = "Nightly"
boards = ["kind=virtual-f746", "tag=lab"]
repeats = 2

[schedule]
when = "daily 02:30"
time_zone = "Europe/Berlin"

[thresholds]
min_percent = 2
max_arena_bytes = 4096

[notify]
when = "always"
mail_to = ["lab@example.org"]

[[model]]
label = "digits"
file = "digits.tflite"
dataset = "digits.npz"
options = { samples = 5, dcache = false, objective = "time" }

[[variant]]
label = "ref"
options = { kernels = "ref" }
)";

TEST(ParseSuiteFile, ReadsAWholeOne) {
  auto file = ParseSuiteFile(kWhole, "nightly.toml");
  ASSERT_TRUE(file.ok()) << file.status();
  const v1::Suite& suite = file->suite;
  EXPECT_EQ(suite.name(), "suites/nightly");
  EXPECT_EQ(suite.boards_size(), 2);
  EXPECT_EQ(suite.repeats(), 2);
  EXPECT_EQ(suite.confirmations(), 0);  // the server's default
  EXPECT_EQ(suite.schedule().time_zone(), "Europe/Berlin");
  EXPECT_EQ(suite.thresholds().min_percent(), 2);
  EXPECT_FALSE(suite.thresholds().has_min_cycles());
  EXPECT_EQ(suite.notifications().when(), v1::SuiteNotifications::ALWAYS);
  EXPECT_EQ(suite.models(0).options().at("samples"), "5");
  EXPECT_EQ(suite.models(0).options().at("dcache"), "off");
  EXPECT_EQ(suite.variants(0).options().at("kernels"), "ref");
  ASSERT_EQ(file->files.size(), 1u);
  EXPECT_EQ(file->files[0].model, "digits.tflite");
  EXPECT_EQ(file->files[0].dataset, "digits.npz");
}

std::string Refused(const std::string& text) {
  auto file = ParseSuiteFile(text, "s.toml");
  if (file.ok()) return "taken";
  EXPECT_EQ(ErrorCodeOf(file.status()), "BAD_SUITE_FILE");
  return ErrorMessageOf(file.status());
}

TEST(ParseSuiteFile, SaysWhatIsWrongAndWhere) {
  EXPECT_NE(Refused("id = ").find("s.toml:1"), std::string::npos);
  EXPECT_EQ(Refused(""), "s.toml: `id` is missing");
  EXPECT_EQ(Refused("id = 5"), "s.toml: `id` must be a text");
  EXPECT_EQ(Refused("id = \"a\"\nboard = [\"x\"]"), "s.toml: `board` is not known here (line 2)");
  EXPECT_EQ(Refused("id = \"a\"\nboards = \"x\""), "s.toml: `boards` must be a list of texts");
  EXPECT_EQ(Refused("id = \"a\"\n[[model]]\nlabel = \"m\""),
            "s.toml: [[model]] 1: `file` is missing");
  EXPECT_EQ(Refused("id = \"a\"\n[thresholds]\nmin_percent = \"1\""),
            "s.toml: [thresholds]: `min_percent` must be a number");
  EXPECT_EQ(Refused("id = \"a\"\n[notify]\nwhen = \"sometimes\""),
            "s.toml: [notify]: `when` must be \"trouble\", \"always\" or \"never\"");
  EXPECT_EQ(Refused("id = \"a\"\nmodel = 3"), "s.toml: `model` must be tables, [[model]]");
}

}  // namespace
}  // namespace edgerack::cli
