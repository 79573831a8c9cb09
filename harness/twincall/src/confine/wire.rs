//! Messages between the tool and its confined worker: postcard behind a 32-bit length, which is bounded where it is read.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest message in bytes. An answer is text of some pages.
pub(super) const LONGEST: usize = 64 << 20;

pub(super) fn write<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    let message = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(message.len())
        .ok()
        .filter(|length| *length as usize <= LONGEST)
        .ok_or_else(|| io::Error::other(format!("a message of {} bytes is too long", message.len())))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&message)?;
    to.flush()
}

pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::Error::other(format!(
            "a message of {length} bytes is too long"
        )));
    }
    // No room is made for what a length only claims.
    let mut message = Vec::new();
    from.take(length as u64).read_to_end(&mut message)?;
    postcard::from_bytes(&message).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back() {
        let mut bytes = Vec::new();
        write(&mut bytes, &("text".to_owned(), 7u32)).unwrap();
        let (text, number): (String, u32) = read(&mut bytes.as_slice()).unwrap();
        assert_eq!((text.as_str(), number), ("text", 7));
    }

    #[test]
    fn a_message_that_claims_a_gigabyte_is_refused() {
        let claim = (1u32 << 30).to_le_bytes();
        let error = read::<String>(&mut io::Read::chain(claim.as_slice(), io::repeat(b'x'))).unwrap_err();
        assert!(error.to_string().contains("too long"), "{error}");
    }
}
