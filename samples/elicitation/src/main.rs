//! A tool that asks its user, twice if need be. It is written once; how the questions reach the user, and the answers come back, is
//! different in every revision of MCP.

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{Context, Elicited, ExitCode, ToolError, mcp_tool};
use serde::Deserialize;

/// Who comes.
#[derive(Deserialize, JsonSchema)]
struct Party {
    /// How many you are
    guests: u8,
    /// Where you would like to sit
    seats: Seats,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Seats {
    Inside,
    Terrace,
}

#[derive(Deserialize, JsonSchema)]
struct Consent {
    /// Whether to book them
    book: bool,
}

const LARGEST_TABLE: u8 = 8;

/// Books a table in the restaurant for an evening.
#[mcp_tool(function = "BookTable")]
async fn book_table(
    /** The evening, such as "Friday" */
    evening: String,
    cx: &Context,
) -> Result<String, ToolError> {
    let party = cx.elicit::<Party>(format!("How many are you on {evening}, and where do you want to sit?")).await?;
    let Elicited::Accepted(Party { guests, seats }) = party else {
        return Ok("Nothing was booked: the user did not want to.".to_owned());
    };
    if guests > LARGEST_TABLE {
        let question = format!("{guests} people need two tables. Shall both be booked?");
        match cx.elicit::<Consent>(question).await? {
            Elicited::Accepted(Consent { book: true }) => {}
            _ => return Ok("Nothing was booked: two tables were not wanted.".to_owned()),
        }
    }
    // What must not happen twice stands after the last question: with clients of today the function runs anew for each answer.
    let place = match seats {
        Seats::Inside => "inside",
        Seats::Terrace => "on the terrace",
    };
    Ok(format!("Booked for {evening}: {guests} guests, {place}."))
}

fn main() -> ExitCode {
    mcp_trigger::run()
}
