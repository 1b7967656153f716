use crate::content::Unreadable;
use crate::json::RawObject;
use serde_json::value::RawValue;

/// An envelope: JSON with a type, and content that is JSON in a string. Its names are read in any case.
pub(super) struct Envelope<'a>(RawObject<'a>);

impl<'a> Envelope<'a> {
    pub(super) fn open(text: &'a str) -> Result<Self, Unreadable> {
        Ok(Envelope(RawObject::parse(text)?))
    }

    /// A member, which has to be a string if it is there.
    pub(super) fn member(&self, name: &str) -> Result<Option<String>, Unreadable> {
        let value = self.0.get_some(name).map(|value: &RawValue| serde_json::from_str(value.get()));
        Ok(value.transpose()?)
    }

    /// A member that has to be there.
    pub(super) fn required(&self, name: &str) -> Result<String, Unreadable> {
        self.member(name)?.ok_or_else(|| Unreadable::new(format!("the envelope has no `{name}`")))
    }
}
