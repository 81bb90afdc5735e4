#include "server/core/selector.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace edgerack::core {
namespace {

absl::Status BadSelector(const std::string& text, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SELECTOR",
                   absl::StrCat("the board selector \"", text, "\" ", why,
                                "; write a board's id, or kind=, chip=, family= or tag= conditions "
                                "joined by commas"));
}

bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
           c == ':';
  });
}

}  // namespace

absl::StatusOr<Selector> Selector::Parse(const std::string& text) {
  Selector selector;
  if (text.size() > 1000) return BadSelector(text.substr(0, 40) + "…", "is too long");
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  for (const std::string& part : parts) {
    const std::string condition(absl::StripAsciiWhitespace(part));
    const size_t equals = condition.find('=');
    Condition parsed{Key::kId, condition};
    if (equals != std::string::npos) {
      const std::string key = condition.substr(0, equals);
      parsed.value = condition.substr(equals + 1);
      if (key == "kind") {
        parsed.key = Key::kKind;
      } else if (key == "chip") {
        parsed.key = Key::kChip;
      } else if (key == "family") {
        parsed.key = Key::kFamily;
      } else if (key == "tag") {
        parsed.key = Key::kTag;
      } else if (key != "id") {
        return BadSelector(text, absl::StrCat("has an unknown key \"", key, "\""));
      }
    }
    if (!IsName(parsed.value)) {
      return BadSelector(text, condition.empty()
                                   ? "has an empty condition"
                                   : absl::StrCat("has a bad condition \"", condition, "\""));
    }
    absl::StrAppend(&selector.text_, selector.text_.empty() ? "" : ",", condition);
    selector.conditions_.push_back(std::move(parsed));
  }
  return selector;
}

bool Selector::Holds(const Condition& condition, const Board& board) {
  switch (condition.key) {
    case Key::kId:
      return board.id.value() == condition.value;
    case Key::kKind:
      return board.kind == condition.value;
    case Key::kChip:
      return board.chip == condition.value;
    case Key::kFamily:
      return board.family == condition.value;
    case Key::kTag:
      return std::find(board.tags.begin(), board.tags.end(), condition.value) != board.tags.end();
  }
  return false;
}

bool Selector::Matches(const Board& board) const {
  return !conditions_.empty() &&
         std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& condition) { return Holds(condition, board); });
}

}  // namespace edgerack::core
