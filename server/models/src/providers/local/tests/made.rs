//! Small models of random numbers, in files as llama.cpp's converters write them.

use std::{collections::BTreeSet, fs::File, path::Path};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Value},
    },
};
use tokenizers::{
    OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer as _, Trainer as _,
    models::bpe::{BPE, BpeTrainer},
    pre_tokenizers::byte_level::ByteLevel,
};

/// What the tokenizer is taught with: enough for some hundred merges.
const LESSONS: [&str; 3] = [
    include_str!("../../../../../../docs/models.md"),
    include_str!("../../../../../../docs/architecture.md"),
    "Grüße aus München, Ÿ und 東京の春は美しい。 Привет, мир! 12 345 678 ''s 'S I'm we'll they'd  x\n\n\ty",
];
const WIDTH: usize = 64;
const HEADS: usize = 4;
const KEY_HEADS: usize = 2;
const INNER: usize = 96;
const LAYERS: usize = 2;
/// Tokens that such a model was taught to read at once.
pub(super) const WINDOW: u32 = 512;

/// A file to be written.
pub(super) struct Made {
    pub(super) architecture: &'static str,
    /// `tokenizer.ggml.pre`.
    pub(super) rule: &'static str,
    /// Names of tokens that are no text, and their kinds.
    pub(super) further: &'static [(&'static str, i32)],
    pub(super) begin: Option<&'static str>,
    pub(super) end: &'static str,
    pub(super) template: Option<&'static str>,
    /// Whether queries, keys and values have something added to them.
    pub(super) has_biases: bool,
    pub(super) numbers: GgmlDType,
    /// `rope_freqs`, where the file has them.
    pub(super) factors: Option<[f32; WIDTH / HEADS / 2]>,
    /// More of the header, or something else in its place.
    pub(super) header: Vec<(&'static str, Value)>,
}

pub(super) fn qwen2() -> Made {
    Made {
        architecture: "qwen2",
        rule: "qwen2",
        further: &[
            ("<|endoftext|>", 3),
            ("<|im_start|>", 3),
            ("<|im_end|>", 3),
            ("<tool_call>", 4),
            ("[PAD9]", 5),
        ],
        begin: None,
        end: "<|im_end|>",
        template: None,
        has_biases: true,
        numbers: GgmlDType::F32,
        factors: None,
        header: Vec::new(),
    }
}

pub(super) fn llama3() -> Made {
    Made {
        architecture: "llama",
        rule: "llama-bpe",
        further: &[
            ("<|begin_of_text|>", 3),
            ("<|end_of_text|>", 3),
            ("<|start_header_id|>", 3),
            ("<|end_header_id|>", 3),
            ("<|eot_id|>", 3),
        ],
        begin: Some("<|begin_of_text|>"),
        end: "<|end_of_text|>",
        template: Some(
            "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}",
        ),
        has_biases: false,
        numbers: GgmlDType::F32,
        factors: None,
        header: Vec::new(),
    }
}

/// The names of the tokens, and how they are merged.
fn taught() -> (Vec<String>, Vec<String>) {
    let cut = ByteLevel::new(false, true, true);
    let alphabet: BTreeSet<char> = ByteLevel::alphabet().into_iter().collect();
    let mut trainer = BpeTrainer::builder()
        .vocab_size(700)
        .show_progress(false)
        .initial_alphabet(alphabet.into_iter().collect())
        .build();
    let words = |text: &str| {
        let mut text = PreTokenizedString::from(text);
        cut.pre_tokenize(&mut text)?;
        let words = text.get_splits(OffsetReferential::Original, OffsetType::Byte);
        Ok(words.into_iter().map(|(word, _, _)| word.to_owned()).collect())
    };
    trainer.feed(LESSONS.into_iter(), words).unwrap();
    let mut model = BPE::default();
    trainer.train(&mut model).unwrap();
    let written = serde_json::to_value(&model).unwrap();
    let mut names: Vec<(String, u64)> = written["vocab"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, number)| (name.clone(), number.as_u64().unwrap()))
        .collect();
    names.sort_by_key(|(_, number)| *number);
    let pair =
        |it: &serde_json::Value| format!("{} {}", it[0].as_str().unwrap(), it[1].as_str().unwrap());
    let merges = written["merges"].as_array().unwrap().iter().map(pair).collect();
    (names.into_iter().map(|(name, _)| name).collect(), merges)
}

/// Random numbers between -`most` and `most`; the same ones each time. Knuth's MMIX constants.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }

    fn tensor(&mut self, shape: &[usize], middle: f32, most: f32, form: GgmlDType) -> QTensor {
        let count = shape.iter().product();
        let all: Vec<f32> = (0..count).map(|_| middle + most * self.next()).collect();
        QTensor::quantize(&Tensor::from_vec(all, shape, &Device::Cpu).unwrap(), form).unwrap()
    }
}

