// Reads a TOML table key by key, remembers the first thing that was wrong, and at last refuses keys
// that nobody asked for: a mistyped key must not silently be a default.
#ifndef CLIENT_CLI_SUITE_FILE_TOML_TABLE_H_
#define CLIENT_CLI_SUITE_FILE_TOML_TABLE_H_

#include <toml++/toml.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::cli {

class TomlTable {
 public:
  // `where` begins messages, e.g. "nightly.toml: model 1".
  TomlTable(const toml::table& table, std::string where, absl::Status& status)
      : table_(table), where_(std::move(where)), status_(status) {}
  // Names the first key that was not read.
  ~TomlTable();
  TomlTable(const TomlTable&) = delete;
  TomlTable& operator=(const TomlTable&) = delete;

  std::string Text(const char* key);  // empty when it is missing
  std::string RequiredText(const char* key);
  std::vector<std::string> Texts(const char* key);
  std::optional<double> Number(const char* key);
  std::optional<int64_t> Integer(const char* key);
  bool Bool(const char* key);  // false when it is missing
  // Values of any simple type, as the text that an option of a job has.
  std::map<std::string, std::string> Options(const char* key);
  // Calls `read` with the sub-table, if it is there.
  void Table(const char* key, const std::function<void(TomlTable&)>& read);
  // The same for each table of [[key]].
  void Tables(const char* key, const std::function<void(TomlTable&)>& read);

  void Fail(const std::string& key, const std::string& expected);

 private:
  const toml::node* Take(const char* key);
  template <typename Value>
  std::optional<Value> Get(const char* key, const char* expected);

  const toml::table& table_;
  const std::string where_;
  absl::Status& status_;
  std::set<std::string> read_;
};

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_SUITE_FILE_TOML_TABLE_H_
