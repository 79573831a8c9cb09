//! JSON that says what it says and does nothing: where a document is printed, and where a page shows it.

use serde::Serialize;

use super::clean::{OLD_COMMAND, acts, marked};

/// One line-broken JSON document, in which every character that would act is escaped. What it says is as it was.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    // Outside of strings JSON has none of these characters, so that all of them may be escaped.
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match acts(c) {
            true => escape(&mut clean, c),
            false => clean.push(c),
        }
    }
    Ok(clean.replace(OLD_COMMAND, "#\\u0023["))
}

fn escape(clean: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        clean.push_str(&format!("\\u{unit:04x}"));
    }
}

/// JSON for a script that shows its strings to a person as they are: every character that would act is the mark of what
/// cannot be shown.
pub(crate) fn json_for_a_page<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    let mut clean = String::with_capacity(text.len());
    let mut pieces = text.split('\\');
    clean.push_str(pieces.next().unwrap_or_default());
    let mut escaped_backslash = false;
    for piece in pieces {
        // Between two backslashes that stand for one there is nothing.
        if std::mem::take(&mut escaped_backslash) {
            clean.push_str(piece);
            continue;
        }
        escaped_backslash = piece.is_empty();
        match rest_of_order(piece) {
            Some(rest) => {
                clean.push(char::REPLACEMENT_CHARACTER);
                clean.push_str(rest);
            }
            None => {
                clean.push('\\');
                if escaped_backslash {
                    clean.push('\\');
                }
                clean.push_str(piece);
            }
        }
    }
    Ok(marked(&clean))
}

/// What follows the escape of a control character, given without its backslash.
fn rest_of_order(piece: &str) -> Option<&str> {
    let short = piece.strip_prefix(['b', 'f', 'r']);
    short.or_else(|| piece.strip_prefix("u00")?.get(2..))
}

#[cfg(test)]
mod tests {
    use super::{json, json_for_a_page};

    const HOSTILE: &str =
        "a\u{1b}]52;c;x\u{7}\u{9b}31m\u{202e}b\u{e0041}\\u001b \\\\##[error]\r\n\t\"\u{200b}é";

    #[test]
    fn a_document_says_everything_and_has_no_order() {
        let text = json(&[HOSTILE]).unwrap();
        assert!(
            text.is_ascii() || text.chars().all(|c| c == 'é' || c.is_ascii()),
            "{text}"
        );
        assert!(!text.contains("##[") && !text.contains(['\u{1b}', '\r', '\t']));
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [HOSTILE]);
    }

    #[test]
    fn ordinary_text_is_not_escaped() {
        assert_eq!(json(&["длина → אורך"]).unwrap(), "[\n  \"длина → אורך\"\n]\n");
    }

    #[test]
    fn a_page_gets_marks_in_place_of_orders() {
        let read: Vec<String> = serde_json::from_str(&json_for_a_page(&[HOSTILE]).unwrap()).unwrap();
        assert_eq!(
            read,
            [
                "a\u{fffd}]52;c;x\u{fffd}\u{fffd}31m\u{fffd}b\u{fffd}\\u001b \\\\##[error]\u{fffd}\n\t\"\u{fffd}é"
            ]
        );
        let plain = ["\\", "\\\\b", "a\\u0041", "\n\t", "\"\\\""];
        let read: Vec<String> = serde_json::from_str(&json_for_a_page(&plain).unwrap()).unwrap();
        assert_eq!(read, plain);
    }
}
