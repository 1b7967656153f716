//! The check of a value against its schema. A schema knows two things that serde does not: the expected kinds inside a value that
//! serde reads before it knows its type (`flatten`, tagged and untagged enums), and their names.

use super::misread::{Misread, Step};
mod part;

use super::mistake::Mistake;
use super::number::{is_number, whole};
use super::tree::Node;
use super::wanted::Wanted;
use crate::function::schema;
use part::{Part, fits_part, of_item, of_member, says, wanted};
use serde_json::Value;
use std::borrow::Cow;

/// How many references and unions may lead from one to the next: those of a circle have no end.
const DEPTH: usize = 16;

/// Mends a value where it does not fit its schema as it is but would fit as what it is the text of; writes integers as integers. Tells
/// the first place that fits no part of the schema, if there is one.
pub(super) fn fit(node: &mut Node<'_>, schema: &Value, lenient: bool) -> Option<Misread> {
    let mut fitting = Fitting { root: schema, lenient, path: Vec::new(), misfit: None };
    fitting.value(node, &[schema]);
    fitting.misfit
}

/// The expectation of a schema at a place, and the actual value.
pub(super) fn at<'n>(node: &'n Node<'n>, schema: &Value, path: &[Step]) -> Option<(Wanted, &'n Node<'n>)> {
    let fitting = Fitting { root: schema, lenient: false, path: Vec::new(), misfit: None };
    let (node, schemas) = fitting.follow(node, path)?;
    Some((wanted(&fitting.parts(&schemas, node))?, node))
}

/// The alternatives for a value at a place, for a union of objects that only their members tell apart.
pub(super) fn forms(node: &Node<'_>, schema: &Value, path: &[Step]) -> Vec<String> {
    let fitting = Fitting { root: schema, lenient: false, path: Vec::new(), misfit: None };
    let Some((node, schemas)) = fitting.follow(node, path) else { return Vec::new() };
    let parts = fitting.parts(&schemas, node);
    let unions = parts.iter().flat_map(|part| fitting.each(part, "anyOf").chain(fitting.each(part, "oneOf")));
    let form = |schema: &Value| {
        let words = wanted(&fitting.parts(&[schema], &Node::Null))?.to_string();
        let members: Vec<String> =
            fitting.required(&[schema], &Node::Null, DEPTH).iter().map(|name| format!("`{name}`")).collect();
        Some(if members.is_empty() { words } else { format!("{words} with {}", members.join(" and ")) })
    };
    let is_union = |schema: &&Value| schema.get("anyOf").or_else(|| schema.get("oneOf")).is_some();
    unions.filter(|schema| !is_union(schema)).filter_map(form).filter(|words| words != "null").collect()
}

struct Fitting<'s> {
    root: &'s Value,
    lenient: bool,
    path: Vec<Step>,
    misfit: Option<Misread>,
}

