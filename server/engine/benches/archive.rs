//! Listing the newest runs of a journal that holds 1,000,000 rows: to stay within 50 ms.

use std::{hint::black_box, path::Path};

use criterion::{Criterion, criterion_group, criterion_main};
use engine::{Archive, Journal, Wanted};

const RUNS: usize = 500_000;
const LISTED: usize = 100;

/// Fills a journal with runs of one step each. Rows are written as they are, without the program's own writer, which
/// would wait for the disk 1,000,000 times.
fn fill(folder: &Path) {
    drop(Journal::open(folder).expect("a journal"));
    let connection = rusqlite::Connection::open(folder.join("journal.db")).expect("it opens");
    let sql = format!(
        "BEGIN;
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {RUNS})
         INSERT INTO runs (run, pipeline, file, status, started_at, duration, owner, heartbeat, document)
         SELECT 'run_' || n, 'p', '/w/' || (n % 100) || '.pipeline.yaml', 'completed', n, 1.5, '', n,
                hex(zeroblob(300)) FROM n;
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {RUNS})
         INSERT INTO steps (run, step, status, duration, record)
         SELECT 'run_' || n, 'step', 'completed', 1.5, hex(zeroblob(100)) FROM n;
         COMMIT;"
    );
    connection.execute_batch(&sql).expect("rows");
}

fn lists(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    fill(folder.path());
    let list = |files: Option<Vec<String>>| {
        let archive = Archive::open(folder.path()).expect("it is read").expect("it is there");
        let runs = archive.runs(&Wanted { files, limit: LISTED }).expect("runs");
        assert_eq!(runs.len(), LISTED);
        runs
    };
    let mut group = criterion.benchmark_group("archive of 1,000,000 rows");
    group.bench_function("newest runs", |bencher| bencher.iter(|| black_box(list(None))));
    group.bench_function("newest runs of a file", |bencher| {
        bencher.iter(|| black_box(list(Some(vec!["/w/7.pipeline.yaml".to_owned()]))));
    });
    group.bench_function("files that ran", |bencher| {
        let archive = Archive::open(folder.path()).expect("it is read").expect("it is there");
        bencher.iter(|| assert_eq!(black_box(archive.files().expect("files")).len(), 100));
    });
    group.bench_function("a run by the beginning of its id", |bencher| {
        let archive = Archive::open(folder.path()).expect("it is read").expect("it is there");
        bencher.iter(|| black_box(archive.find("run_499999").expect("found")));
    });
    group.finish();
}

criterion_group!(benches, lists);
criterion_main!(benches);
