use core::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};

#[repr(C)]
pub struct ZStream {
    pub next_in: *const c_uchar,
    pub avail_in: c_uint,
    pub total_in: c_ulong,
    pub next_out: *mut c_uchar,
    pub avail_out: c_uint,
    pub total_out: c_ulong,
    pub msg: *const c_char,
    pub state: *mut c_void,
    pub zalloc: Option<unsafe extern "C" fn(*mut c_void, c_uint, c_uint) -> *mut c_void>,
    pub zfree: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
    pub opaque: *mut c_void,
    pub data_type: c_int,
    pub adler: c_ulong,
    pub reserved: c_ulong,
}

unsafe extern "C" {
    pub fn crc32(crc: c_ulong, buf: *const c_uchar, len: c_uint) -> c_ulong;
    pub fn adler32(adler: c_ulong, buf: *const c_uchar, len: c_uint) -> c_ulong;
    pub fn crc32_combine(one: c_ulong, other: c_ulong, len: c_long) -> c_ulong;
    pub fn adler32_combine(one: c_ulong, other: c_ulong, len: c_long) -> c_ulong;
    pub fn compressBound(len: c_ulong) -> c_ulong;
    pub fn zlibVersion() -> *const c_char;
    pub fn zlibCompileFlags() -> c_ulong;
    pub fn compress2(
        dest: *mut c_uchar,
        dest_len: *mut c_ulong,
        source: *const c_uchar,
        source_len: c_ulong,
        level: c_int,
    ) -> c_int;
    pub fn uncompress(
        dest: *mut c_uchar,
        dest_len: *mut c_ulong,
        source: *const c_uchar,
        source_len: c_ulong,
    ) -> c_int;
    pub fn deflateInit_(
        stream: *mut ZStream,
        level: c_int,
        version: *const c_char,
        stream_size: c_int,
    ) -> c_int;
    pub fn deflate(stream: *mut ZStream, flush: c_int) -> c_int;
    pub fn deflateEnd(stream: *mut ZStream) -> c_int;
    pub fn deflateBound(stream: *mut ZStream, len: c_ulong) -> c_ulong;
    pub fn inflateInit_(stream: *mut ZStream, version: *const c_char, stream_size: c_int) -> c_int;
    pub fn inflate(stream: *mut ZStream, flush: c_int) -> c_int;
    pub fn inflateEnd(stream: *mut ZStream) -> c_int;
}
