//! Reads the values of explicit calls: `process_data(&[1, -2, 3], 3) == 4`.
//!
//! The text says values only; their types come from the function that is called, and fitting one to
//! the other is the business of whoever plans calls.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Types that may follow the named parameters, after default promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum VariadicType {
    /// C `int`, Rust `i32`.
    I32,
    /// C `unsigned`, Rust `u32`.
    U32,
    /// C `long long`, Rust `i64`.
    I64,
    /// C `unsigned long long`, Rust `u64`.
    U64,
    /// C `double`, Rust `f64`.
    F64,
    /// C `void *`, Rust `*mut c_void`.
    Pointer,
}

/// One call as a fixture writes it.
#[derive(Clone, PartialEq, Debug)]
pub struct CallExpression {
    /// The text as written, for reports.
    pub text: String,
    pub function: String,
    pub arguments: Vec<Value>,
    /// The value after `==`.
    pub expected: Option<Value>,
}

/// A value as written.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Integer {
        negative: bool,
        magnitude: u128,
        suffix: Option<VariadicType>,
    },
    Float {
        value: f64,
        suffix: Option<VariadicType>,
    },
    Bool(bool),
    Null,
    /// `{1, 2}`: the members of a struct in order.
    Aggregate(Vec<Value>),
    /// `[1, 2]`: the elements of an array or buffer.
    List(Vec<Value>),
    /// `[0; 16]`.
    Repeat {
        value: Box<Value>,
        count: usize,
    },
    /// `&value`: the address of a buffer that holds it.
    Pointer(Box<Value>),
    /// `"text"`: the address of a NUL-terminated buffer.
    Text(Vec<u8>),
    /// `@symbol`: the address of a function of the fixture.
    Symbol(String),
    /// `pipe("text")`: a descriptor from which the text can be read.
    Pipe(Vec<u8>),
}

/// A call that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{message}, at column {column} of `{text}`")]
pub struct CallSyntaxError {
    pub text: String,
    /// Counted from 1 in `text`.
    pub column: usize,
    pub message: String,
}

/// Reads one call.
pub fn parse(text: &str) -> Result<CallExpression, CallSyntaxError> {
    let mut parser = Parser {
        text,
        rest: text,
        depth: 0,
    };
    parser.call()
}

