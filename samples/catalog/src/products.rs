//! What the shop sells. A real app would ask a database here.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Product {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    /// In euros
    pub(crate) price: f64,
}

pub(crate) const PRODUCTS: [Product; 3] = [
    Product { id: 1, name: "Cup", category: "Cups & bowls", price: 9.5 },
    Product { id: 2, name: "Bowl", category: "Cups & bowls", price: 14.0 },
    Product { id: 3, name: "Teapot", category: "Pots", price: 48.0 },
];

/// The product with this number; without one, an error that says which there are.
pub(crate) fn find(id: u32) -> Result<&'static Product, String> {
    let product = PRODUCTS.iter().find(|product| product.id == id);
    product.ok_or_else(|| format!("there is no product {id}, only 1 to {}", PRODUCTS.len()))
}
