// Strong ids: a JobId is not a RunId, and neither is a bare string.
#ifndef BASE_IDS_H_
#define BASE_IDS_H_

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace edgerack {

template <typename Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;

 private:
  std::string value_;
};

// Makes ids for new records. Thread-safe implementations only.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // 16 lower-case characters [0-9a-v], sortable by creation time to the millisecond.
  virtual std::string NewId() = 0;
};

// Time-ordered with a random tail from the operating system.
IdSource& SystemIds();

}  // namespace edgerack

template <typename Tag>
struct std::hash<edgerack::StrongId<Tag>> {
  size_t operator()(const edgerack::StrongId<Tag>& id) const {
    return std::hash<std::string>()(id.value());
  }
};

#endif  // BASE_IDS_H_
