//! Whether a value fits a schema (JSON Schema 2020-12).
//!
//! Derived arguments are checked by serde as they are read. This module is for values that nothing else checks: the arguments of
//! tools whose schema was given, answers of users, and, in debug builds, structured content.
//!
//! Not looked at: `unevaluatedItems`, `$dynamicRef`, `$anchor`, references to other documents, `contentEncoding` and its like,
//! formats that [`format`] does not know, and patterns that [`patterns`] cannot read. All of them let everything pass. The
//! documentation of `DynamicTool::input_schema` and `Elicitation::schema` says so.
//!
//! The schema comes from the developer, the value from any client. So the time that a check takes grows with the size of the value
//! and not faster: a value is compared with the target of a reference once, however many alternatives lead there, and the depth of
//! a check is bounded.

mod assertions;
mod evaluated;
mod format;
mod lenient;
mod mismatch;
mod patterns;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use format::fits as fits_format;
pub(crate) use mismatch::Mismatch;

use super::recursion;
use assertions::{are_there, has_length, has_type, is_among, is_within};
use mismatch::{Fit, Within as _, fail, short};
use patterns::Patterns;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::ptr::from_ref;

/// How deep schemas and values may be nested in each other. serde_json reads values of up to 128 levels.
const DEPTH: usize = 400;

/// A schema to compare values with.
#[derive(Debug)]
pub(crate) struct Checker {
    schema: Value,
    patterns: Patterns,
}

impl Checker {
    pub(crate) fn new(schema: Value) -> Self {
        let patterns = Patterns::of(&schema);
        Checker { schema, patterns }
    }

    /// For a schema of [`constraints`](crate::function::schema::constraints), which has no patterns.
    pub(crate) fn of_constraints(schema: Value) -> Self {
        Checker { schema, patterns: Patterns::default() }
    }

    /// Compares a client's JSON text with a schema of constraints. Objects and lists that come as their text are looked into.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check). A text that is not JSON passes; its reader reports the error.
    pub(crate) fn keeps(&self, text: &str) -> Result<(), Mismatch> {
        let Ok(mut value) = serde_json::from_str(text) else { return Ok(()) };
        lenient::mend(&self.schema, &mut value);
        self.check(&value)
    }

    /// The schema.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// Compares a value with the schema.
    ///
    /// # Errors
    ///
    /// If the value does not fit: the first place where it does not, and why.
    pub(crate) fn check(&self, value: &Value) -> Result<(), Mismatch> {
        Check::new(&self.schema, &self.patterns).fits(&self.schema, value).map_err(|mismatch| *mismatch)
    }

    /// Compares a client's JSON text with the schema, as leniently as arguments of a derived type are read: a value that does not fit
    /// is [mended](lenient) first. Returns the text of what was mended, if anything was.
    ///
    /// # Errors
    ///
    /// If the value does not fit, or the text cannot be read.
    pub(crate) fn read(&self, text: &str) -> Result<Option<String>, Mismatch> {
        let mut value = serde_json::from_str(text).map_err(|error| Mismatch::unreadable(&error))?;
        match self.check(&value) {
            Err(_) if lenient::mend(&self.schema, &mut value) => self.check(&value).map(|()| Some(value.to_string())),
            fit => fit.map(|()| None),
        }
    }
}

/// The check of one value.
struct Check<'a> {
    root: &'a Value,
    patterns: &'a Patterns,
    /// The result of checking a value against the target of a reference. While the check runs the result counts as a fit: a
    /// reference that leads back to itself at the same value says nothing.
    known: HashMap<(*const Value, *const Value), Fit>,
    depth: usize,
}

impl<'a> Check<'a> {
    fn new(root: &'a Value, patterns: &'a Patterns) -> Self {
        Check { root, patterns, known: HashMap::new(), depth: 0 }
    }

