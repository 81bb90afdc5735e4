// Reads the records of a package's tables wherever their offsets point.
#ifndef AGENT_BOARD_PACKAGE_RECORDS_H_
#define AGENT_BOARD_PACKAGE_RECORDS_H_

#include <cstdint>
#include <cstring>
#include <string>

#include "firmware/package/format.h"

namespace edgerack::agent {

// False, and nothing read, where the record reaches past the package's end.
template <typename Record>
bool ReadAt(const std::string& package, uint64_t offset, Record& record) {
  if (offset > package.size() || package.size() - offset < sizeof record) return false;
  std::memcpy(&record, package.data() + offset, sizeof record);
  return true;
}

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_PACKAGE_RECORDS_H_
