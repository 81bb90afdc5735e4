#include "server/api/rest/http/origin.h"

#include <algorithm>

namespace edgerack::rest {

bool OriginPolicy::Allows(std::string_view origin) const {
  if (origin.empty()) return false;
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const std::string& one) { return one == "*" || one == origin; });
}

bool OriginPolicy::MayChange(std::string_view origin, std::string_view host) const {
  if (origin.empty() || Allows(origin)) return true;
  const size_t scheme = origin.find("://");
  return scheme != origin.npos && origin.substr(scheme + 3) == host;
}

}  // namespace edgerack::rest
