//! The transformers `llama` and `qwen2`, computed as llama.cpp computes them (`src/models` there): the same file is the same
//! model, whatever reads it.

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use candle_core::{
    Device, Module as _, Result, Tensor, bail,
    quantized::{
        QMatMul, QTensor,
        gguf_file::{Content, Value},
    },
};
use candle_nn::{
    ops::{rms_norm, silu, softmax_last_dim},
    rotary_emb::{rope, rope_i},
};

/// A model's numbers, and what it has in mind.
pub(super) struct Layers {
    words: Arc<QTensor>,
    blocks: Vec<Block>,
    norm: Norm,
    output: QMatMul,
    turns: Turns,
}

impl Layers {
    /// Reads them.
    ///
    /// # Errors
    /// Something is missing, does not fit, or is nothing that is computed here.
    pub(super) fn read(
        architecture: &str,
        content: &Content,
        reader: &mut (impl Read + Seek),
    ) -> Result<Self> {
        let header = Header { architecture, content };
        let shape = header.shape()?;
        let mut file = File { content, reader };
        let words = Arc::new(file.tensor("token_embd.weight")?);
        let output = match content.tensor_infos.contains_key("output.weight") {
            true => file.matrix("output.weight")?,
            false => QMatMul::from_arc(Arc::clone(&words))?,
        };
        let blocks = (0..shape.blocks).map(|at| Block::read(&mut file, at, &shape));
        let blocks = blocks.collect::<Result<_>>()?;
        let norm = file.norm("output_norm.weight", shape.epsilon)?;
        let turns = Turns::read(&header, &mut file, &shape)?;
        Ok(Self { words, blocks, norm, output, turns })
    }

    /// Forgets what it has in mind.
    pub(super) fn forget(&mut self) {
        self.blocks.iter_mut().for_each(|it| it.mind = None);
    }

    /// Reads further tokens, of which the first stands at `position`; gives the logits of what comes next.
    ///
    /// # Errors
    /// The numbers of the file do not fit each other.
    pub(super) fn read_on(&mut self, tokens: &[u32], position: usize) -> Result<Tensor> {
        let tokens = Tensor::new(tokens, &Device::Cpu)?;
        let count = tokens.elem_count();
        let turns = self.turns.at(position, count)?;
        let mask = mask(position, count)?;
        let mut now = self.words.embedding(&tokens)?;
        for block in &mut self.blocks {
            now = block.forward(&now, &turns, mask.as_ref())?;
        }
        let last = self.norm.forward(&now.narrow(0, count - 1, 1)?.contiguous()?)?;
        self.output.forward(&last)?.squeeze(0)
    }
}

/// What the numbers of a model are in.
struct Shape {
    blocks: usize,
    heads: usize,
    key_heads: usize,
    /// Numbers of one head.
    head: usize,
    epsilon: f32,
}

/// What a file says of its model.
struct Header<'c> {
    architecture: &'c str,
    content: &'c Content,
}

impl Header<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.content.metadata.get(&format!("{}.{key}", self.architecture))
    }

    fn count(&self, key: &str) -> Result<usize> {
        let found =
            self.value(key).and_then(|it| it.to_u64().ok()).filter(|it| (1..1 << 20).contains(it));
        match found {
            Some(count) => Ok(count as usize),
            None => bail!("`{}.{key}` is missing, or no number that it can be", self.architecture),
        }
    }

    fn shape(&self) -> Result<Shape> {
        if self.value("expert_count").and_then(|it| it.to_u64().ok()).is_some_and(|it| it > 0) {
            bail!("it is a mixture of experts");
        }
        let (width, heads) = (self.count("embedding_length")?, self.count("attention.head_count")?);
        let key_heads = match self.value("attention.head_count_kv") {
            Some(_) => self.count("attention.head_count_kv")?,
            None => heads,
        };
        let head = match self.value("attention.key_length") {
            Some(_) => self.count("attention.key_length")?,
            None => width / heads,
        };
        if !heads.is_multiple_of(key_heads) || head == 0 || !head.is_multiple_of(2) {
            bail!(
                "{heads} heads for queries, {key_heads} for keys and {head} numbers in each do not fit"
            );
        }
        if self.value("rope.dimension_count").is_some()
            && self.count("rope.dimension_count")? != head
        {
            bail!("only a part of each head is turned");
        }
        let epsilon =
            self.value("attention.layer_norm_rms_epsilon").and_then(|it| it.to_f32().ok());
        let Some(epsilon) = epsilon else {
            bail!("`{}.attention.layer_norm_rms_epsilon` is missing", self.architecture)
        };
        Ok(Shape { blocks: self.count("block_count")?, heads, key_heads, head, epsilon })
    }
}

