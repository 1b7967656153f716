//! The sources of completions: lists and functions.

use super::{Completion, CompletionFuture, IntoCompletions};

/// A source of completions for an argument.
///
/// | | what it completes with |
/// |---|---|
/// | `["rust", "python"]`, a constant array or slice | those of the texts that begin with what was typed, in whatever case |
/// | `fn(&str) -> Vec<String>`, `async` or not | whatever it returns for what was typed |
/// | `fn(&Completion) -> Vec<String>`, `async` or not | the same, for a function that wants to know more: [`Completion`] |
///
/// A function may return any [`IntoCompletions`]. `How` only tells the implementations apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot complete an argument",
    label = "completes nothing",
    note = "`complete` takes a list of texts, or a function of `&str` or of `&Completion<'_>`, `async` or not, that returns a `Vec<String>`, `Completions`, or a `Result` of these"
)]
pub trait Completer<'a, How> {
    /// Completes the text so far.
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a>;
}

/// A list of texts.
#[derive(Debug)]
pub enum List {}
/// A function of the text so far.
#[derive(Debug)]
pub enum Typed {}
/// The same, `async`.
#[derive(Debug)]
pub enum TypedAsync {}
/// A function of a [`Completion`].
#[derive(Debug)]
pub enum Known {}
/// The same, `async`.
#[derive(Debug)]
pub enum KnownAsync {}

#[diagnostic::do_not_recommend]
impl<'a, S: AsRef<str>, const N: usize> Completer<'a, List> for [S; N] {
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        Box::pin(std::future::ready(beginning_with(completion.typed(), self).into_completions()))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, S: AsRef<str>> Completer<'a, List> for &[S] {
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        Box::pin(std::future::ready(beginning_with(completion.typed(), self).into_completions()))
    }
}

/// Those of the texts that begin with what was typed.
pub(crate) fn beginning_with(typed: &str, texts: &[impl AsRef<str>]) -> Vec<String> {
    let typed = typed.to_lowercase();
    let texts = texts.iter().map(AsRef::as_ref);
    texts.filter(|text| text.to_lowercase().starts_with(&typed)).map(str::to_owned).collect()
}

#[diagnostic::do_not_recommend]
impl<'a, F, R> Completer<'a, Typed> for F
where
    F: Fn(&'a str) -> R,
    R: IntoCompletions,
{
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        Box::pin(std::future::ready(self(completion.typed()).into_completions()))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, F, R> Completer<'a, TypedAsync> for F
where
    F: Fn(&'a str) -> R,
    R: Future<Output: IntoCompletions> + Send + 'a,
{
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        let completing = self(completion.typed());
        Box::pin(async move { completing.await.into_completions() })
    }
}

#[diagnostic::do_not_recommend]
impl<'a, F, R> Completer<'a, Known> for F
where
    F: Fn(&'a Completion<'a>) -> R,
    R: IntoCompletions,
{
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        Box::pin(std::future::ready(self(completion).into_completions()))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, F, R> Completer<'a, KnownAsync> for F
where
    F: Fn(&'a Completion<'a>) -> R,
    R: Future<Output: IntoCompletions> + Send + 'a,
{
    fn complete(&self, completion: &'a Completion<'a>) -> CompletionFuture<'a> {
        let completing = self(completion);
        Box::pin(async move { completing.await.into_completions() })
    }
}
