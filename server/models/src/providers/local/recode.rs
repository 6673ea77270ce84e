//! Numbers in a form in which candle computes fast. For some of the older forms it has no code that uses the processor's
//! vectors; the same numbers as `Q8_0`, which lose nothing that could be seen, are computed several times as fast.

use std::io::{Cursor, Read, Seek};

use candle_core::{
    Device, Result,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Content},
    },
};

/// The forms without such code.
const SLOW: [GgmlDType; 3] = [GgmlDType::Q4_1, GgmlDType::Q5_0, GgmlDType::Q5_1];

/// The same model with those numbers recoded, as a file in memory; nothing where none are slow. What belongs to the tokenizer
/// is left out.
///
/// # Errors
/// The file is broken.
pub(super) fn recoded(
    content: &Content,
    reader: &mut (impl Read + Seek),
) -> Result<Option<(Content, Cursor<Vec<u8>>)>> {
    if !content.tensor_infos.values().any(|it| SLOW.contains(&it.ggml_dtype)) {
        return Ok(None);
    }
    let device = &Device::Cpu;
    let mut names: Vec<&String> = content.tensor_infos.keys().collect();
    names.sort_unstable();
    let mut tensors = Vec::with_capacity(names.len());
    for name in names {
        let tensor = content.tensor(reader, name, device)?;
        let tensor = match SLOW.contains(&tensor.dtype()) {
            true => QTensor::quantize(&tensor.dequantize(device)?, GgmlDType::Q8_0)?,
            false => tensor,
        };
        tensors.push((name.as_str(), tensor));
    }
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    let mut metadata: Vec<_> =
        content.metadata.iter().map(|(key, it)| (key.as_str(), it)).collect();
    metadata.retain(|(key, _)| !key.starts_with("tokenizer."));
    metadata.sort_unstable_by_key(|(key, _)| *key);
    let mut file = Cursor::new(Vec::new());
    gguf_file::write(&mut file, &metadata, &tensors)?;
    file.set_position(0);
    let content = Content::read(&mut file)?;
    Ok(Some((content, file)))
}
