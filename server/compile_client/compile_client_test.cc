#include "server/compile_client/compile_client.h"

#include <sys/stat.h>

#include "base/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/compile_client/test_package.h"

namespace edgerack::compile_client {
namespace {

using testing::HasSubstr;

class CompileClientTest : public testing::Test {
 protected:
  // A shell script in the compiler's place. It finds $dir (files of the test), $out and $report.
  CompileClient Client(const std::string& body,
                       ChildLimits limits = CompileClient::DefaultLimits()) {
    const auto program = dir_.path() / "edgerack-compile";
    const std::string script =
        "#!/bin/sh\ndir=" + dir_.path().string() +
        "\nprintf '%s\\n' \"$@\" > $dir/arguments\n"
        "while [ $# -gt 0 ]; do case $1 in --out) out=$2;; --crc32) crc32=$2;; --report) "
        "report=$2;;"
        " --inputs) inputs=$2;; --reference) reference=$2;; --manifest) manifest=$2;; esac;"
        " shift; done\n" +
        body + "\n";
    EXPECT_TRUE(WriteFileAtomic(program, script).ok());
    chmod(program.c_str(), 0755);
    return CompileClient(program, limits);
  }
  void SetUp() override {
    ASSERT_TRUE(WriteFileAtomic(dir_.path() / "model.erp", TestPackage({4}, {2})).ok());
    ASSERT_TRUE(WriteFileAtomic(dir_.path() / "abcdef", "the model").ok());
    input_.model = {dir_.path() / "abcdef", "My net.tflite"};
    input_.kind = "virtual-f746";
  }
  std::string Arguments() { return ReadFile(dir_.path() / "arguments").value_or(""); }
  static std::string CodeOf(const absl::Status& status) {
    return std::string(ErrorClassName(ErrorClassOf(status))) + " " + ErrorCodeOf(status);
  }

  TempDir dir_;
  CompileInput input_;
};

TEST_F(CompileClientTest, PassesEverythingAndReadsThePackage) {
  input_.quantize = "int8";
  input_.options = {{"kernels", "ref; touch $dir/hacked"}};
  input_.calibration = {dir_.path() / "abcdef", "../../cal.npz"};
  input_.dataset = {dir_.path() / "abcdef", "test.npz"};
  auto output = Client("cp $dir/model.erp $out; echo '{\"fits\": true}' > $report").Compile(input_);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(output->facts.input_bytes, std::vector<int64_t>{4});
  EXPECT_EQ(output->report, "{\"fits\": true}\n");
  EXPECT_THAT(Arguments(),
              HasSubstr("/model/My_net.tflite\n--board\nvirtual-f746\n--quantize\nint8\n"));
  EXPECT_THAT(Arguments(), HasSubstr("/calibration/cal.npz\n"));
  EXPECT_THAT(Arguments(), HasSubstr("/data/test.npz\n"));
  EXPECT_THAT(Arguments(), HasSubstr("--option\nkernels=ref; touch $dir/hacked\n"));
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "hacked"));
}

TEST_F(CompileClientTest, NamesCannotBecomeOptionsOrHiddenFiles) {
  for (const char* name : {"--out", ".", "..", "", "/", "\xff\n"}) {
    input_.model.display_name = name;
    auto output = Client("cp $dir/model.erp $out; echo '{}' > $report").Compile(input_);
    EXPECT_TRUE(output.ok()) << name << output.status();
  }
}

TEST_F(CompileClientTest, ARefusalIsTheUsersWithItsReason) {
  auto output = Client(
                    "echo '{\"error\": {\"class\": \"USER\", \"code\": \"UNSUPPORTED_OP\", "
                    "\"message\": \"LSTM\"}}' > $report; exit 1")
                    .Compile(input_);
  EXPECT_EQ(CodeOf(output.status()), "USER UNSUPPORTED_OP");
  EXPECT_EQ(ErrorMessageOf(output.status()), "LSTM");
  auto bare = Client("echo \"$1: not a model\" >&2; exit 1").Compile(input_);
  EXPECT_EQ(CodeOf(bare.status()), "USER MODEL_REFUSED");
  auto big = Client("cp $dir/model.erp $out; echo '{\"fits\": false}' > $report").Compile(input_);
  EXPECT_EQ(CodeOf(big.status()), "USER DOES_NOT_FIT");
}

