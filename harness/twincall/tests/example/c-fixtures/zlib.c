//@ about = "zlib as the system has it, against a binding by hand."
//@ link = "z"
//@ call = [
//@     "crc32(0, &[49, 50, 51], 3) == 2286445522",
//@     "adler32(1, &[97], 1) == 6422626",
//@     "compressBound(100) == 113",
//@     "crc32_combine(1, 2, 3)",
//@     "adler32_combine(1, 2, 3)",
//@     "zlibCompileFlags()",
//@ ]
#include <zlib.h>

extern __typeof__(crc32) crc32;
extern __typeof__(adler32) adler32;
extern __typeof__(crc32_combine) crc32_combine;
extern __typeof__(adler32_combine) adler32_combine;
extern __typeof__(compressBound) compressBound;
extern __typeof__(zlibVersion) zlibVersion;
extern __typeof__(zlibCompileFlags) zlibCompileFlags;
extern __typeof__(compress2) compress2;
extern __typeof__(uncompress) uncompress;
extern __typeof__(deflateInit_) deflateInit_;
extern __typeof__(deflate) deflate;
extern __typeof__(deflateEnd) deflateEnd;
extern __typeof__(deflateBound) deflateBound;
extern __typeof__(inflateInit_) inflateInit_;
extern __typeof__(inflate) inflate;
extern __typeof__(inflateEnd) inflateEnd;
