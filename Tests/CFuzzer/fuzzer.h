// The functions of LLVM's libFuzzer that the program `fuzz` calls. The toolchain has the library,
// libclang_rt.fuzzer_no_main, but no header for it.
#include <stddef.h>
#include <stdint.h>

// Runs the fuzzer with its command line, and ends the process.
int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// Changes an input at random; returns its new length, which is at most `longest`.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t longest);