TEST_F(CompileClientTest, AFailureWithoutAReportStillHasItsClass) {
  auto full =
      Client(
          "echo \"edgerack-compile: cannot write $out: No space left [INFRASTRUCTURE DISK_FULL]\""
          " >&2; exit 1")
          .Compile(input_);
  EXPECT_EQ(CodeOf(full.status()), "INFRASTRUCTURE DISK_FULL");
  EXPECT_EQ(ErrorMessageOf(full.status()), "cannot write out.erp: No space left");
  EXPECT_EQ(full.status().code(), absl::StatusCode::kResourceExhausted);
  auto memory = Client("echo 'x: out of memory [USER COMPILE_OUT_OF_MEMORY]' >&2; exit 1");
  EXPECT_EQ(CodeOf(memory.Compile(input_).status()), "USER COMPILE_OUT_OF_MEMORY");
  auto odd = Client("echo 'x: [strange] ends [SO WHAT]' >&2; exit 1").Compile(input_);
  EXPECT_EQ(CodeOf(odd.status()), "USER MODEL_REFUSED");
}

TEST_F(CompileClientTest, TheScratchFolderIsNotShown) {
  auto output = Client(
                    "echo \"{\\\"error\\\": {\\\"class\\\": \\\"USER\\\", \\\"code\\\": "
                    "\\\"BAD\\\", \\\"message\\\": \\\"$(dirname $out)/data/d.npz: bad\\\"}}\" > "
                    "$report; exit 1")
                    .Compile(input_);
  EXPECT_EQ(ErrorMessageOf(output.status()), "d.npz: bad");
}

TEST_F(CompileClientTest, UsageErrorsBlameTheOptionsIfThereAreAny) {
  EXPECT_EQ(CodeOf(Client("exit 2").Compile(input_).status()), "BUG COMPILER_CRASHED");
  input_.options = {{"nonsense", "1"}};
  auto output = Client("echo 'no option nonsense' >&2; exit 2").Compile(input_);
  EXPECT_EQ(CodeOf(output.status()), "JOB BAD_OPTION");
  EXPECT_EQ(ErrorMessageOf(output.status()), "no option nonsense");
}

TEST_F(CompileClientTest, LimitsAndCrashesAreToldApart) {
  ChildLimits brief = CompileClient::DefaultLimits();
  brief.timeout_ms = 100;
  EXPECT_EQ(CodeOf(Client("sleep 60", brief).Compile(input_).status()), "USER COMPILE_TIMEOUT");
  EXPECT_EQ(CodeOf(Client("echo std::bad_alloc >&2; kill -ABRT $$").Compile(input_).status()),
            "USER COMPILE_OUT_OF_MEMORY");
  EXPECT_EQ(CodeOf(Client("kill -KILL $$").Compile(input_).status()),
            "INFRASTRUCTURE COMPILER_KILLED");
  EXPECT_EQ(CodeOf(Client("kill -SEGV $$").Compile(input_).status()), "BUG COMPILER_CRASHED");
  EXPECT_EQ(CodeOf(CompileClient("/nonexistent").Compile(input_).status()),
            "INFRASTRUCTURE NO_PROGRAM");
}

TEST_F(CompileClientTest, ADamagedPackageIsOurBug) {
  auto output = Client("echo garbage > $out; echo '{}' > $report").Compile(input_);
  EXPECT_EQ(CodeOf(output.status()), "BUG BAD_PACKAGE");
  auto silent = Client("cp $dir/model.erp $out").Compile(input_);
  EXPECT_EQ(CodeOf(silent.status()), "BUG BAD_REPORT");
}

constexpr char kPrepare[] =
    "printf 12345678 > $inputs; printf 1234 > $reference; echo '{\"samples\": 2, "
    "\"input_bytes\": 4, \"output_bytes\": 2, \"outputs\": [], \"labels\": [0, 1]}' > $manifest";

TEST_F(CompileClientTest, PreparesADatasetOrARandomSample) {
  auto output =
      Client(kPrepare).Prepare(dir_.path() / "model.erp", {dir_.path() / "abcdef", "d.npz"});
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(output->inputs, "12345678");
  EXPECT_EQ(output->reference, "1234");
  EXPECT_EQ(output->manifest.labels, (std::vector<int64_t>{0, 1}));
  EXPECT_THAT(Arguments(), testing::StartsWith("prepare\n"));
  EXPECT_THAT(Arguments(), HasSubstr("/data/d.npz\n"));
  ASSERT_TRUE(Client(kPrepare).Prepare(dir_.path() / "model.erp", {}).ok());
  EXPECT_THAT(Arguments(), HasSubstr("--random-seed\n1\n"));
}

