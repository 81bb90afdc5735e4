#include "server/compile_client/compile_client.h"

#include <algorithm>
#include <csignal>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/sha256.h"

namespace edgerack::compile_client {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostFileBytes = 2ull << 30;
constexpr uint64_t kMostViewBytes = 64ull << 20;
constexpr int64_t kShowTimeoutMs = 60'000;

// A name that is safe as a file and on a command line, and still tells the format by its end.
std::string SafeName(const std::string& display_name, const std::string& fallback) {
  std::string name;
  for (char c : fs::path(display_name).filename().string()) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' ||
                       (c == '-' && !name.empty());
    name += plain ? c : '_';
  }
  if (name.size() > 100) name = name.substr(name.size() - 100);
  return name.empty() || name[0] == '.' || name[0] == '-' ? fallback + name : name;
}

// The file under its own name in the scratch folder; a link, the bytes are not copied.
absl::StatusOr<fs::path> PutThere(const NamedFile& file, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path link = folder / SafeName(file.display_name, "file");
  if (!error) fs::create_symlink(fs::absolute(file.path), link, error);
  if (error == std::errc::no_space_on_device) {
    return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure, "DISK_FULL",
                     absl::StrCat("cannot write ", link.string(), ": ", error.message(),
                                  "; make room in the server's temporary folder and try again"));
  }
  if (error) {
    return MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "SCRATCH_ERROR",
                     absl::StrCat("cannot write ", link.string(), ": ", error.message(),
                                  "; look at the room in the temporary folder"));
  }
  return link;
}

std::string LastLine(const std::string& text) {
  std::string last;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) last = std::string(line.substr(0, 2000));
  }
  return last;
}

// The user knows the names of the files, not where the server keeps them.
std::string WithoutFolder(const std::string& text, const fs::path& scratch) {
  return absl::StrReplaceAll(text, {{scratch.string() + "/model/", ""},
                                    {scratch.string() + "/data/", ""},
                                    {scratch.string() + "/calibration/", ""},
                                    {scratch.string() + "/inputs/", ""},
                                    {scratch.string() + "/outputs/", ""},
                                    {scratch.string() + "/", ""}});
}

absl::Status Refused(const core::Failure& failure) {
  const absl::StatusCode code =
      failure.error_class == ErrorClass::kInfrastructure ? absl::StatusCode::kResourceExhausted
      : failure.error_class == ErrorClass::kBug          ? absl::StatusCode::kInternal
                                                         : absl::StatusCode::kInvalidArgument;
  return MakeError(code, failure.error_class, failure.code, failure.message);
}

// "edgerack-compile: what happened [CLASS CODE]" as it prints it, in its parts. Nullopt where the
// line has no such end.
std::optional<core::Failure> FailureInLine(const std::string& line) {
  const size_t open = line.rfind(" [");
  if (open == std::string::npos || line.back() != ']') return std::nullopt;
  const std::vector<std::string> words =
      absl::StrSplit(line.substr(open + 2, line.size() - open - 3), ' ');
  if (words.size() != 2) return std::nullopt;
  core::Failure failure{ParseErrorClass(words[0]), words[1], line.substr(0, open)};
  if (words[0] != ErrorClassName(failure.error_class)) return std::nullopt;
  failure.message = std::string(absl::StripPrefix(failure.message, "edgerack-compile: "));
  return failure;
}

