// The file form of a suite (suites/*.toml, docs/suites.md): a suite whose models are files beside
// it.
#ifndef CLIENT_CLI_SUITE_FILE_SUITE_FILE_H_
#define CLIENT_CLI_SUITE_FILE_SUITE_FILE_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "edgerack/v1/suites.pb.h"

namespace edgerack::cli {

struct SuiteFile {
  // Complete but for the names of models and datasets, which only the server gives.
  v1::Suite suite;
  // Of each model of the suite: paths as they stand in the file; empty = none. A model may be named
  // "models/{sha256}" and a dataset "datasets/{sha256}" instead.
  struct Files {
    std::string model;
    std::string dataset;
    std::string calibration;
  };
  std::vector<Files> files;
};

// Of the text of the file that messages call `name`. INVALID_ARGUMENT (BAD_SUITE_FILE) with the
// line or the key: a key that is not known, of the wrong type, or missing.
absl::StatusOr<SuiteFile> ParseSuiteFile(const std::string& text, const std::string& name);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_SUITE_FILE_SUITE_FILE_H_