TEST_F(CompileClientTest, PrepareChecksSizes) {
  const std::string longer = std::string(kPrepare) + "; printf 1 >> $reference";
  EXPECT_EQ(CodeOf(Client(longer).Prepare(dir_.path() / "model.erp", {}).status()),
            "BUG BAD_MANIFEST");
  EXPECT_EQ(CodeOf(Client("echo 'x has 3 dims' >&2; exit 1")
                       .Prepare(dir_.path() / "model.erp", {})
                       .status()),
            "USER DATASET_REFUSED");
}

TEST_F(CompileClientTest, ShowsAModelOrSaysWhyNot) {
  auto view = Client("echo '{\"format\": \"x\"}' > $report").Show(input_.model);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(*view, "{\"format\": \"x\"}\n");
  EXPECT_THAT(Arguments(), testing::StartsWith("show\n"));
  EXPECT_THAT(Arguments(), HasSubstr("/model/My_net.tflite\n"));
  EXPECT_EQ(CodeOf(Client("echo 'no such operator' >&2; exit 1").Show(input_.model).status()),
            "USER MODEL_REFUSED");
  EXPECT_EQ(CodeOf(Client("exit 0").Show(input_.model).status()), "BUG BAD_VIEW");
  ChildLimits hurry = CompileClient::DefaultLimits();
  hurry.timeout_ms = 50;
  EXPECT_EQ(CodeOf(Client("sleep 30", hurry).Show(input_.model).status()), "USER COMPILE_TIMEOUT");
}

TEST_F(CompileClientTest, TracesTheInputsItIsGiven) {
  const auto package = dir_.path() / "model.erp";
  auto crcs = Client("cp $inputs $dir/seen; printf abcd > $crc32").Trace(package, "xyz", 3);
  ASSERT_TRUE(crcs.ok()) << crcs.status();
  EXPECT_EQ(*crcs, "abcd");
  EXPECT_EQ(*ReadFile(dir_.path() / "seen"), "xyz");
  EXPECT_THAT(Arguments(), testing::StartsWith("trace\n"));
  EXPECT_THAT(Arguments(), HasSubstr("--samples\n3\n"));
  EXPECT_EQ(CodeOf(Client("echo no >&2; exit 1").Trace(package, "", 1).status()),
            "USER TRACE_FAILED");
}

TEST_F(CompileClientTest, ADivergenceIsAValidationAndAnErrorIsNone) {
  ValidateInput input{input_, {dir_.path() / "abcdef", "d.npz"}, dir_.path() / "t", {}};
  for (const char* status : {"0", "1"}) {
    auto text =
        Client(std::string("echo '{\"layers\": []}' > $report; exit ") + status).Validate(input);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_EQ(*text, "{\"layers\": []}\n");
  }
  EXPECT_THAT(Arguments(), testing::StartsWith("validate\n"));
  EXPECT_THAT(Arguments(), HasSubstr("/data/d.npz\n--board-trace\n"));
  EXPECT_THAT(Arguments(), testing::Not(HasSubstr("--board-outputs")));
  auto refused = Client(
                     "echo '{\"error\": {\"class\": \"USER\", \"code\": "
                     "\"TRACE_OF_ANOTHER_PACKAGE\", \"message\": \"m\"}}' > $report; exit 1")
                     .Validate(input);
  EXPECT_EQ(CodeOf(refused.status()), "USER TRACE_OF_ANOTHER_PACKAGE");
  EXPECT_EQ(CodeOf(Client("echo '[]' > $report").Validate(input).status()), "BUG BAD_VALIDATION");
}

TEST_F(CompileClientTest, HashFollowsTheProgram) {
  CompileClient client = Client("exit 0");
  auto first = client.ProgramSha256();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(*client.ProgramSha256(), *first);
  Client("exit 1");
  std::filesystem::last_write_time(
      dir_.path() / "edgerack-compile",
      std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_NE(*client.ProgramSha256(), *first);
}

}  // namespace
}  // namespace edgerack::compile_client
