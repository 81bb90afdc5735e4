// Which boards a job may use: an id, or kind=…, chip=…, family=…, tag=…; commas join conditions.
#ifndef SERVER_CORE_SELECTOR_H_
#define SERVER_CORE_SELECTOR_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "server/core/board.h"

namespace edgerack::core {

class Selector {
 public:
  // INVALID_ARGUMENT with code BAD_SELECTOR, naming the condition that is wrong.
  static absl::StatusOr<Selector> Parse(const std::string& text);

  bool Matches(const Board& board) const;
  // The conditions in the order of the text, without blanks: equal for equal selectors.
  const std::string& text() const { return text_; }

 private:
  enum class Key { kId, kKind, kChip, kFamily, kTag };
  struct Condition {
    Key key;
    std::string value;
  };
  static bool Holds(const Condition& condition, const Board& board);

  std::string text_;
  std::vector<Condition> conditions_;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_SELECTOR_H_
