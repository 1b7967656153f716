//! Tests of the schemas of a corpus of types.
//!
//! `corpus` lists the types, `snapshots` shows their schemas for review, `laws` holds what must be
//! true of every one of them, `cases` and `arbitrary` what the corpus does not reach.

mod arbitrary;
mod cases;
mod corpus;
mod laws;
mod snapshots;
