//! What decoding an invocation and encoding its reply cost by themselves. `cargo bench --bench codec`.

use criterion::{Criterion, criterion_group, criterion_main};
use host_protocol::invocation::{TriggerBinding, TriggerKind};
use host_protocol::reply::ReturnValue;
use host_protocol::{ContentBlock, FunctionResult, Invocation};
use std::hint::black_box;
use tests::recording::cases;

fn codec(criterion: &mut Criterion) {
    let mut calls: Vec<_> =
        cases("endpoint.jsonl").into_iter().filter(|case| case.name == "call schema tool extra").collect();
    let body = calls.remove(0).handler.remove(0).request.body;
    let result = FunctionResult::new(ReturnValue::Tool(ContentBlock::text("Hello, world!").into()));
    let binding = TriggerBinding::new("context", TriggerKind::Tool);
    let decode = || Invocation::decode("id", "Schema", binding, black_box(body.as_bytes())).expect("an invocation");
    let encode = || black_box(&result).encode().expect("a reply");

    println!("invocation of {} bytes, reply of {} bytes", body.len(), encode().len());
    criterion.bench_function("decode", |bencher| bencher.iter(decode));
    criterion.bench_function("encode", |bencher| bencher.iter(encode));
    criterion.bench_function("decode and encode", |bencher| bencher.iter(|| (decode(), encode())));
}

criterion_group!(benches, codec);
criterion_main!(benches);
