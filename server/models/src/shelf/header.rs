//! What a GGUF file says of itself before it comes to its tokens and numbers. Source: ggml's `docs/gguf.md`.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

/// Bytes in which it is looked for; tokens and numbers come behind them.
const LONGEST: u64 = 1 << 20;
/// Bytes of a text.
const TEXT: u64 = 1 << 16;
/// The first bytes of a file.
pub(super) const MAGIC: [u8; 4] = *b"GGUF";

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) architecture: String,
    /// Tokens that it was taught to read at once.
    pub(crate) context: Option<u64>,
    /// `135M`.
    pub(crate) size: Option<String>,
    /// `apache-2.0`.
    pub(crate) licence: Option<String>,
}

impl Header {
    /// Reads the begin of a file.
    ///
    /// # Errors
    /// It cannot be read, or is no GGUF of a version that is known.
    pub(crate) fn read(file: &Path) -> io::Result<Self> {
        Self::of(BufReader::new(File::open(file)?).take(LONGEST))
    }

    fn of(mut from: impl Read) -> io::Result<Self> {
        let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        if bytes::<4>(&mut from)? != MAGIC {
            return Err(bad("it is no GGUF file"));
        }
        let version = u32::from_le_bytes(bytes(&mut from)?);
        if !(2..=3).contains(&version) {
            return Err(bad(&format!("it is a GGUF file of version {version}, not 2 or 3")));
        }
        // How many tensors there are.
        bytes::<8>(&mut from)?;
        let entries = u64::from_le_bytes(bytes(&mut from)?);
        let mut header = Self::default();
        for _ in 0..entries {
            let key = text(&mut from)?;
            if key.starts_with("tokenizer.") {
                break;
            }
            let kind = u32::from_le_bytes(bytes(&mut from)?);
            match (key.as_str(), value(&mut from, kind)?) {
                ("general.architecture", Value::Text(text)) => header.architecture = text,
                ("general.size_label", Value::Text(text)) => header.size = Some(text),
                ("general.license", Value::Text(text)) => header.licence = Some(text),
                (key, Value::Number(number)) if key.ends_with(".context_length") => {
                    header.context = Some(number);
                }
                _ => {}
            }
        }
        if header.architecture.is_empty() {
            return Err(bad("it does not say what it is"));
        }
        Ok(header)
    }
}

enum Value {
    Text(String),
    Number(u64),
    Other,
}

fn value(from: &mut impl Read, kind: u32) -> io::Result<Value> {
    Ok(match kind {
        0 | 1 | 7 => {
            bytes::<1>(from)?;
            Value::Other
        }
        2 | 3 => {
            bytes::<2>(from)?;
            Value::Other
        }
        4 => Value::Number(u32::from_le_bytes(bytes(from)?).into()),
        5 | 6 => {
            bytes::<4>(from)?;
            Value::Other
        }
        8 => Value::Text(text(from)?),
        9 => {
            let of = u32::from_le_bytes(bytes(from)?);
            let count = u64::from_le_bytes(bytes(from)?);
            if of == 9 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "lists of lists"));
            }
            for _ in 0..count {
                value(from, of)?;
            }
            Value::Other
        }
        10 => Value::Number(u64::from_le_bytes(bytes(from)?)),
        11 | 12 => {
            bytes::<8>(from)?;
            Value::Other
        }
        other => {
            let message = format!("a value of the kind {other}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    })
}

fn text(from: &mut impl Read) -> io::Result<String> {
    let length = u64::from_le_bytes(bytes(from)?);
    if length > TEXT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a text that is too long"));
    }
    let mut text = Vec::new();
    if from.take(length).read_to_end(&mut text)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn bytes<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Header, MAGIC};

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
    }

    fn entry(key: &str, kind: u32, value: &[u8]) -> Vec<u8> {
        [&text(key), &kind.to_le_bytes()[..], value].concat()
    }

    fn file(entries: &[Vec<u8>]) -> Vec<u8> {
        let head = [
            &MAGIC[..],
            &3_u32.to_le_bytes(),
            &0_u64.to_le_bytes(),
            &(entries.len() as u64).to_le_bytes(),
        ];
        [head.concat(), entries.concat()].concat()
    }

    #[test]
    fn a_header_is_read_up_to_the_tokens() {
        let languages = [&8_u32.to_le_bytes()[..], &1_u64.to_le_bytes(), &text("en")].concat();
        let bytes = file(&[
            entry("general.architecture", 8, &text("llama")),
            entry("general.languages", 9, &languages),
            entry("llama.context_length", 4, &8192_u32.to_le_bytes()),
            entry("general.license", 8, &text("apache-2.0")),
            entry("general.size_label", 8, &text("135M")),
            text("tokenizer.ggml.tokens"),
        ]);
        let header = Header {
            architecture: "llama".to_owned(),
            context: Some(8192),
            size: Some("135M".to_owned()),
            licence: Some("apache-2.0".to_owned()),
        };
        assert_eq!(Header::of(&bytes[..]).unwrap(), header);
        // Cut anywhere else it is no header, and no panic.
        for end in 0..bytes.len() - text("tokenizer.ggml.tokens").len() {
            assert!(Header::of(&bytes[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn other_files_are_none() {
        for bytes in [&b"PK\x03\x04"[..], b"", &file(&[])] {
            assert!(Header::of(bytes).is_err());
        }
        let mut endless = file(&[]);
        endless[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
        endless.extend(u64::MAX.to_le_bytes());
        assert!(Header::of(&endless[..]).is_err());
    }
}