/// Aggregates nest at most this deep, so that a hostile directive cannot exhaust the stack.
const MAX_DEPTH: usize = 32;
/// A repeated value has at most this many elements.
const MAX_REPEAT: u128 = 1 << 20;

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn call(&mut self) -> Result<CallExpression, CallSyntaxError> {
        let function = self.name("a function name")?.to_owned();
        self.require('(')?;
        let arguments = self.list(')')?;
        let expected = if self.take_text("==") {
            Some(self.value()?)
        } else {
            None
        };
        self.skip_space();
        if !self.rest.is_empty() {
            return Err(self.error("unexpected text after the call"));
        }
        Ok(CallExpression {
            text: self.text.to_owned(),
            function,
            arguments,
            expected,
        })
    }

    fn value(&mut self) -> Result<Value, CallSyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("values are nested too deeply"));
        }
        let value = self.value_inside();
        self.depth -= 1;
        value
    }

    fn value_inside(&mut self) -> Result<Value, CallSyntaxError> {
        self.skip_space();
        match self.rest.chars().next() {
            Some('{') => {
                self.advance(1);
                Ok(Value::Aggregate(self.list('}')?))
            }
            Some('[') => {
                self.advance(1);
                self.array()
            }
            Some('&') => {
                self.advance(1);
                Ok(Value::Pointer(Box::new(self.value()?)))
            }
            Some('@') => {
                self.advance(1);
                Ok(Value::Symbol(self.name("a symbol after `@`")?.to_owned()))
            }
            Some('"') => Ok(Value::Text(self.quoted('"')?)),
            Some('\'') => match self.quoted('\'')?.as_slice() {
                [byte] => Ok(Value::Integer {
                    negative: false,
                    magnitude: u128::from(*byte),
                    suffix: None,
                }),
                _ => Err(self.error("a character literal holds one ASCII character")),
            },
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            Some(c) if c.is_alphabetic() => self.word(),
            _ => Err(self.error("expected a value")),
        }
    }

    fn word(&mut self) -> Result<Value, CallSyntaxError> {
        let start = self.rest;
        match self.name("a value")? {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" | "NULL" => Ok(Value::Null),
            "nan" => Ok(Value::Float {
                value: f64::NAN,
                suffix: None,
            }),
            "inf" => Ok(Value::Float {
                value: f64::INFINITY,
                suffix: None,
            }),
            "pipe" => {
                self.require('(')?;
                self.skip_space();
                let content = self.quoted('"')?;
                self.require(')')?;
                Ok(Value::Pipe(content))
            }
            other => {
                self.rest = start;
                Err(self.error(&format!("`{other}` is no value")))
            }
        }
    }

    fn array(&mut self) -> Result<Value, CallSyntaxError> {
        self.skip_space();
        if self.take(']') {
            return Ok(Value::List(Vec::new()));
        }
        let first = self.value()?;
        if self.take(';') {
            let count = match self.value()? {
                Value::Integer {
                    negative: false,
                    magnitude,
                    ..
                } if magnitude <= MAX_REPEAT => magnitude as usize,
                _ => return Err(self.error("expected a count of at most 1,048,576")),
            };
            self.require(']')?;
            return Ok(Value::Repeat {
                value: Box::new(first),
                count,
            });
        }
        let mut values = vec![first];
        while !self.take(']') {
            self.require(',')?;
            if self.take(']') {
                break;
            }
            values.push(self.value()?);
        }
        Ok(Value::List(values))
    }

    fn list(&mut self, end: char) -> Result<Vec<Value>, CallSyntaxError> {
        let mut values = Vec::new();
        while !self.take(end) {
            if !values.is_empty() {
                self.require(',')?;
                if self.take(end) {
                    break;
                }
            }
            values.push(self.value()?);
        }
        Ok(values)
    }

    fn number(&mut self) -> Result<Value, CallSyntaxError> {
        let negative = self.take('-');
        if self.rest.starts_with("inf") {
            self.advance(3);
            return Ok(Value::Float {
                value: f64::NEG_INFINITY,
                suffix: None,
            });
        }
        let length = self
            .rest
            .char_indices()
            .find(|&(at, c)| {
                let exponent_sign = (c == '+' || c == '-')
                    && self.rest[..at].ends_with(['e', 'E'])
                    && !self.rest.starts_with("0x");
                !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || exponent_sign)
            })
            .map_or(self.rest.len(), |(at, _)| at);
        let token: String = self.rest[..length].chars().filter(|&c| c != '_').collect();
        let (digits, suffix) = split_suffix(&token);
        let hexadecimal = digits.strip_prefix("0x");
        let is_float = matches!(suffix, Some(VariadicType::F64))
            || hexadecimal.is_none() && digits.contains(['.', 'e', 'E']);
        let value = if is_float {
            // A fraction is no integer of the suffix's type, and what is too large would be read as infinity.
            let value = match suffix {
                None | Some(VariadicType::F64) => digits.parse().ok().filter(|value: &f64| value.is_finite()),
                Some(_) => None,
            };
            let Some(value) = value else {
                return Err(self.error(&format!("`{token}` is no number")));
            };
            Value::Float {
                value: if negative { -value } else { value },
                suffix,
            }
        } else {
            let parsed = match hexadecimal {
                Some(hexadecimal) => u128::from_str_radix(hexadecimal, 16),
                None => match digits.strip_prefix("0b") {
                    Some(binary) => u128::from_str_radix(binary, 2),
                    None => digits.parse(),
                },
            };
            let Ok(magnitude) = parsed else {
                return Err(self.error(&format!("`{token}` is no number")));
            };
            Value::Integer {
                negative,
                magnitude,
                suffix,
            }
        };
        self.advance(length);
        Ok(value)
    }

    fn quoted(&mut self, quote: char) -> Result<Vec<u8>, CallSyntaxError> {
        self.require(quote)?;
        let mut bytes = Vec::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[at + c.len_utf8()..];
                return Ok(bytes);
            }
            if c != '\\' {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            match chars.next() {
                Some((_, 'n')) => bytes.push(b'\n'),
                Some((_, 't')) => bytes.push(b'\t'),
                Some((_, '0')) => bytes.push(0),
                Some((_, c @ ('\\' | '"' | '\''))) => bytes.push(c as u8),
                Some((_, 'x')) => {
                    let digits: String = chars.by_ref().take(2).map(|(_, c)| c).collect();
                    // A sign before a digit is taken by the parser of integers.
                    match u8::from_str_radix(&digits, 16) {
                        Ok(byte) if !digits.starts_with('+') && digits.len() == 2 => bytes.push(byte),
                        _ => return Err(self.error("expected two hexadecimal digits after `\\x`")),
                    }
                }
                _ => return Err(self.error("unknown escape; known are \\n \\t \\0 \\\\ \\\" \\' \\xNN")),
            }
        }
        Err(self.error("the quoted text does not end"))
    }

    fn name(&mut self, what: &str) -> Result<&'a str, CallSyntaxError> {
        self.skip_space();
        let length = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.')))
            .unwrap_or(self.rest.len());
        if length == 0 || self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.error(&format!("expected {what}")));
        }
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(name)
    }

    fn require(&mut self, c: char) -> Result<(), CallSyntaxError> {
        if self.take(c) {
            Ok(())
        } else {
            Err(self.error(&format!("expected `{c}`")))
        }
    }

    fn take(&mut self, c: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_text(&mut self, text: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn error(&self, message: &str) -> CallSyntaxError {
        let column = self.text.len() - self.rest.len();
        CallSyntaxError {
            text: self.text.to_owned(),
            column: self.text[..column].chars().count() + 1,
            message: message.to_owned(),
        }
    }
}

/// Splits the type suffix of a variadic argument off a number.
fn split_suffix(token: &str) -> (&str, Option<VariadicType>) {
    const SUFFIXES: [(&str, VariadicType); 5] = [
        ("i32", VariadicType::I32),
        ("u32", VariadicType::U32),
        ("i64", VariadicType::I64),
        ("u64", VariadicType::U64),
        ("f64", VariadicType::F64),
    ];
    for (suffix, ty) in SUFFIXES {
        // A hexadecimal number may end in the letters and digits of `f64`.
        if token.starts_with("0x") && suffix == "f64" {
            continue;
        }
        if let Some(digits) = token.strip_suffix(suffix) {
            return (digits, Some(ty));
        }
    }
    (token, None)
}

#[cfg(test)]
mod tests;