/// Where the numbers lie.
struct File<'f, R> {
    content: &'f Content,
    reader: &'f mut R,
}

impl<R: Read + Seek> File<'_, R> {
    fn tensor(&mut self, name: &str) -> Result<QTensor> {
        self.content.tensor(self.reader, name, &Device::Cpu)
    }

    fn matrix(&mut self, name: &str) -> Result<QMatMul> {
        QMatMul::from_qtensor(self.tensor(name)?)
    }

    fn vector(&mut self, name: &str) -> Result<Tensor> {
        self.tensor(name)?.dequantize(&Device::Cpu)
    }

    fn norm(&mut self, name: &str, epsilon: f32) -> Result<Norm> {
        Ok(Norm { weight: self.vector(name)?, epsilon })
    }

    /// A matrix, and what is added behind it where the file has that.
    fn linear(&mut self, name: &str) -> Result<Linear> {
        let bias = format!("{name}.bias");
        let bias = match self.content.tensor_infos.contains_key(&bias) {
            true => Some(self.vector(&bias)?),
            false => None,
        };
        Ok(Linear { weight: self.matrix(&format!("{name}.weight"))?, bias })
    }
}

struct Norm {
    weight: Tensor,
    epsilon: f32,
}

impl Norm {
    fn forward(&self, of: &Tensor) -> Result<Tensor> {
        rms_norm(of, &self.weight, self.epsilon)
    }
}

struct Linear {
    weight: QMatMul,
    bias: Option<Tensor>,
}

impl Linear {
    fn forward(&self, of: &Tensor) -> Result<Tensor> {
        let made = self.weight.forward(of)?;
        match &self.bias {
            Some(bias) => made.broadcast_add(bias),
            None => Ok(made),
        }
    }
}

/// A layer: attention, then what is made of each place by itself.
struct Block {
    before: Norm,
    query: Linear,
    key: Linear,
    value: Linear,
    joined: Linear,
    between: Norm,
    gate: Linear,
    up: Linear,
    down: Linear,
    heads: usize,
    key_heads: usize,
    head: usize,
    /// Keys and values of what was read: heads, places, numbers.
    mind: Option<(Tensor, Tensor)>,
}

impl Block {
    fn read<R: Read + Seek>(file: &mut File<'_, R>, at: usize, shape: &Shape) -> Result<Self> {
        let name = |part: &str| format!("blk.{at}.{part}");
        let Shape { heads, key_heads, head, epsilon, .. } = *shape;
        Ok(Self {
            before: file.norm(&name("attn_norm.weight"), epsilon)?,
            query: file.linear(&name("attn_q"))?,
            key: file.linear(&name("attn_k"))?,
            value: file.linear(&name("attn_v"))?,
            joined: file.linear(&name("attn_output"))?,
            between: file.norm(&name("ffn_norm.weight"), epsilon)?,
            gate: file.linear(&name("ffn_gate"))?,
            up: file.linear(&name("ffn_up"))?,
            down: file.linear(&name("ffn_down"))?,
            heads,
            key_heads,
            head,
            mind: None,
        })
    }

    fn forward(&mut self, of: &Tensor, turns: &Turned, mask: Option<&Tensor>) -> Result<Tensor> {
        let seen = self.attend(&self.before.forward(of)?, turns, mask)?;
        let now = (of + seen)?;
        let inner = self.between.forward(&now)?;
        let gated = (silu(&self.gate.forward(&inner)?)? * self.up.forward(&inner)?)?;
        now + self.down.forward(&gated)?
    }

    fn attend(&mut self, of: &Tensor, turns: &Turned, mask: Option<&Tensor>) -> Result<Tensor> {
        let count = of.dim(0)?;
        let split = |made: Tensor, heads: usize| {
            made.reshape((count, heads, self.head))?.transpose(0, 1)?.contiguous()
        };
        let query = turns.apply(&split(self.query.forward(of)?, self.heads)?)?;
        let key = turns.apply(&split(self.key.forward(of)?, self.key_heads)?)?;
        let value = split(self.value.forward(of)?, self.key_heads)?;
        let (keys, values) = match self.mind.take() {
            Some((keys, values)) => {
                (Tensor::cat(&[&keys, &key], 1)?, Tensor::cat(&[&values, &value], 1)?)
            }
            None => (key, value),
        };
        // Several heads of queries share one of keys: they are rows of one matrix.
        let (group, all) = (self.heads / self.key_heads, keys.dim(1)?);
        let query = query.reshape((self.key_heads, group * count, self.head))?;
        let scale = 1.0 / (self.head as f64).sqrt();
        let scores = (query.matmul(&keys.t()?)? * scale)?;
        let scores = scores.reshape((self.heads, count, all))?;
        let scores = match mask {
            Some(mask) => scores.broadcast_add(mask)?,
            None => scores,
        };
        let shares = softmax_last_dim(&scores)?.reshape((self.key_heads, group * count, all))?;
        let seen = shares.matmul(&values)?.reshape((self.heads, count, self.head))?;
        let seen = seen.transpose(0, 1)?.reshape((count, self.heads * self.head))?;
        self.mind = Some((keys, values));
        self.joined.forward(&seen)
    }
}

