#include "agent/app/table_reader.h"

namespace edgerack::agent {

const toml::node* TableReader::Find(const std::string& key) {
  known_.insert(key);
  return table_.get(key);
}

void TableReader::Fail(const std::string& key, const std::string& problem) {
  if (!status_.ok()) return;
  const toml::node* node = table_.get(key);
  const auto line = node != nullptr ? node->source().begin.line : table_.source().begin.line;
  const std::string name = where_.empty() ? key : where_ + "." + key;
  status_ = MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_AGENT_CONFIG",
                      file_ + ":" + std::to_string(line) + ": `" + name + "` " + problem);
}

std::string TableReader::Text(const std::string& key) {
  const toml::node* node = Find(key);
  if (node == nullptr) {
    Fail(key, "is missing");
    return "";
  }
  auto value = node->value_exact<std::string>();
  if (!value || value->empty()) Fail(key, "must be a string that is not empty");
  return value.value_or("");
}

std::string TableReader::TextOr(const std::string& key, const std::string& fallback) {
  return Find(key) == nullptr ? fallback : Text(key);
}

bool TableReader::BoolOr(const std::string& key, bool fallback) {
  const toml::node* node = Find(key);
  if (node == nullptr) return fallback;
  auto value = node->value_exact<bool>();
  if (!value) Fail(key, "must be true or false");
  return value.value_or(fallback);
}

uint16_t TableReader::PortOr0(const std::string& key) {
  const toml::node* node = Find(key);
  if (node == nullptr) return 0;
  auto value = node->value_exact<int64_t>();
  if (value && *value >= 1 && *value <= 65535) return static_cast<uint16_t>(*value);
  Fail(key, "must be a port number from 1 to 65535");
  return 0;
}

std::vector<std::string> TableReader::Texts(const std::string& key) {
  std::vector<std::string> texts;
  const toml::node* node = Find(key);
  if (node == nullptr) return texts;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    Fail(key, "must be a list of strings");
    return texts;
  }
  for (const toml::node& item : *array) {
    auto value = item.value_exact<std::string>();
    if (!value || value->empty()) {
      Fail(key, "must be a list of strings that are not empty");
    } else {
      texts.push_back(*value);
    }
  }
  return texts;
}

const toml::table* TableReader::Table(const std::string& key) {
  const toml::node* node = Find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) Fail(key, "must be a table");
  return node->as_table();
}

std::vector<const toml::table*> TableReader::Tables(const std::string& key) {
  std::vector<const toml::table*> tables;
  const toml::node* node = Find(key);
  if (node == nullptr) return tables;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    Fail(key, "must be written as [[" + key + "]]");
    return tables;
  }
  for (const toml::node& item : *array) tables.push_back(item.as_table());
  return tables;
}

void TableReader::FailOnUnknownKeys() {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (known_.contains(name)) continue;
    std::string known;
    for (const std::string& other : known_) known += (known.empty() ? "" : ", ") + other;
    Fail(name, "is not a key here; known are " + known);
  }
}

}  // namespace edgerack::agent
