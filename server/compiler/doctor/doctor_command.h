// edgerack-compile doctor: why a board's outputs are not the model's.
#ifndef SERVER_COMPILER_DOCTOR_DOCTOR_COMMAND_H_
#define SERVER_COMPILER_DOCTOR_DOCTOR_COMMAND_H_

namespace edgerack::compiler {

// Returns the exit status of app/commands.h; 0 whatever the diagnosis is.
int DoctorCommand(int argc, char** argv);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_DOCTOR_DOCTOR_COMMAND_H_
