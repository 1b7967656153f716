//! A shop: resources that clients read, prompts that people choose, and a tool whose answer is more than text.

mod products;

use mcp_trigger::content::{Annotations, Role};
use mcp_trigger::{
    App, ContentBlock, ExitCode, Json, PromptMessage, PromptResult, ResourceLink, ServerInfo, mcp_prompt, mcp_resource,
    mcp_tool,
};
use products::{PRODUCTS, Product};

const LOGO: &[u8] = include_bytes!("logo.png");

// ---- resources: an address each

/// How customers return what they do not like.
#[mcp_resource("docs://returns", function = "Returns", title = "Returns", mime_type = "text/markdown")]
fn returns() -> &'static str {
    include_str!("returns.md")
}

/// The shop's logo.
#[mcp_resource("images://logo", function = "Logo", title = "Logo", mime_type = "image/png")]
fn logo() -> &'static [u8] {
    LOGO
}

// ---- templates: what stands in the braces is a parameter

/// A product, by its number.
#[mcp_resource("products://{id}", function = "Product", title = "Product")]
fn product(id: u32) -> Result<Json<&'static Product>, String> {
    products::find(id).map(Json)
}

// `categories://{name}` would put the name where an address has its host, which has neither blanks nor signs.
/// The products of a category. Its name may have blanks and signs, which stand percent-encoded in an address.
#[mcp_resource("categories://all/{name}", function = "Category", title = "Category", percent_decode)]
fn category(name: String) -> Json<Vec<&'static Product>> {
    Json(PRODUCTS.iter().filter(|product| product.category == name).collect())
}

// ---- prompts: from a text to a whole conversation

/// Writes an advertisement.
#[mcp_prompt(function = "Advertise", title = "Advertise a product")]
fn advertise(
    /** The number of the product */
    #[arg(title = "Product")]
    id: u32,
    /** Who shall buy it; everybody if nothing is said */
    #[arg(title = "Audience")]
    audience: Option<String>,
) -> Result<String, String> {
    let Product { name, price, .. } = products::find(id)?;
    let audience = audience.as_deref().unwrap_or("everybody");
    Ok(format!("Write an advertisement of three sentences for {audience}. The product: {name}, {price:.2} €."))
}

/// Answers a customer who wants to return something.
#[mcp_prompt(function = "AnswerCustomer", title = "Answer a customer")]
fn answer_customer(
    /** What the customer wrote */
    #[arg(title = "Letter")]
    letter: String,
) -> Vec<PromptMessage> {
    vec![
        PromptMessage::user(ContentBlock::resource("docs://returns", "text/markdown", returns())),
        PromptMessage::assistant("I have read the rules for returns. What did the customer write?"),
        PromptMessage::user(letter),
    ]
}

/// Helps to choose between two products.
#[mcp_prompt(function = "Compare", title = "Compare products")]
fn compare(
    /** The number of one product */
    #[arg(title = "One")]
    one: u32,
    /** The number of the other */
    #[arg(title = "Other")]
    other: u32,
) -> Result<PromptResult, String> {
    let (one, other) = (products::find(one)?, products::find(other)?);
    let question = format!("Which is better for a gift: {} or {}? Ask me for what matters.", one.name, other.name);
    let description = format!("{} or {}", one.name, other.name);
    Ok(PromptResult::from(PromptMessage::user(question)).with_description(description))
}

// ---- a tool with rich content

/// Shows a product: what it costs, a picture, and where to read more.
#[mcp_tool(function = "ShowProduct", title = "Show a product", read_only)]
fn show_product(
    /** The number of the product */
    id: u32,
) -> Result<Vec<ContentBlock>, String> {
    let product = products::find(id)?;
    let link = ResourceLink::new(format!("products://{id}"), product.name)
        .with_description(format!("All there is to know of product {id}"))
        .with_mime_type("application/json");
    Ok(vec![
        ContentBlock::text(format!("{}: {:.2} €", product.name, product.price)),
        ContentBlock::image(LOGO, "image/png").for_audience([Role::User]),
        ContentBlock::resource("docs://returns", "text/markdown", returns()).for_audience([Role::Assistant]),
        // Of little weight: a client that is short of space leaves it out.
        ContentBlock::from(link).with_annotations(Annotations::default().with_priority(0.2)),
    ])
}

fn main() -> ExitCode {
    App::new()
        .server(ServerInfo::new("catalog", env!("CARGO_PKG_VERSION")))
        .instructions("Products are known by their numbers.")
        .run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_what_is_not_there_hears_what_is() {
        assert_eq!(product(3).unwrap().0.name, "Teapot");
        assert_eq!(show_product(7).unwrap_err(), "there is no product 7, only 1 to 3");
    }

    #[test]
    fn categories_have_products() {
        assert_eq!(category("Cups & bowls".to_owned()).0.len(), 2);
        assert!(category("Spoons".to_owned()).0.is_empty());
    }

    #[test]
    fn the_audience_is_optional() {
        assert!(advertise(1, None).unwrap().contains("for everybody"));
        assert!(advertise(1, Some("students".to_owned())).unwrap().contains("for students"));
    }
}