    fn fits(&mut self, schema: &'a Value, value: &'a Value) -> Fit {
        let keywords = match schema {
            Value::Object(keywords) => keywords,
            Value::Bool(false) => return fail("nothing is allowed here"),
            _ => return Ok(()),
        };
        if self.depth == DEPTH {
            return fail("this is nested too deeply");
        }
        self.depth += 1;
        let fit = keywords.iter().try_for_each(|(keyword, rule)| self.keyword(keywords, keyword, rule, value));
        self.depth -= 1;
        fit
    }

    /// One keyword of a schema. Each subject has a function of its own, which keeps the stack small.
    fn keyword(&mut self, all: &'a Map<String, Value>, keyword: &str, rule: &'a Value, value: &'a Value) -> Fit {
        match (keyword, value) {
            ("type", _) => has_type(rule, value),
            ("enum", _) => is_among(rule, value),
            ("const", _) if !values::equal(rule, value) => fail(format!("{} is not {}", short(value), short(rule))),
            ("$ref", _) => self.reference(rule, value),
            ("allOf" | "anyOf" | "oneOf" | "not" | "if", _) => self.combination(all, keyword, rule, value),
            (_, Value::Object(members)) => self.members(all, keyword, rule, value, members),
            (_, Value::Array(items)) => self.items(all, keyword, rule, items),
            (_, Value::String(text)) => self.text(keyword, rule, text),
            (_, Value::Number(_)) => is_within(keyword, rule, value),
            _ => Ok(()),
        }
    }

    fn reference(&mut self, reference: &'a Value, value: &'a Value) -> Fit {
        let target = reference.as_str().and_then(|reference| recursion::target(self.root, reference));
        let Some(target) = target else { return Ok(()) };
        let pair = (from_ref(target), from_ref(value));
        if let Some(known) = self.known.get(&pair) {
            return known.clone();
        }
        self.known.insert(pair, Ok(()));
        let fit = self.fits(target, value);
        self.known.insert(pair, fit.clone());
        fit
    }

    fn combination(&mut self, all: &'a Map<String, Value>, keyword: &str, rule: &'a Value, value: &'a Value) -> Fit {
        let parts = rule.as_array().map(Vec::as_slice).unwrap_or_default();
        match keyword {
            "allOf" => parts.iter().try_for_each(|part| self.fits(part, value)),
            "not" if self.fits(rule, value).is_ok() => fail(format!("{} is not allowed here", short(value))),
            "not" => Ok(()),
            "if" => {
                let branch = if self.fits(rule, value).is_ok() { "then" } else { "else" };
                all.get(branch).map_or(Ok(()), |branch| self.fits(branch, value))
            }
            _ => {
                let mut mismatches = Vec::new();
                let mut fitting = 0;
                for part in parts {
                    match self.fits(part, value) {
                        Ok(()) => fitting += 1,
                        Err(mismatch) => mismatches.push(*mismatch),
                    }
                    if fitting == 1 && keyword == "anyOf" {
                        return Ok(());
                    }
                }
                match fitting {
                    1 => Ok(()),
                    0 if parts.is_empty() => Ok(()),
                    0 => Err(Mismatch::of_alternatives(value, mismatches)),
                    _ => fail(format!("{} fits {fitting} of the alternatives, and may fit only one", short(value))),
                }
            }
        }
    }