impl<'s> Fitting<'s> {
    /// The value at a place, and the schemas of it.
    fn follow<'n>(&self, mut node: &'n Node<'n>, path: &[Step]) -> Option<(&'n Node<'n>, Vec<&'s Value>)> {
        let mut schemas = vec![self.root];
        for step in path {
            let parts = self.parts(&schemas, node);
            (node, schemas) = match (step, node) {
                (Step::Member(name), Node::Object(members)) => {
                    (&members.iter().rev().find(|(known, _)| known == name)?.1, of_member(&parts, name))
                }
                (Step::Item(index), Node::Array(items)) => (items.get(*index)?, of_item(&parts, *index)),
                _ => return None,
            };
        }
        Some((node, schemas))
    }

    /// A value, and the schemas of which it has to fit one.
    fn value(&mut self, node: &mut Node<'_>, schemas: &[&'s Value]) {
        if schemas.is_empty() || self.misfit.is_some() {
            return;
        }
        if !self.fits(schemas, node) {
            let mut readings = self.readings(node);
            match readings.iter().position(|reading| self.fits(schemas, reading)) {
                Some(index) => *node = readings.swap_remove(index),
                None => return self.tell_wrong(schemas, readings.first().unwrap_or(node)),
            }
        }
        // Most values are neither, and cost no more than this.
        let is_open = match node {
            Node::Number(digits) => digits.contains(['.', 'e', 'E']),
            Node::Object(_) | Node::Array(_) => true,
            _ => false,
        };
        let parts = if is_open { self.parts(schemas, node) } else { return };
        match node {
            Node::Number(digits) if says(&parts, "integer") && !says(&parts, "number") => {
                if let Ok(integer) = whole(digits) {
                    *digits = Cow::Owned(integer.to_string());
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let schemas = of_item(&parts, index);
                    self.below(Step::Item(index), item, &schemas);
                }
            }
            Node::Object(members) => {
                for (name, member) in members.iter_mut() {
                    let schemas = of_member(&parts, name);
                    self.below(Step::Member(name.to_string()), member, &schemas);
                }
                self.tell_missing(schemas, node);
            }
            _ => {}
        }
    }

    fn below(&mut self, step: Step, node: &mut Node<'_>, schemas: &[&'s Value]) {
        self.path.push(step);
        self.value(node, schemas);
        self.path.pop();
    }

    /// Tells that a value is no such thing as its schemas want.
    fn tell_wrong(&mut self, schemas: &[&'s Value], node: &Node<'_>) {
        if let Some(wanted) = wanted(&self.parts(schemas, node)) {
            self.tell(Mistake::wrong(wanted, node.found()));
        }
    }

    /// Tells of a member that has to be there, whichever alternative the object is.
    fn tell_missing(&mut self, schemas: &[&'s Value], node: &Node<'_>) {
        let Node::Object(members) = node else { return };
        let is_missing = |name: &&str| !members.iter().any(|(known, _)| known == name);
        if let Some(name) = self.required(schemas, node, DEPTH).into_iter().find(is_missing) {
            self.tell(Mistake::Missing(name.to_owned()));
        }
    }

    fn tell(&mut self, mistake: Mistake) {
        let path = &self.path;
        self.misfit.get_or_insert_with(|| Misread { path: path.clone(), mistake });
    }

    /// The value whose text a string is.
    fn readings(&self, node: &Node<'_>) -> Vec<Node<'static>> {
        let mut readings: Vec<_> = node.opened().map(Node::into_owned).into_iter().collect();
        if let (Node::Text(text, _), true) = (node, self.lenient) {
            let text = text.trim();
            if is_number(text) {
                readings.push(Node::Number(Cow::Owned(text.to_owned())));
            }
            readings.extend(
                ["true", "false"]
                    .iter()
                    .filter(|word| text.eq_ignore_ascii_case(word))
                    .map(|word| Node::Bool(*word == "true")),
            );
        }
        readings
    }

    fn fits(&self, schemas: &[&'s Value], node: &Node<'_>) -> bool {
        schemas.iter().any(|schema| self.fits_one(schema, node, DEPTH))
    }

    /// Whether the value as such fits; what is inside of it is not looked at.
    fn fits_one(&self, schema: &'s Value, node: &Node<'_>, depth: usize) -> bool {
        let (Value::Object(part), Some(depth)) = (schema, depth.checked_sub(1)) else { return schema != false };
        let each = |keyword: &str| part.get(keyword).and_then(Value::as_array);
        fits_part(part, node)
            && self.target(part).is_none_or(|target| self.fits_one(target, node, depth))
            && each("allOf").is_none_or(|all| all.iter().all(|one| self.fits_one(one, node, depth)))
            && each("anyOf").is_none_or(|all| all.iter().any(|one| self.fits_one(one, node, depth)))
            && each("oneOf").is_none_or(|all| all.iter().any(|one| self.fits_one(one, node, depth)))
    }

    /// All parts of schemas that may speak of this value.
    fn parts(&self, schemas: &[&'s Value], node: &Node<'_>) -> Vec<Part<'s>> {
        let mut parts = Vec::new();
        for schema in schemas {
            self.collect(schema, node, DEPTH, &mut parts);
        }
        parts
    }

    fn collect(&self, schema: &'s Value, node: &Node<'_>, depth: usize, parts: &mut Vec<Part<'s>>) {
        let (Value::Object(part), Some(depth)) = (schema, depth.checked_sub(1)) else { return };
        if parts.iter().any(|known| std::ptr::eq(*known, part)) {
            return;
        }
        parts.push(part);
        if let Some(target) = self.target(part) {
            self.collect(target, node, depth, parts);
        }
        for one in self.each(part, "allOf").chain(self.alternatives(part, node)) {
            self.collect(one, node, depth, parts);
        }
    }

    /// The alternatives of a union that the value may fit; all alternatives, if it fits none.
    fn alternatives(&self, part: Part<'s>, node: &Node<'_>) -> Vec<&'s Value> {
        let all: Vec<&Value> = self.each(part, "anyOf").chain(self.each(part, "oneOf")).collect();
        let is_tagged_so = |schema: &&&'s Value| {
            let schema = schema.as_object().and_then(|part| self.target(part)).unwrap_or(schema);
            let Node::Object(members) = node else { return true };
            members.iter().all(|(name, member)| match schema["properties"].get(&**name) {
                Some(tag) if tag.get("const").or_else(|| tag.get("enum")).is_some() => {
                    self.fits_one(tag, member, DEPTH)
                }
                _ => true,
            })
        };
        let possible: Vec<&Value> =
            all.iter().filter(|schema| self.fits_one(schema, node, DEPTH)).filter(is_tagged_so).copied().collect();
        if possible.is_empty() { all } else { possible }
    }

    /// The members that an object has to have, whichever alternative it is.
    fn required(&self, schemas: &[&'s Value], node: &Node<'_>, depth: usize) -> Vec<&'s str> {
        let of_one = |schema: &&'s Value| {
            let (Value::Object(part), Some(depth)) = (schema, depth.checked_sub(1)) else { return Vec::new() };
            let mut names: Vec<&str> = self.each(part, "required").filter_map(Value::as_str).collect();
            names.extend(self.target(part).into_iter().flat_map(|target| self.required(&[target], node, depth)));
            names.extend(self.each(part, "allOf").flat_map(|one| self.required(&[one], node, depth)));
            names.extend(self.required(&self.alternatives(part, node), node, depth));
            names
        };
        let mut all = schemas.iter().map(of_one);
        let mut names = all.next().unwrap_or_default();
        for others in all {
            names.retain(|name| others.contains(name));
        }
        names
    }

    fn target(&self, part: Part<'s>) -> Option<&'s Value> {
        schema::target(self.root, part.get("$ref")?.as_str()?)
    }

    fn each(&self, part: Part<'s>, keyword: &str) -> impl Iterator<Item = &'s Value> + use<'s> {
        part.get(keyword).and_then(Value::as_array).into_iter().flatten()
    }
}
