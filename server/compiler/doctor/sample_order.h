// Outputs that are right, but those of another sample.
#ifndef SERVER_COMPILER_DOCTOR_SAMPLE_ORDER_H_
#define SERVER_COMPILER_DOCTOR_SAMPLE_ORDER_H_

#include "server/compiler/doctor/trials.h"

namespace edgerack::compiler::doctor {

// Readings whose prediction is known: they are made from the right outputs alone.
struct KnownReading : Hypothesis {
  Rows rows;  // of all samples
};
std::vector<KnownReading> OrderReadings(const Trials& trials);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_SAMPLE_ORDER_H_
