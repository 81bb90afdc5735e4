// One page of a list, newest first.
#ifndef SERVER_STORE_PAGE_H_
#define SERVER_STORE_PAGE_H_

#include <cstdint>
#include <vector>

namespace edgerack::store {

struct PageRequest {
  int32_t size = 50;
  int64_t before = 0;  // `next` of the previous page; 0 = from the newest
};

template <typename Record>
struct Page {
  std::vector<Record> records;
  int64_t next = 0;  // 0 on the last page
};

}  // namespace edgerack::store

#endif  // SERVER_STORE_PAGE_H_