/// What keeps places from seeing those behind them; nothing where there is only one.
fn mask(position: usize, count: usize) -> Result<Option<Tensor>> {
    if count == 1 {
        return Ok(None);
    }
    let all = position + count;
    let cell = |at: usize| if at % all > position + at / all { f32::NEG_INFINITY } else { 0.0 };
    let cells: Vec<f32> = (0..count * all).map(cell).collect();
    Tensor::from_vec(cells, (count, all), &Device::Cpu).map(Some)
}

/// By how much the numbers of a head are turned for each place.
struct Turns {
    pairs: Pairs,
    /// Radians for one place, pair by pair.
    angles: Vec<f32>,
}

/// Which numbers of a head are turned together.
#[derive(Clone, Copy)]
enum Pairs {
    /// Those that stand side by side.
    Neighbours,
    /// Those of its first half with those of the second.
    Halves,
}

impl Turns {
    fn read<R: Read + Seek>(
        header: &Header<'_>,
        file: &mut File<'_, R>,
        shape: &Shape,
    ) -> Result<Self> {
        let number = |key: &str| header.value(key).and_then(|it| it.to_f32().ok());
        let base = number("rope.freq_base").unwrap_or(10_000.0);
        // The second word is that of older files, and what is scaled without a rule is scaled evenly.
        let factor = || number("rope.scaling.factor").or_else(|| number("rope.scale_linear"));
        let stretch = match header.value("rope.scaling.type").map(Value::to_string) {
            Some(Ok(kind)) if kind == "none" => 1.0,
            Some(Ok(kind)) if kind != "linear" => {
                bail!("its places are scaled by the rule `{kind}`")
            }
            Some(Err(error)) => return Err(error),
            None | Some(Ok(_)) => factor().filter(|it| *it > 0.0).unwrap_or(1.0),
        };
        if number("rope.scaling.attn_factor").is_some_and(|it| it != 1.0) {
            bail!("its attention is scaled (`rope.scaling.attn_factor`)");
        }
        let half = shape.head / 2;
        // As Llama 3.1 has them, which was taught long texts after short ones.
        let factors: Vec<f32> = match header.content.tensor_infos.contains_key("rope_freqs.weight")
        {
            true => file.vector("rope_freqs.weight")?.to_vec1()?,
            false => vec![1.0; half],
        };
        if factors.len() != half {
            bail!("`rope_freqs` has {} numbers, not {half}", factors.len());
        }
        let angle = |(at, factor): (usize, &f32)| {
            base.powf(-((2 * at) as f32) / shape.head as f32) / factor / stretch
        };
        let angles = factors.iter().enumerate().map(angle).collect();
        let pairs = if header.architecture == "llama" { Pairs::Neighbours } else { Pairs::Halves };
        Ok(Self { pairs, angles })
    }

    /// For so many places from `position` on.
    fn at(&self, position: usize, count: usize) -> Result<Turned> {
        let angles = (position..position + count)
            .flat_map(|place| self.angles.iter().map(move |angle| place as f32 * angle));
        let shape = (count, self.angles.len());
        let angles = Tensor::from_vec(angles.collect::<Vec<f32>>(), shape, &Device::Cpu)?;
        Ok(Turned { pairs: self.pairs, cos: angles.cos()?, sin: angles.sin()? })
    }
}

/// The turns of some places.
struct Turned {
    pairs: Pairs,
    cos: Tensor,
    sin: Tensor,
}

impl Turned {
    /// Turns heads, places, numbers.
    fn apply(&self, heads: &Tensor) -> Result<Tensor> {
        let heads = heads.unsqueeze(0)?;
        let turned = match self.pairs {
            Pairs::Neighbours => rope_i(&heads, &self.cos, &self.sin),
            Pairs::Halves => rope(&heads, &self.cos, &self.sin),
        };
        turned?.squeeze(0)
    }
}
