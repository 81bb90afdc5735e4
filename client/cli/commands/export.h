// Results as a table for other programs.
#ifndef CLIENT_CLI_COMMANDS_EXPORT_H_
#define CLIENT_CLI_COMMANDS_EXPORT_H_

#include <string>
#include <vector>

#include "edgerack/v1/results.pb.h"

namespace edgerack::cli {

// RFC 4180: a header, a line per result, newest first. What is not known is an empty field;
// `options` holds all options of the job as "k=v k=v".
std::string ResultsCsv(const std::vector<v1::Result>& results);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_EXPORT_H_
