//! Messages on the standard streams: a length, then postcard. Nothing here knows what they mean.

use std::io::{self, Read, Write};

use twincall_abi::run::{Batch, Outcome};

/// Why a message could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("read the batch: {0}")]
    Read(io::Error),
    #[error("decode the batch: {0}")]
    Decode(postcard::Error),
    #[error("write an outcome: {0}")]
    Write(io::Error),
    #[error("encode an outcome: {0}")]
    Encode(postcard::Error),
}

/// Reads the one batch.
pub(crate) fn read_batch(input: &mut impl Read) -> Result<Batch, WireError> {
    let mut length = [0; 4];
    input.read_exact(&mut length).map_err(WireError::Read)?;
    let length = u64::from(u32::from_le_bytes(length));
    // The length is not trusted with an allocation: the buffer grows with what really arrives.
    let mut message = Vec::new();
    input
        .take(length)
        .read_to_end(&mut message)
        .map_err(WireError::Read)?;
    if message.len() as u64 != length {
        return Err(WireError::Read(io::ErrorKind::UnexpectedEof.into()));
    }
    postcard::from_bytes(&message).map_err(WireError::Decode)
}

/// Writes one outcome in a single piece, so that it is either seen whole or not at all.
pub(crate) fn write_outcome(output: &mut impl Write, outcome: &Outcome) -> Result<(), WireError> {
    let mut message = postcard::to_extend(outcome, vec![0; 4]).map_err(WireError::Encode)?;
    let length = u32::try_from(message.len() - 4)
        .map_err(|_| WireError::Encode(postcard::Error::SerializeBufferFull))?;
    message[..4].copy_from_slice(&length.to_le_bytes());
    output
        .write_all(&message)
        .and_then(|()| output.flush())
        .map_err(WireError::Write)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twincall_abi::run::Ending;

    #[test]
    fn a_batch_survives_the_wire_and_a_cut_one_is_an_error() {
        let batch = Batch {
            libraries: vec!["/lib.so".into()],
            timeout_ms: 7,
            ..Batch::default()
        };
        let body = postcard::to_stdvec(&batch).unwrap();
        let mut message = (body.len() as u32).to_le_bytes().to_vec();
        message.extend(&body);
        assert_eq!(read_batch(&mut message.as_slice()).unwrap(), batch);
        message.pop();
        assert!(matches!(
            read_batch(&mut message.as_slice()),
            Err(WireError::Read(_))
        ));
        let boast = u32::MAX.to_le_bytes();
        assert!(matches!(
            read_batch(&mut boast.as_slice()),
            Err(WireError::Read(_))
        ));
    }

    #[test]
    fn an_outcome_is_preceded_by_its_length() {
        let outcome = Outcome {
            arena: vec![1, 2],
            ..Outcome::unseen(3, Ending::Returned)
        };
        let mut bytes = Vec::new();
        write_outcome(&mut bytes, &outcome).unwrap();
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        assert_eq!(length, bytes.len() - 4);
        assert_eq!(postcard::from_bytes::<Outcome>(&bytes[4..]).unwrap(), outcome);
    }
}
