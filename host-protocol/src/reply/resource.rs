//! What a resource's return value becomes.

use super::{FunctionResult, ReturnValue};
use crate::content::{ResourceBody, ResourceContents, Unreadable};
use crate::json::RawObject;
use crate::json::newtonsoft::Token;

impl FunctionResult {
    /// The contents that the extension makes of the return value, for a resource read at `uri` whose trigger has this
    /// `mimeType`; `None` when the function had nothing to say.
    ///
    /// # Errors
    ///
    /// When the extension fails on the value. The client then gets an error that says nothing.
    pub fn into_resource_contents(
        self,
        uri: &str,
        mime_type: Option<&str>,
    ) -> Result<Option<ResourceContents>, Unreadable> {
        let mut contents = match self.return_value {
            ReturnValue::None => return Ok(None),
            ReturnValue::Resource(contents) => contents,
            ReturnValue::Json(value) => match Token::read(&value)? {
                Token::Null => return Ok(None),
                Token::Text(text) => match open_envelope(&text)? {
                    Some(contents) => contents,
                    None => ResourceContents::new("", ResourceBody::Text(text)),
                },
                Token::Other(_) => return Err(Unreadable::new("a resource has to be a string")),
            },
            ReturnValue::Failed(why) => return Err(Unreadable::new(why)),
            ReturnValue::Tool(_) | ReturnValue::Prompt(_) => {
                return Err(Unreadable::new("it is not the contents of a resource"));
            }
        };
        if contents.uri.is_empty() {
            uri.clone_into(&mut contents.uri);
        }
        if contents.mime_type.as_ref().is_none_or(String::is_empty) {
            contents.mime_type = mime_type.map(str::to_owned);
        }
        Ok(Some(contents))
    }
}

/// The contents in an envelope, which nothing but its looks tells from text: JSON with a member `content`, a string with the JSON
/// of an object in it. `None` for anything that looks otherwise.
fn open_envelope(text: &str) -> Result<Option<ResourceContents>, Unreadable> {
    let Some(content) = RawObject::parse(text).ok().and_then(|envelope| envelope.get_ignoring_case("content")) else {
        return Ok(None);
    };
    match serde_json::from_str::<Option<String>>(content.get()) {
        Ok(Some(content)) if content.trim() != "null" => match RawObject::parse(&content) {
            Ok(_) => ResourceContents::read(&content).map(Some),
            Err(_) => Ok(None),
        },
        // recordings/results.jsonl, "resource cnull"
        Ok(_) => Err(Unreadable::new("`content` of the envelope is null")),
        Err(_) => Ok(None),
    }
}
