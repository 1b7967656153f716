//! Resources whose addresses clients write in several forms.

use mcp_trigger::mcp_resource;

/// A place with a letter that no URI has.
#[mcp_resource("raw://café/menu", function = "Menu")]
fn menu() -> &'static str {
    "coffee"
}

/// A place with a blank.
#[mcp_resource("raw://my café/{dish}", function = "Dish")]
fn dish(#[arg(complete = ["crêpe", "quiche"])] dish: String) -> String {
    dish
}

/// The same, decoded.
#[mcp_resource("raw://decoded/café/{dish}", function = "DecodedDish", percent_decode)]
fn decoded_dish(dish: String) -> String {
    dish
}

/// An address without a path.
#[mcp_resource("raw://returns", function = "Returns")]
fn returns() -> &'static str {
    "returned"
}

/// What `raw://returns` would be without one of its own.
#[mcp_resource("raw://{place}", function = "Place")]
fn place(place: String) -> String {
    place
}