impl Made {
    pub(super) fn write(self, path: &Path) {
        let (mut names, merges) = taught();
        // One that no merge leads to.
        names.push("ĠMünchenerin".replace('ü', "Ã¼"));
        let mut kinds = vec![1; names.len()];
        for (name, kind) in self.further {
            names.push((*name).to_owned());
            kinds.push(*kind);
        }
        let number = |name: &str| names.iter().position(|it| it == name).unwrap() as u32;
        let texts = |all: &[String]| Value::Array(all.iter().cloned().map(Value::String).collect());
        let text = |it: &str| Value::String(it.to_owned());
        let own = |key: &str| format!("{}.{key}", self.architecture);
        let mut header: Vec<(String, Value)> = vec![
            ("general.architecture".to_owned(), text(self.architecture)),
            (own("context_length"), Value::U32(WINDOW)),
            (own("embedding_length"), Value::U32(WIDTH as u32)),
            (own("block_count"), Value::U32(LAYERS as u32)),
            (own("feed_forward_length"), Value::U32(INNER as u32)),
            (own("attention.head_count"), Value::U32(HEADS as u32)),
            (own("attention.head_count_kv"), Value::U32(KEY_HEADS as u32)),
            (own("attention.layer_norm_rms_epsilon"), Value::F32(1e-6)),
            (own("rope.dimension_count"), Value::U32((WIDTH / HEADS) as u32)),
            (own("rope.freq_base"), Value::F32(500_000.0)),
            (own("vocab_size"), Value::U32(names.len() as u32)),
            ("tokenizer.ggml.model".to_owned(), text("gpt2")),
            ("tokenizer.ggml.pre".to_owned(), text(self.rule)),
            ("tokenizer.ggml.tokens".to_owned(), texts(&names)),
            (
                "tokenizer.ggml.token_type".to_owned(),
                Value::Array(kinds.iter().map(|it| Value::I32(*it)).collect()),
            ),
            ("tokenizer.ggml.merges".to_owned(), texts(&merges)),
            ("tokenizer.ggml.eos_token_id".to_owned(), Value::U32(number(self.end))),
        ];
        if let Some(begin) = self.begin {
            header.push(("tokenizer.ggml.bos_token_id".to_owned(), Value::U32(number(begin))));
        }
        if let Some(template) = self.template {
            header.push(("tokenizer.chat_template".to_owned(), text(template)));
        }
        for (key, value) in self.header {
            header.retain(|(known, _)| known != key);
            header.push((key.to_owned(), value));
        }
        let mut numbers = Numbers(1);
        let mut tensors: Vec<(String, QTensor)> = Vec::new();
        let (keys, form) = (WIDTH / HEADS * KEY_HEADS, self.numbers);
        let mut matrix = |name: String, shape: [usize; 2]| {
            tensors.push((name, numbers.tensor(&shape, 0.0, 0.25, form)));
        };
        matrix("token_embd.weight".to_owned(), [names.len(), WIDTH]);
        if !self.has_biases {
            matrix("output.weight".to_owned(), [names.len(), WIDTH]);
        }
        for layer in 0..LAYERS {
            for (name, shape) in [
                ("attn_q", [WIDTH, WIDTH]),
                ("attn_k", [keys, WIDTH]),
                ("attn_v", [keys, WIDTH]),
                ("attn_output", [WIDTH, WIDTH]),
                ("ffn_gate", [INNER, WIDTH]),
                ("ffn_up", [INNER, WIDTH]),
                ("ffn_down", [WIDTH, INNER]),
            ] {
                matrix(format!("blk.{layer}.{name}.weight"), shape);
            }
        }
        let mut vector = |name: String, length: usize, middle: f32| {
            tensors.push((name, numbers.tensor(&[length], middle, 0.5, GgmlDType::F32)));
        };
        vector("output_norm.weight".to_owned(), WIDTH, 1.0);
        for layer in 0..LAYERS {
            vector(format!("blk.{layer}.attn_norm.weight"), WIDTH, 1.0);
            vector(format!("blk.{layer}.ffn_norm.weight"), WIDTH, 1.0);
            if self.has_biases {
                vector(format!("blk.{layer}.attn_q.bias"), WIDTH, 0.0);
                vector(format!("blk.{layer}.attn_k.bias"), keys, 0.0);
                vector(format!("blk.{layer}.attn_v.bias"), keys, 0.0);
            }
        }
        if let Some(factors) = self.factors {
            let factors = Tensor::new(&factors, &Device::Cpu).unwrap();
            let factors = QTensor::quantize(&factors, GgmlDType::F32).unwrap();
            tensors.push(("rope_freqs.weight".to_owned(), factors));
        }
        let header: Vec<_> = header.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let tensors: Vec<_> = tensors.iter().map(|(name, it)| (name.as_str(), it)).collect();
        let mut file = File::create(path).unwrap();
        gguf_file::write(&mut file, &header, &tensors).unwrap();
    }
}
