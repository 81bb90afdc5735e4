// A suite's spec as a part of another document.
#ifndef SERVER_STORE_SUITE_SPEC_JSON_H_
#define SERVER_STORE_SUITE_SPEC_JSON_H_

#include "server/core/suite.h"
#include "server/store/json_fields.h"

namespace edgerack::store {

Json SuiteSpecJson(const core::SuiteSpec& spec);
// Throws nlohmann's exceptions on a wrong type.
void ReadSuiteSpec(const Json& json, core::SuiteSpec& spec);

}  // namespace edgerack::store

#endif  // SERVER_STORE_SUITE_SPEC_JSON_H_
