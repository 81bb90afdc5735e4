// Reads a TOML table strictly: types are checked, keys that nobody asked for are errors, and every
// error says file, line and key.
#ifndef AGENT_APP_TABLE_READER_H_
#define AGENT_APP_TABLE_READER_H_

#include <toml++/toml.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::agent {

class TableReader {
 public:
  // `where` names the table in messages, e.g. "board". All outlive the reader; the first error of
  // all readers that share `status` is kept.
  TableReader(const toml::table& table, std::string where, std::string file, absl::Status& status)
      : table_(table), where_(std::move(where)), file_(std::move(file)), status_(status) {}

  std::string Text(const std::string& key);  // required, not empty
  std::string TextOr(const std::string& key, const std::string& fallback);
  bool BoolOr(const std::string& key, bool fallback);
  uint16_t PortOr0(const std::string& key);
  std::vector<std::string> Texts(const std::string& key);  // empty when absent
  const toml::table* Table(const std::string& key);        // nullptr when absent
  // Every [[key]]; empty when absent.
  std::vector<const toml::table*> Tables(const std::string& key);

  bool Has(const std::string& key) const { return table_.contains(key); }
  // The error for `key`, or for the table itself when it has no such key.
  void Fail(const std::string& key, const std::string& problem);
  // After everything was asked for.
  void FailOnUnknownKeys();

 private:
  const toml::node* Find(const std::string& key);

  const toml::table& table_;
  std::string where_;
  std::string file_;
  absl::Status& status_;
  std::set<std::string> known_;
};

}  // namespace edgerack::agent

#endif  // AGENT_APP_TABLE_READER_H_
