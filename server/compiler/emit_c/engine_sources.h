// Which files of the engine a model needs.
#ifndef SERVER_COMPILER_EMIT_C_ENGINE_SOURCES_H_
#define SERVER_COMPILER_EMIT_C_ENGINE_SOURCES_H_

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/error.h"

namespace edgerack::compiler {

// "ER_ISA_ARMV7EM", … of an er_isa_t, as firmware/package/format.h names it.
const char* IsaMacro(int isa);

// Paths from the engine's root ("firmware/rt/loader.c") with their contents. Loader, executor and
// what kernels share always belong to it; of the kernels the folders that define those with these
// ids, and a table (kernels.inc) that lists nothing else. `max_ops` bounds the executor's table.
absl::StatusOr<std::map<std::string, std::string>> EngineSources(
    const std::filesystem::path& engine, const std::set<uint16_t>& kernels, size_t max_ops);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_EMIT_C_ENGINE_SOURCES_H_
