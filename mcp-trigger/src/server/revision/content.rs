//! Content in the words of a revision. Kinds of content that a revision lacks become text.

use crate::server::revision::Revision;
use host_protocol::ContentBlock;
use host_protocol::content::{ContentBody, PromptMessage, ResourceLink, Role};
use serde::{Serialize, Serializer};

/// Content in the words of a revision.
pub(in crate::server) struct InRevision<'a, T: ?Sized>(pub(in crate::server) &'a T, pub(in crate::server) Revision);

impl Serialize for InRevision<'_, [ContentBlock]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|block| InRevision(block, self.1)))
    }
}

impl Serialize for InRevision<'_, [PromptMessage]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Message<'a> {
            role: Role,
            content: InRevision<'a, ContentBlock>,
        }
        let InRevision(messages, revision) = *self;
        serializer.collect_seq(
            messages.iter().map(|PromptMessage { role, content, .. }| Message {
                role: *role,
                content: InRevision(content, revision),
            }),
        )
    }
}

impl Serialize for InRevision<'_, ContentBlock> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let InRevision(block, revision) = self;
        match &block.body {
            ContentBody::ResourceLink(link) if !revision.has_resource_links() => {
                ContentBlock::text(in_words(link)).serialize(serializer)
            }
            ContentBody::Audio { mime_type, .. } if !revision.has_audio() => {
                ContentBlock::text(format!("[a sound ({mime_type}), which MCP {revision} cannot carry]"))
                    .serialize(serializer)
            }
            _ => block.serialize(serializer),
        }
    }
}

fn in_words(ResourceLink { uri, name, description, .. }: &ResourceLink) -> String {
    let description = description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
    format!("{name}: {uri}{description}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(block: &ContentBlock, revision: Revision) -> String {
        serde_json::to_string(&InRevision(block, revision)).unwrap()
    }

    #[test]
    fn old_clients_get_words_for_what_they_cannot_read() {
        let link = ContentBlock::resource_link("docs://readme", "readme");
        assert!(written(&link, Revision::V2025_06_18).contains(r#""type":"resource_link""#));
        assert_eq!(written(&link, Revision::V2025_03_26), r#"{"type":"text","text":"readme: docs://readme"}"#);
        let sound = ContentBlock::audio("", "audio/wav");
        assert!(written(&sound, Revision::V2025_03_26).contains(r#""type":"audio""#));
        assert!(written(&sound, Revision::V2024_11_05).contains(r#""type":"text""#));
    }
}