// What an end other than 0 means. `doing` names the step, `refusal_code` what exit 1 is called when
// the child left no report.
absl::Status EndOf(const ChildResult& child, const std::string& report, const char* doing,
                   const char* refusal_code, bool has_options, const ChildLimits& limits,
                   const fs::path& scratch) {
  const std::string line = WithoutFolder(LastLine(child.standard_error), scratch);
  if (child.timed_out || child.signal == SIGXCPU) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "COMPILE_TIMEOUT",
                     absl::StrCat(doing, " took longer than ", limits.timeout_ms / 1000,
                                  " s and was stopped; try a smaller model or dataset"));
  }
  if (child.exit_code == 0) return absl::OkStatus();
  if (child.exit_code == 1) {
    if (auto failure = RefusalIn(report)) {
      failure->message = WithoutFolder(failure->message, scratch);
      return Refused(*failure);
    }
    if (auto failure = FailureInLine(line)) return Refused(*failure);
    return Refused({ErrorClass::kUser, refusal_code, line.empty() ? "no reason was given" : line});
  }
  if (absl::StrContains(child.standard_error, "bad_alloc") ||
      absl::StrContains(child.standard_error, "out of memory")) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "COMPILE_OUT_OF_MEMORY",
                     absl::StrCat(doing, " needs more than ", limits.memory_bytes >> 20,
                                  " MiB of memory; try a smaller model or dataset"));
  }
  if (child.signal == SIGKILL) {
    return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "COMPILER_KILLED",
                     absl::StrCat(doing,
                                  " was killed from outside; the server's machine is "
                                  "probably out of memory"));
  }
  // Its usage error: what we pass is right, so it is about options the user named.
  if (child.exit_code == 2 && has_options) {
    auto failure = FailureInLine(line);
    return Refused({ErrorClass::kJob, "BAD_OPTION", failure ? failure->message : line});
  }
  return MakeError(
      absl::StatusCode::kInternal, ErrorClass::kBug, "COMPILER_CRASHED",
      absl::StrCat(doing, " ended with ",
                   child.signal != 0 ? absl::StrCat("signal ", child.signal)
                                     : absl::StrCat("status ", child.exit_code),
                   line.empty() ? "" : ": ", line, "; keep the model and report this as a bug"));
}

absl::Status BadSizes(const std::string& what) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_MANIFEST",
                   "the prepared dataset contradicts itself: " + what);
}

// What compiling and validating are told of the model.
absl::Status AddModel(const CompileInput& input, const fs::path& scratch,
                      std::vector<std::string>& arguments) {
  ER_ASSIGN_OR_RETURN(fs::path model, PutThere(input.model, scratch / "model"));
  arguments.insert(arguments.end(), {model.string(), "--board", input.kind});
  if (!input.quantize.empty()) {
    arguments.insert(arguments.end(), {"--quantize", input.quantize});
  }
  if (!input.calibration.path.empty()) {
    ER_ASSIGN_OR_RETURN(fs::path data, PutThere(input.calibration, scratch / "calibration"));
    arguments.insert(arguments.end(), {"--calibration", data.string()});
  }
  for (const auto& [key, value] : input.options) {
    arguments.insert(arguments.end(), {"--option", key + "=" + value});
  }
  return absl::OkStatus();
}

}  // namespace

CompileClient::CompileClient(fs::path program, ChildLimits limits)
    : program_(std::move(program)), limits_(limits) {}

ChildLimits CompileClient::DefaultLimits() {
  ChildLimits limits;
  limits.timeout_ms = 600'000;
  limits.cpu_seconds = 600;
#ifdef __SANITIZE_ADDRESS__
  limits.memory_bytes = 0;  // the sanitizer's shadow needs terabytes of addresses
#endif
  return limits;
}

