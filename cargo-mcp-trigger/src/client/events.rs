//! Event streams: the messages of an answer that is a stream.

use std::io::{self, BufRead};

/// The data of the events of a stream, each a message.
pub(super) struct Events<R>(pub(super) R);

impl<R: BufRead> Iterator for Events<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        let mut data: Option<String> = None;
        let mut line = String::new();
        loop {
            line.clear();
            match self.0.read_line(&mut line) {
                Err(error) => return Some(Err(error)),
                // An event without the blank line at its end was cut off.
                Ok(0) => return None,
                Ok(_) => {}
            }
            let text = line.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                match data.take() {
                    Some(data) if !data.is_empty() => return Some(Ok(data)),
                    _ => continue,
                }
            }
            let (field, value) = text.split_once(':').unwrap_or((text, ""));
            if field == "data" {
                let value = value.strip_prefix(' ').unwrap_or(value);
                match &mut data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => data = Some(value.to_owned()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_data_of_whole_events_comes() {
        let stream = ": ping\r\n\r\nevent: message\r\nid: 1\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\nid: 2\ndata:\n\ndata:x\n\ndata: cut";
        let events: Vec<_> = Events(stream.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(events, ["{\"a\":\n1}", "x"]);
    }
}