    fn members(
        &mut self,
        all: &'a Map<String, Value>,
        keyword: &str,
        rule: &'a Value,
        object: &'a Value,
        members: &'a Map<String, Value>,
    ) -> Fit {
        match keyword {
            "properties" => {
                let mut known = rule.as_object().into_iter().flatten();
                known.try_for_each(|(name, schema)| match members.get(name) {
                    Some(value) => self.fits(schema, value).within(name),
                    None => Ok(()),
                })
            }
            "required" => are_there(rule, members),
            "additionalProperties" => {
                let mut others = members.iter().filter(|(name, _)| !evaluated::by_name(all, self.patterns, name));
                others.try_for_each(|(name, value)| match rule {
                    Value::Bool(false) => fail("there is no such member").within(name),
                    schema => self.fits(schema, value).within(name),
                })
            }
            "unevaluatedProperties" => {
                let names = evaluated::names(self, all, object, members);
                let mut others = members.iter().filter(|(name, _)| !names.contains(name.as_str()));
                others.try_for_each(|(name, value)| match rule {
                    Value::Bool(false) => fail("there is no such member").within(name),
                    schema => self.fits(schema, value).within(name),
                })
            }
            "patternProperties" => {
                let mut schemas = rule.as_object().into_iter().flatten();
                schemas.try_for_each(|(pattern, schema)| {
                    let mut named = members.iter().filter(|(name, _)| self.patterns.find(pattern, name) == Some(true));
                    named.try_for_each(|(name, value)| self.fits(schema, value).within(name))
                })
            }
            "propertyNames" => members.keys().try_for_each(|name| {
                // A value of its own, so nothing may be remembered of its address.
                let text = Value::String(name.clone());
                let mut check = Check { depth: self.depth, ..Check::new(self.root, self.patterns) };
                check.fits(rule, &text).map_err(|mismatch| mismatch.of_name(name))
            }),
            "dependentRequired" => {
                let mut named = rule.as_object().into_iter().flatten().filter(|(name, _)| members.contains_key(*name));
                named.try_for_each(|(_, names)| are_there(names, members))
            }
            "dependentSchemas" => {
                let mut named = rule.as_object().into_iter().flatten().filter(|(name, _)| members.contains_key(*name));
                named.try_for_each(|(_, schema)| self.fits(schema, object))
            }
            "minProperties" | "maxProperties" => has_length(keyword, rule, members.len(), "members"),
            _ => Ok(()),
        }
    }

    fn items(&mut self, all: &'a Map<String, Value>, keyword: &str, rule: &'a Value, items: &'a [Value]) -> Fit {
        match keyword {
            "items" => {
                let first = all.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                let mut others = items.iter().enumerate().skip(first);
                others.try_for_each(|(at, item)| self.fits(rule, item).within(at))
            }
            "prefixItems" => {
                let mut first = items.iter().zip(rule.as_array().into_iter().flatten()).enumerate();
                first.try_for_each(|(at, (item, schema))| self.fits(schema, item).within(at))
            }
            "contains" => {
                let count = items.iter().filter(|item| self.fits(rule, item).is_ok()).count();
                let bound = |keyword| all.get(keyword).and_then(values::whole);
                let (least, most) = (bound("minContains").unwrap_or(1), bound("maxContains"));
                let count = count as i128;
                if count < least || most.is_some_and(|most| count > most) {
                    let most = most.map_or(String::new(), |most| format!(" and at most {most}"));
                    return fail(format!(
                        "{count} items are of the kind of which there have to be at least {least}{most}"
                    ));
                }
                Ok(())
            }
            "uniqueItems" if *rule == Value::Bool(true) => match values::repeated(items) {
                Some(item) => fail(format!("{} is there twice, and may be there only once", short(item))),
                None => Ok(()),
            },
            "minItems" | "maxItems" => has_length(keyword, rule, items.len(), "items"),
            _ => Ok(()),
        }
    }

    fn text(&self, keyword: &str, rule: &Value, text: &str) -> Fit {
        match (keyword, rule) {
            ("minLength" | "maxLength", _) => has_length(keyword, rule, text.chars().count(), "characters"),
            ("pattern", Value::String(pattern)) if self.patterns.find(pattern, text) == Some(false) => {
                fail(format!("{} does not match the pattern {pattern}", short(&text.into())))
            }
            ("format", Value::String(format)) => match format::fits(format, text) {
                Some(false) => fail(format!("{} is not {}", short(&text.into()), format::words(format))),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}
