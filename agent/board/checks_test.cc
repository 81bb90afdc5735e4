#include "agent/board/checks.h"

#include <gtest/gtest.h>

#include "agent/link/fake_package.h"
#include "base/files.h"

namespace edgerack::agent {
namespace {

Assignment For(const std::string& package) {
  Assignment assignment;
  assignment.key.run_id = RunId("r");
  assignment.package_bytes = static_cast<int64_t>(package.size());
  assignment.package_crc32 = package.size() > 92 ? PackageCrc(package) : 0;
  return assignment;
}

TEST(CheckPackageTest, TakesTheRightOneAndRefusesEveryOther) {
  std::string package = FakePackage(500);
  EXPECT_TRUE(CheckPackage(For(package), package).ok());
  std::string damaged = package;
  damaged[300] ^= 1;
  EXPECT_EQ(ErrorCodeOf(CheckPackage(For(package), damaged)), "PACKAGE_BROKEN");
  EXPECT_EQ(ErrorCodeOf(CheckPackage(For(package), package.substr(0, 400))), "PACKAGE_BROKEN");
  EXPECT_EQ(ErrorCodeOf(CheckPackage(For(package), "")), "PACKAGE_BROKEN");
  EXPECT_EQ(ErrorCodeOf(CheckPackage(For(package), FakePackage(500, 1))), "PACKAGE_BROKEN");
}

// What the board's loader says reaches the one who can do something about it.
TEST(ExplainRefusedPackageTest, NamesWhoHasToAct) {
  auto explained = [](absl::StatusCode code, const std::string& words) {
    return ExplainRefusedPackage(MakeError(code, ErrorClass::kBoard, "BOARD_REFUSED", words));
  };
  const absl::Status scratch = explained(absl::StatusCode::kInvalidArgument,
                                         "layer has less scratch memory than its kernel needs");
  EXPECT_EQ(ErrorCodeOf(scratch), "PACKAGE_REFUSED");
  EXPECT_EQ(ErrorClassOf(scratch), ErrorClass::kBug);
  EXPECT_NE(ErrorMessageOf(scratch).find("less scratch memory"), std::string::npos);
  EXPECT_NE(ErrorMessageOf(scratch).find("compiler and firmware do not agree"), std::string::npos);
  EXPECT_EQ(ErrorClassOf(explained(absl::StatusCode::kResourceExhausted, "")), ErrorClass::kJob);
  EXPECT_EQ(ErrorClassOf(explained(absl::StatusCode::kDataLoss, "")), ErrorClass::kBoard);
  const absl::Status silent =
      MakeError(absl::StatusCode::kUnavailable, ErrorClass::kBoard, "BOARD_SILENT", "m");
  EXPECT_EQ(ErrorCodeOf(ExplainRefusedPackage(silent)), "BOARD_SILENT");
}

TEST(CheckAssignmentTest, RefusesNumbersThatTheLinkCannotCarry) {
  Assignment good = For(FakePackage(100));
  EXPECT_TRUE(CheckAssignment(good).ok());
  for (auto spoil : std::vector<void (*)(Assignment&)>{
           [](Assignment& a) { a.timed_runs = 0; }, [](Assignment& a) { a.timed_runs = 1025; },
           [](Assignment& a) { a.warmup_runs = -1; }, [](Assignment& a) { a.warmup_runs = 70'000; },
           [](Assignment& a) { a.samples = -1; }, [](Assignment& a) { a.input_bytes = {-4}; },
           [](Assignment& a) {
             a.outputs = {{70'000, 4}};
           },
           [](Assignment& a) { a.package_bytes = 0; }}) {
    Assignment bad = good;
    spoil(bad);
    EXPECT_EQ(ErrorCodeOf(CheckAssignment(bad)), "BAD_ASSIGNMENT");
  }
}

TEST(CheckInputsTest, CountsBytesWithoutOverflow) {
  Assignment assignment = For(FakePackage(100));
  assignment.samples = 3;
  assignment.input_bytes = {4, 2};
  EXPECT_TRUE(CheckInputs(assignment, std::string(18, 'x')).ok());
  EXPECT_FALSE(CheckInputs(assignment, std::string(17, 'x')).ok());
  assignment.samples = INT64_MAX;
  EXPECT_FALSE(CheckInputs(assignment, std::string(18, 'x')).ok());
}

TEST(BoardSpecTest, BuildIdIsReadAndChecked) {
  TempDir dir;
  BoardSpec spec;
  spec.image_dir = dir.path();
  EXPECT_EQ(ErrorCodeOf(spec.ImageBuildId().status()), "FIRMWARE_IMAGE_MISSING");
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "build_id", "ABCDEF").ok());
  EXPECT_EQ(ErrorCodeOf(spec.ImageBuildId().status()), "FIRMWARE_IMAGE_MISSING");
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "build_id", std::string(40, 'A') + "\n").ok());
  EXPECT_EQ(*spec.ImageBuildId(), std::string(40, 'a'));
}

TEST(BoardSpecTest, AnotherBuildOfTheImageHasAFolderOfItsOwn) {
  TempDir dir;
  BoardSpec spec;
  spec.image_dir = dir.path();
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "build_id", std::string(40, 'a')).ok());
  EXPECT_EQ(ErrorCodeOf(spec.ImageBuildId("O0").status()), "NO_SUCH_BUILD");
  EXPECT_EQ(ErrorCodeOf(spec.ImageBuildId("../..").status()), "BAD_ASSIGNMENT");
  std::filesystem::create_directories(dir.path() / "variants" / "O0");
  ASSERT_TRUE(WriteFileAtomic(dir.path() / "variants/O0/build_id", std::string(40, 'b')).ok());
  EXPECT_EQ(*spec.ImageBuildId("O0"), std::string(40, 'b'));
  EXPECT_EQ(spec.FirmwareElf("O0"), dir.path() / "variants/O0/firmware.elf");
}

}  // namespace
}  // namespace edgerack::agent
