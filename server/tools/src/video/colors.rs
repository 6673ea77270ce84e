//! The colours that there are most of in some pictures.

use std::collections::BTreeMap;

/// Colours that are told.
const MOST: usize = 5;
/// How much of all there must be of a colour, and how far colours must be apart, each from 0 to 255 in three directions.
const LEAST: f64 = 0.02;
const APART: f64 = 48.0;

/// Pixels of one kind: how many, and red, green and blue added up.
#[derive(Clone, Copy, Default)]
struct Heap {
    count: u64,
    sums: [u64; 3],
}

/// Of bytes that are red, green and blue in turn: as `#rrggbb`, what there is most of first.
pub(super) fn dominant(pixels: &[u8]) -> Vec<String> {
    let mut heaps: BTreeMap<[u8; 3], Heap> = BTreeMap::new();
    let (all, _) = pixels.as_chunks::<3>();
    for pixel in all {
        let heap = heaps.entry(pixel.map(|it| it >> 4)).or_default();
        heap.count += 1;
        for (sum, part) in heap.sums.iter_mut().zip(pixel) {
            *sum += u64::from(*part);
        }
    }
    let mut heaps: Vec<Heap> = heaps.into_values().collect();
    heaps.sort_by_key(|heap| std::cmp::Reverse(heap.count));
    let mut chosen: Vec<[f64; 3]> = Vec::new();
    for heap in heaps {
        let is_rare = (heap.count as f64) < LEAST * all.len() as f64;
        if chosen.len() == MOST || (is_rare && !chosen.is_empty()) {
            break;
        }
        let mean = heap.sums.map(|sum| sum as f64 / heap.count as f64);
        if chosen.iter().all(|other| distance(*other, mean) >= APART) {
            chosen.push(mean);
        }
    }
    chosen.into_iter().map(spelled).collect()
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn spelled(color: [f64; 3]) -> String {
    let [red, green, blue] = color.map(|it| it.round() as u8);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::dominant;

    #[test]
    fn what_there_is_most_of_comes_first_and_shades_count_once() {
        let mut pixels = [[250, 0, 0]; 30].concat();
        pixels.extend([[0, 0, 255]; 60].concat());
        pixels.extend([[0, 0, 239]; 20].concat());
        pixels.extend([[0, 255, 0]; 1].concat());
        assert_eq!(dominant(&pixels), ["#0000ff", "#fa0000"]);
        assert!(dominant(&[]).is_empty());
    }
}
