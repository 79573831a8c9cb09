//! `#[link(..)]` in a report: what it names is not on this machine, or is the report's own C part.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::source::items::blank;
use crate::source::syntax;

/// Libraries that every program of the platform can be linked with.
const OF_SYSTEM: [&str; 7] = ["c", "m", "dl", "pthread", "rt", "util", "gcc_s"];

/// Leaves out attributes whose library cannot be linked or need not be. `defined` are the functions that C's part has.
pub(super) fn leave_out(text: &mut String, defined: &BTreeSet<String>, notes: &mut Vec<String>) {
    let Ok(file) = syntax::parse(text) else {
        return;
    };
    let mut links = Links::default();
    links.visit_file(&file);
    for Link { names, attribute } in links.found {
        let Named { name, kind } = named(&attribute);
        let own = names.iter().any(|name| defined.contains(name));
        let there = OF_SYSTEM.contains(&name.as_str()) && kind != "static";
        if !own && there {
            continue;
        }
        blank(text, attribute.span().byte_range());
        let why = match own {
            true => "the report has what it names",
            false => "no such library is at hand",
        };
        notes.push(format!("`#[link(name = \"{name}\")]` is left out: {why}"));
    }
}

struct Link {
    /// Of the functions that the block declares.
    names: Vec<String>,
    attribute: syn::Attribute,
}

#[derive(Default)]
struct Links {
    found: Vec<Link>,
}

impl<'ast> Visit<'ast> for Links {
    fn visit_item_foreign_mod(&mut self, block: &'ast syn::ItemForeignMod) {
        let names = block.items.iter().filter_map(|item| match item {
            syn::ForeignItem::Fn(function) => Some(function.sig.ident.to_string()),
            syn::ForeignItem::Static(variable) => Some(variable.ident.to_string()),
            _ => None,
        });
        let names: Vec<String> = names.collect();
        let attributes = block
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("link"));
        self.found.extend(attributes.map(|attribute| Link {
            names: names.clone(),
            attribute: attribute.clone(),
        }));
    }
}

#[derive(Default)]
struct Named {
    name: String,
    kind: String,
}

fn named(attribute: &syn::Attribute) -> Named {
    let mut named = Named::default();
    // What cannot be read stays without a name, and is left out.
    let _ = attribute.parse_nested_meta(|meta| {
        let text: syn::LitStr = meta.value()?.parse()?;
        if meta.path.is_ident("name") {
            named.name = text.value();
        } else if meta.path.is_ident("kind") {
            named.kind = text.value();
        }
        Ok(())
    });
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_report_defines_or_nobody_has_is_left_out() {
        let text = "#[link(name = \"a\", kind = \"static\")]\nextern \"C\" { fn f(); }\n\
            #[link(name = \"m\")]\nextern \"C\" { fn cos(x: f64) -> f64; }\n\
            mod x { #[link(name = \"z\")] extern \"C\" { fn g(); } }\n";
        let mut mended = text.to_owned();
        let mut notes = Vec::new();
        leave_out(&mut mended, &BTreeSet::from(["f".to_owned()]), &mut notes);
        assert_eq!(mended.matches("#[link").count(), 1);
        assert!(mended.contains("#[link(name = \"m\")]"));
        assert_eq!(mended.lines().count(), text.lines().count());
        assert_eq!(
            notes,
            [
                "`#[link(name = \"a\")]` is left out: the report has what it names",
                "`#[link(name = \"z\")]` is left out: no such library is at hand"
            ]
        );
    }
}
