//! Models of the architectures and with the tokenizers that can be computed here, made of random numbers: they answer in the
//! shapes that are forced, and llama.cpp, where it is installed, reads the same tokens in the same texts and goes on as they do.

mod made;

use std::{
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use candle_core::quantized::{GgmlDType, gguf_file::Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use self::made::{Made, WINDOW, llama3, qwen2};
use super::{
    generate::{Listener, generate},
    load::Model,
};
use crate::{Code, Finish, Format, Message, ModelError, Request, Structure};

/// Where texts are cut, and what is in them, differs most in these.
const TEXTS: [&str; 52] = [
    "",
    " ",
    "  ",
    "\n",
    "\n\n",
    " \n ",
    "\t\tx",
    "a",
    " a",
    "a ",
    "  a",
    "a  b",
    "Hello, world!",
    "hello world",
    "models are asked",
    "downbeat models pull smollm2-135m",
    "I'm we'll they'd it's DON'T O'Reilly 'tis 's 'S 'ſ",
    "1",
    "12",
    "123",
    "1234",
    "12345678901234567890",
    "3.14159, 1e10, -5",
    "x1y22z333",
    "٣٤٥٦",
    "½ ² Ⅷ",
    "snake_case camelCase kebab-case",
    "a.b(c)[d]{e}; f->g == h",
    "!!!???...",
    " !\n\n!\r\n",
    "line\r\nline\rline",
    "trailing   \n",
    "   \n   \n x",
    "Grüße aus München",
    " Münchenerin",
    "Münchenerin",
    "der Münchenerin.",
    "東京の春は美しい。",
    "Привет, мир!",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "e\u{301} \u{e9} \u{1e9b}\u{323}",
    "\u{200b}a\u{200d}b\u{feff}",
    "\u{a0}x\u{2003}y\u{3000}z",
    "👩‍👩‍👧 👍🏽 🇩🇪",
    "\u{85}x\u{2028}y",
    "\u{0}\u{1}\u{7f}",
    "<|im_start|>user\nHi<|im_end|>\n",
    "x<|begin_of_text|><|eot_id|>y<|end_of_text|>",
    "a<tool_call>b</tool_call> [PAD9]",
    "<|im_start <|unknown|> |>",
    "{\"key\": [1, 2, {\"a\": null}], \"t\": true}\n",
];

struct Written {
    file: PathBuf,
    _folder: tempfile::TempDir,
}

fn written(made: Made) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made.gguf");
    made.write(&file);
    Written { file, _folder: folder }
}

fn read(made: Made) -> Result<Model, ModelError> {
    Model::read(&written(made).file)
}

fn kinds() -> [(&'static str, Made); 8] {
    let text = |it: &str| Value::String(it.to_owned());
    let factors = Some([1.0, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 8.0]);
    [
        ("qwen2", qwen2()),
        ("qwen2, in 8 bits", Made { numbers: GgmlDType::Q8_0, ..qwen2() }),
        ("llama-bpe", llama3()),
        ("llama-bpe, in 8 bits", Made { numbers: GgmlDType::Q8_0, ..llama3() }),
        ("llama-bpe, with factors of its turns", Made { factors, ..llama3() }),
        (
            "llama-bpe, with factors and places that are scaled",
            Made {
                factors,
                header: vec![
                    ("llama.rope.scaling.type", text("linear")),
                    ("llama.rope.scaling.factor", Value::F32(4.0)),
                ],
                ..llama3()
            },
        ),
        (
            "qwen2, scaled by the older word",
            Made { header: vec![("qwen2.rope.scale_linear", Value::F32(2.5))], ..qwen2() },
        ),
        (
            "qwen2, with a factor that no rule takes",
            Made {
                header: vec![
                    ("qwen2.rope.scaling.type", text("none")),
                    ("qwen2.rope.scaling.factor", Value::F32(4.0)),
                ],
                ..qwen2()
            },
        ),
    ]
}

#[test]
fn shapes_are_forced_upon_models_of_every_kind() {
    let verdict = json!({"type": "object", "properties": {"verdict": {"enum": ["good", "bad"]}, "n": {"type": "integer", "minimum": 1, "maximum": 40}}, "required": ["verdict", "n"]});
    let words = json!({"type": "object", "properties": {"words": {"type": "array", "items": {"type": "string", "maxLength": 6}, "minItems": 1, "maxItems": 2}}, "required": ["words"]});
    for (name, made) in kinds() {
        let mut model = read(made).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(model.weights.window(), WINDOW as usize);
        for (schema, seed) in [(&verdict, 1), (&verdict, 2), (&words, 3), (&words, 4)] {
            let structure = Structure { name: "answer".to_owned(), schema: schema.clone() };
            let request = Request {
                messages: vec![Message::user("Judge: grüße.")],
                response: Format::Json(structure),
                max_tokens: Some(200),
                temperature: Some(1.0),
                seed: Some(seed),
                ..Request::default()
            };
            let said = Said::default();
            let done = generate(&mut model, &request, &said).unwrap();
            assert_eq!(done.finish, Finish::Stop, "{name}");
            let said = said.0.into_inner();
            let value: Json = serde_json::from_str(&said).unwrap();
            assert!(jsonschema::is_valid(schema, &value), "{name}: {said}");
        }
    }
}

/// Keeps what it hears.
#[derive(Default)]
struct Said(std::cell::RefCell<String>);

impl Listener for Said {
    fn text(&self, piece: &str) {
        self.0.borrow_mut().push_str(piece);
    }

    fn is_gone(&self) -> bool {
        false
    }
}

#[test]
fn what_cannot_be_computed_is_refused_by_its_name() {
    let text = |it: &str| Value::String(it.to_owned());
    for (made, words) in [
        (Made { architecture: "gemma3", ..qwen2() }, "its architecture is `gemma3`"),
        (
            Made { header: vec![("tokenizer.ggml.model", text("llama"))], ..llama3() },
            "its tokenizer is of the kind `llama`",
        ),
        (Made { rule: "tekken", ..llama3() }, "cuts text by the rule `tekken`"),
        (Made { rule: "default", ..llama3() }, "does not say how its tokenizer cuts text"),
        (Made { header: vec![("llama.rope.scaling.type", text("yarn"))], ..llama3() }, "`yarn`"),
        (
            Made { header: vec![("llama.rope.scaling.attn_factor", Value::F32(0.5))], ..llama3() },
            "its attention is scaled",
        ),
        (
            Made {
                header: vec![("tokenizer.ggml.merges", Value::Array(vec![text("x")]))],
                ..qwen2()
            },
            "a merge of its tokenizer is none",
        ),
        (
            Made {
                header: vec![("tokenizer.ggml.eos_token_id", Value::U32(9_999_999))],
                ..qwen2()
            },
            "at which token an answer ends",
        ),
    ] {
        let error = read(made).err().unwrap_or_else(|| panic!("{words}"));
        assert_eq!(error.code, Code::Invalid);
        assert!(error.message.contains(words), "{words}: {}", error.message);
        assert!(error.help.is_some(), "{words}");
    }
}

/// What llama.cpp makes of a file.
#[derive(Deserialize)]
struct Peer {
    tokens: Vec<Vec<u32>>,
    /// For each prompt and each place behind it: the likeliest tokens, and the logarithms of their likelihoods.
    spoken: Vec<Vec<Vec<(u32, f32)>>>,
}

#[test]
fn texts_and_answers_are_as_llama_cpp_has_them() {
    let Some(python) = python() else { return };
    for (name, made) in kinds() {
        let is_exact = made.numbers == GgmlDType::F32;
        let written = written(made);
        let mut model = Model::read(&written.file).unwrap();
        let ours: Vec<_> = TEXTS.iter().map(|it| model.tokens.read(it).unwrap()).collect();
        let prompts: Vec<_> = ours.iter().filter(|it| it.len() > 5).cloned().collect();
        assert!(prompts.len() > 20);
        let length = 12;
        let asked = json!({"texts": TEXTS.to_vec(), "prompts": prompts, "length": length});
        let peer = peer(&python, &written.file, &asked);
        for ((text, ours), theirs) in TEXTS.iter().zip(&ours).zip(&peer.tokens) {
            assert_eq!(ours, theirs, "{name}: {text:?}");
        }
        let places: usize = peer.spoken.iter().map(Vec::len).sum();
        assert!(places > 5 * prompts.len(), "{name}: {places}");
        for (prompt, places) in prompts.iter().zip(&peer.spoken) {
            let mut read: Vec<u32> = prompt.clone();
            model.weights.forget();
            for likely in places {
                let logits = super::weights::pieces(&read)
                    .map(|piece| model.weights.read_on(piece).unwrap())
                    .last()
                    .unwrap();
                let near = if is_exact { 0.01 } else { 0.3 };
                for (token, theirs) in likely {
                    let ours = likelihood(&logits, *token);
                    assert!((ours - theirs).abs() < near, "{name}: {ours} {theirs} in {prompt:?}");
                }
                read = vec![likely[0].0];
            }
        }
    }
}

/// The logarithm of how likely a token comes next.
fn likelihood(logits: &[f32], token: u32) -> f32 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let all: f32 = logits.iter().map(|it| (it - most).exp()).sum();
    logits[token as usize] - most - all.ln()
}

/// A Python that has llama.cpp: the one that `cargo xtask test` installs.
fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("DOWNBEAT_TEST_MODELS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR");
            target.map_or_else(|| root.join("target"), PathBuf::from).join("tools/models")
        },
        PathBuf::from,
    );
    let python = folder.join("venv/bin/python");
    if python.exists() {
        return Some(python);
    }
    eprintln!("not run: {} is not there; `cargo xtask test` installs it", python.display());
    None
}

fn peer(python: &Path, file: &Path, asked: &Json) -> Peer {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = Command::new(python)
        .args(["-c", include_str!("peer.py")])
        .arg(file)
        .arg(port.to_string())
        .env("OMP_WAIT_POLICY", "passive")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
