// One page of a list, newest first, and which records a list is of.
#ifndef SERVER_STORE_PAGE_H_
#define SERVER_STORE_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/result.h"

namespace edgerack::store {

struct PageRequest {
  int32_t size = 50;
  int64_t before = 0;  // `next` of the previous page; 0 = from the newest
};

struct JobFilter {
  bool unfinished = false;  // only jobs that have not ended
};

// Conditions are joined; an empty one asks for nothing.
struct ResultFilter {
  core::JobId job;  // then pages run forwards, in the order of the runs' ends
  core::ModelId model;
  std::string model_display_name;
  core::BoardId board;
  std::optional<core::Verdict> verdict;
};

template <typename Record>
struct Page {
  std::vector<Record> records;
  int64_t next = 0;  // 0 on the last page
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_PAGE_H_