absl::StatusOr<CompileOutput> CompileClient::Compile(const CompileInput& input) {
  TempDir scratch("edgerack-compile-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path package = scratch.path() / "out.erp";
  const fs::path report = scratch.path() / "report.json";
  std::vector<std::string> arguments = {program_.string()};
  ER_RETURN_IF_ERROR(AddModel(input, scratch.path(), arguments));
  arguments.insert(arguments.end(), {"--out", package.string(), "--report", report.string()});
  if (!input.dataset.path.empty()) {
    ER_ASSIGN_OR_RETURN(fs::path data, PutThere(input.dataset, scratch.path() / "data"));
    arguments.insert(arguments.end(), {"--dataset", data.string()});
  }

  ER_ASSIGN_OR_RETURN(ChildResult child, RunChild(arguments, limits_));
  CompileOutput output;
  if (auto text = ReadFile(report, kMostFileBytes); text.ok()) output.report = std::move(*text);
  const bool has_options = !input.options.empty() || !input.quantize.empty();
  ER_RETURN_IF_ERROR(EndOf(child, output.report, "the compilation", "MODEL_REFUSED", has_options,
                           limits_, scratch.path()));
  if (auto failure = RefusalIn(output.report)) return Refused(*failure);
  ER_ASSIGN_OR_RETURN(output.package, ReadFile(package, kMostFileBytes));
  ER_ASSIGN_OR_RETURN(output.facts, ReadPackage(output.package));
  ER_RETURN_IF_ERROR(ParseReport(output.report).status());
  return output;
}

absl::StatusOr<PrepareOutput> CompileClient::Prepare(const fs::path& package,
                                                     const NamedFile& dataset) {
  TempDir scratch("edgerack-prepare-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path inputs = scratch.path() / "inputs.bin";
  const fs::path reference = scratch.path() / "reference.bin";
  const fs::path manifest = scratch.path() / "manifest.json";
  ER_ASSIGN_OR_RETURN(fs::path linked, PutThere({package, "model.erp"}, scratch.path() / "model"));
  std::vector<std::string> arguments = {program_.string(), "prepare", linked.string()};
  if (dataset.path.empty()) {
    arguments.insert(arguments.end(), {"--random-seed", "1"});
  } else {
    ER_ASSIGN_OR_RETURN(fs::path data, PutThere(dataset, scratch.path() / "data"));
    arguments.insert(arguments.end(), {"--dataset", data.string()});
  }
  arguments.insert(arguments.end(), {"--inputs", inputs.string(), "--reference", reference.string(),
                                     "--manifest", manifest.string()});

  ER_ASSIGN_OR_RETURN(ChildResult child, RunChild(arguments, limits_));
  std::string text;
  if (auto read = ReadFile(manifest, kMostFileBytes); read.ok()) text = std::move(*read);
  ER_RETURN_IF_ERROR(EndOf(child, text, "preparing the dataset", "DATASET_REFUSED", false, limits_,
                           scratch.path()));
  PrepareOutput output;
  ER_ASSIGN_OR_RETURN(output.manifest, ParseManifest(text));
  ER_ASSIGN_OR_RETURN(output.inputs, ReadFile(inputs, kMostFileBytes));
  ER_ASSIGN_OR_RETURN(output.reference, ReadFile(reference, kMostFileBytes));
  const auto& said = output.manifest;
  const auto samples = static_cast<uint64_t>(said.samples);
  if (output.inputs.size() / samples != static_cast<uint64_t>(said.input_bytes) ||
      output.inputs.size() % samples != 0) {
    return BadSizes(absl::StrCat(output.inputs.size(), " bytes of inputs for ", samples,
                                 " samples of ", said.input_bytes));
  }
  if (output.reference.size() / samples != static_cast<uint64_t>(said.output_bytes) ||
      output.reference.size() % samples != 0) {
    return BadSizes(absl::StrCat(output.reference.size(), " bytes of outputs for ", samples,
                                 " samples of ", said.output_bytes));
  }
  return output;
}

absl::StatusOr<std::string> CompileClient::Trace(const fs::path& package, std::string_view inputs,
                                                 int64_t samples) {
  TempDir scratch("edgerack-trace-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path given = scratch.path() / "inputs.bin";
  const fs::path crcs = scratch.path() / "crc32.bin";
  ER_ASSIGN_OR_RETURN(fs::path linked, PutThere({package, "model.erp"}, scratch.path() / "model"));
  ER_RETURN_IF_ERROR(WriteFileAtomic(given, inputs));
  ER_ASSIGN_OR_RETURN(
      ChildResult child,
      RunChild({program_.string(), "trace", linked.string(), "--inputs", given.string(),
                "--samples", std::to_string(samples), "--crc32", crcs.string()},
               limits_));
  ER_RETURN_IF_ERROR(
      EndOf(child, "", "tracing the layers", "TRACE_FAILED", false, limits_, scratch.path()));
  return ReadFile(crcs, kMostFileBytes);
}

absl::StatusOr<std::string> CompileClient::Show(const NamedFile& model) {
  TempDir scratch("edgerack-show-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path report = scratch.path() / "view.json";
  ER_ASSIGN_OR_RETURN(fs::path linked, PutThere(model, scratch.path() / "model"));
  ChildLimits limits = limits_;
  limits.timeout_ms = std::min(limits.timeout_ms, kShowTimeoutMs);
  ER_ASSIGN_OR_RETURN(
      ChildResult child,
      RunChild({program_.string(), "show", linked.string(), "--report", report.string()}, limits));
  std::string text;
  if (auto read = ReadFile(report, kMostViewBytes); read.ok()) text = std::move(*read);
  ER_RETURN_IF_ERROR(
      EndOf(child, text, "reading the model", "MODEL_REFUSED", false, limits, scratch.path()));
  ER_RETURN_IF_ERROR(ParseModelView(text).status());
  return text;
}

absl::StatusOr<std::string> CompileClient::Validate(const ValidateInput& input) {
  TempDir scratch("edgerack-validate-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path report = scratch.path() / "validation.json";
  std::vector<std::string> arguments = {program_.string(), "validate"};
  ER_RETURN_IF_ERROR(AddModel(input.compile, scratch.path(), arguments));
  if (!input.dataset.path.empty()) {
    ER_ASSIGN_OR_RETURN(fs::path data, PutThere(input.dataset, scratch.path() / "data"));
    arguments.insert(arguments.end(), {"--inputs", data.string()});
  }
  arguments.insert(arguments.end(), {"--board-trace", fs::absolute(input.board_trace).string()});
  if (!input.board_outputs.empty()) {
    arguments.insert(arguments.end(),
                     {"--board-outputs", fs::absolute(input.board_outputs).string()});
  }
  arguments.insert(arguments.end(), {"--report", report.string()});
  ER_ASSIGN_OR_RETURN(ChildResult child, RunChild(arguments, limits_));
  std::string text;
  if (auto read = ReadFile(report, kMostViewBytes); read.ok()) text = std::move(*read);
  // A layer that diverges ends the program with 1 as a failure does; only that has an "error".
  const bool diverges = child.exit_code == 1 && IsObject(text) && !RefusalIn(text);
  if (!diverges) {
    ER_RETURN_IF_ERROR(EndOf(child, text, "the validation", "MODEL_REFUSED",
                             !input.compile.options.empty(), limits_, scratch.path()));
  }
  if (IsObject(text)) return text;
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_VALIDATION",
                   "the compiler's validation is not a JSON object; report this as a bug");
}

absl::StatusOr<std::string> CompileClient::Diagnose(const DiagnoseInput& input) {
  TempDir scratch("edgerack-diagnose-");
  ER_RETURN_IF_ERROR(scratch.status());
  const fs::path report = scratch.path() / "diagnosis.json";
  ER_ASSIGN_OR_RETURN(fs::path model, PutThere(input.model, scratch.path() / "model"));
  ER_ASSIGN_OR_RETURN(fs::path inputs, PutThere(input.inputs, scratch.path() / "inputs"));
  ER_ASSIGN_OR_RETURN(fs::path outputs, PutThere(input.outputs, scratch.path() / "outputs"));
  std::vector<std::string> arguments = {program_.string(), "doctor",        model.string(),
                                        "--inputs",        inputs.string(), "--outputs",
                                        outputs.string(),  "--report",      report.string()};
  for (size_t i = 0; i < input.others.size(); ++i) {
    ER_ASSIGN_OR_RETURN(fs::path other,
                        PutThere(input.others[i], scratch.path() / absl::StrCat(i)));
    arguments.insert(arguments.end(), {"--other-model", other.string()});
  }
  for (const auto& [key, value] : input.options) {
    arguments.insert(arguments.end(), {"--option", key + "=" + value});
  }
  ER_ASSIGN_OR_RETURN(ChildResult child, RunChild(arguments, limits_));
  std::string text;
  if (auto read = ReadFile(report, kMostViewBytes); read.ok()) text = std::move(*read);
  ER_RETURN_IF_ERROR(EndOf(child, text, "the diagnosis", "MODEL_REFUSED", !input.options.empty(),
                           limits_, scratch.path()));
  return text;
}

absl::StatusOr<std::string> CompileClient::ProgramSha256() {
  std::error_code error;
  const auto time = fs::last_write_time(program_, error);
  std::lock_guard lock(mutex_);
  if (error || hash_.empty() || time != hashed_time_) {
    ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(program_));
    hash_ = Sha256Hex(bytes);
    hashed_time_ = time;
  }
  return hash_;
}

}  // namespace edgerack::compile_client
