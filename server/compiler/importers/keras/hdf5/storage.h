// The stored bytes of a dataset, decoded: contiguous, compact, or chunks with filters.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_HDF5_STORAGE_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_HDF5_STORAGE_H_

#include <string>
#include <vector>

#include "server/compiler/importers/keras/hdf5/object.h"

namespace edgerack::compiler::hdf5 {

// Row-major bytes of all elements. Space that was never written reads as zero.
absl::StatusOr<std::string> ReadStorage(const Image& image, const std::vector<Message>& messages,
                                        const std::vector<int64_t>& shape, uint32_t element_bytes);

}  // namespace edgerack::compiler::hdf5

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_HDF5_STORAGE_H_
