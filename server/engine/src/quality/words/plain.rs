//! Text as prose: without what stands in it as code.

/// The lines of a text outside fenced blocks.
pub(super) fn without_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_block = false;
    for line in text.lines() {
        if is_fence(line) {
            in_block = !in_block;
        } else if !in_block {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// The same without what stands between backquotes on a line.
pub(super) fn without_code(text: &str) -> String {
    let blocks = without_blocks(text);
    let mut out = String::with_capacity(blocks.len());
    for line in blocks.lines() {
        let parts: Vec<&str> = line.split('`').step_by(2).collect();
        out.push_str(&parts.join(" "));
        out.push('\n');
    }
    out
}

/// The same with fenced blocks, but without what stands between backquotes on the other lines.
pub(super) fn without_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_block = false;
    for line in text.lines() {
        let fence = is_fence(line);
        in_block ^= fence;
        if fence || in_block {
            out.push_str(line);
        } else {
            let parts: Vec<&str> = line.split('`').step_by(2).collect();
            out.push_str(&parts.join(" "));
        }
        out.push('\n');
    }
    out
}

/// Whether a line opens or closes a fenced block.
pub(super) fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}
