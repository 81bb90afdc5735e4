#include "client/cli/suite_file/toml_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace edgerack::cli {
namespace {

std::optional<std::string> SimpleText(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return *text;
  if (auto integer = node.value_exact<int64_t>()) return absl::StrCat(*integer);
  if (auto number = node.value_exact<double>()) return absl::StrFormat("%g", *number);
  // As options are written: caches are on or off.
  if (auto flag = node.value_exact<bool>()) return *flag ? "on" : "off";
  return std::nullopt;
}

}  // namespace

TomlTable::~TomlTable() {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (read_.count(name) != 0) continue;
    Fail(name, absl::StrCat("is not known here (line ", node.source().begin.line, ")"));
    return;
  }
}

void TomlTable::Fail(const std::string& key, const std::string& expected) {
  if (!status_.ok()) return;
  status_ = MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SUITE_FILE",
                      absl::StrCat(where_, ": `", key, "` ", expected));
}

const toml::node* TomlTable::Take(const char* key) {
  read_.insert(key);
  return table_.get(key);
}

template <typename Value>
std::optional<Value> TomlTable::Get(const char* key, const char* expected) {
  const toml::node* node = Take(key);
  if (node == nullptr) return std::nullopt;
  auto value = node->value_exact<Value>();
  if (!value) Fail(key, expected);
  return value;
}

std::string TomlTable::Text(const char* key) {
  return Get<std::string>(key, "must be a text").value_or("");
}

std::string TomlTable::RequiredText(const char* key) {
  std::string text = Text(key);
  if (text.empty()) Fail(key, "is missing");
  return text;
}

std::optional<int64_t> TomlTable::Integer(const char* key) {
  return Get<int64_t>(key, "must be a whole number");
}

std::optional<double> TomlTable::Number(const char* key) {
  const toml::node* node = Take(key);
  if (node == nullptr) return std::nullopt;
  auto value = node->value<double>();  // 2 for 2.0
  if (!value || node->is_boolean()) {
    Fail(key, "must be a number");
    return std::nullopt;
  }
  return value;
}

bool TomlTable::Bool(const char* key) {
  return Get<bool>(key, "must be true or false").value_or(false);
}

std::vector<std::string> TomlTable::Texts(const char* key) {
  std::vector<std::string> texts;
  const toml::node* node = Take(key);
  if (node == nullptr) return texts;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    Fail(key, "must be a list of texts");
    return texts;
  }
  for (const toml::node& item : *array) {
    auto text = item.value_exact<std::string>();
    if (!text) Fail(key, "must be a list of texts");
    texts.push_back(text.value_or(""));
  }
  return texts;
}

std::map<std::string, std::string> TomlTable::Options(const char* key) {
  std::map<std::string, std::string> options;
  const toml::node* node = Take(key);
  if (node == nullptr) return options;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    Fail(key, "must be a table of options");
    return options;
  }
  for (const auto& [name, value] : *table) {
    auto text = SimpleText(value);
    if (!text)
      Fail(absl::StrCat(key, ".", std::string(name.str())),
           "must be a text, a number, true or false");
    options[std::string(name.str())] = text.value_or("");
  }
  return options;
}

void TomlTable::Table(const char* key, const std::function<void(TomlTable&)>& read) {
  const toml::node* node = Take(key);
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) return Fail(key, "must be a table");
  TomlTable inner(*table, absl::StrCat(where_, ": [", key, "]"), status_);
  read(inner);
}

void TomlTable::Tables(const char* key, const std::function<void(TomlTable&)>& read) {
  const toml::node* node = Take(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr) return Fail(key, absl::StrCat("must be tables, [[", key, "]]"));
  int number = 0;
  for (const toml::node& item : *array) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return Fail(key, absl::StrCat("must be tables, [[", key, "]]"));
    TomlTable inner(*table, absl::StrCat(where_, ": [[", key, "]] ", ++number), status_);
    read(inner);
  }
}

}  // namespace edgerack::cli
