use std::collections::BTreeSet;

use syn::{ForeignItem, Item};

use super::model::Of;
use super::*;

#[test]
fn a_pair_follows_from_seed_and_number() {
    for number in 0..60 {
        assert_eq!(
            Plan::draw(7, number, &[]).write(),
            Plan::draw(7, number, &[]).write()
        );
    }
    assert_ne!(Plan::draw(7, 1, &[]).write(), Plan::draw(8, 1, &[]).write());
}

#[test]
fn kinds_and_spellings_have_names_of_their_own() {
    let ids: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
    assert_eq!(ids.len(), Kind::ALL.len());
    assert!(Kind::ALL.len() >= 60, "{}", Kind::ALL.len());
    for kind in Kind::ALL {
        assert_eq!(Kind::from_id(kind.id()), Some(*kind));
        assert!(kind.about().ends_with('.'), "{kind:?}");
    }
    let ids: BTreeSet<&str> = Spelling::ALL.iter().map(|spelling| spelling.id()).collect();
    assert_eq!(ids.len(), Spelling::ALL.len());
    assert_eq!(Kind::from_id("no-such-kind"), None);
}

#[test]
fn every_kind_is_drawn_where_a_form_has_room_for_it() {
    for kind in Kind::ALL {
        // Three batches have the three forms.
        let drawn = (0..3 * BATCH).any(|number| Plan::draw(3, number, &[*kind]).kind() == Some(*kind));
        assert!(drawn, "{kind:?}");
    }
}

#[test]
fn every_spelling_is_drawn_in_correct_pairs() {
    let mut drawn: BTreeSet<Spelling> = BTreeSet::new();
    for number in (0..9000).step_by(3) {
        let plan = Plan::draw(5, number, &[]);
        assert_eq!(plan.kind(), None);
        drawn.extend(plan.spellings());
    }
    let missing: Vec<&Spelling> = Spelling::ALL
        .iter()
        .filter(|spelling| !drawn.contains(spelling))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Structs that are taken for pointers have each size up to 64 bytes now and then.
#[test]
fn structs_by_value_have_all_sizes() {
    let mut sizes = BTreeSet::new();
    for number in 0..6000 {
        let plan = Plan::draw(11, number, &[Kind::ValueAsPointer]);
        let Some(mutation) = &plan.mutation else { continue };
        let ty = &plan.base.slot(mutation.site.id).unwrap().ty;
        sizes.extend(layout::measure(&plan.base, ty).map(|(size, _)| size));
    }
    let missing: Vec<u64> = (1..=64).filter(|size| !sizes.contains(size)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_batch_shares_a_file() {
    for batch in 0..6 {
        let mut known = BTreeSet::new();
        for number in batch * BATCH..(batch + 1) * BATCH {
            let plan = Plan::draw(2, number, &[]);
            assert_eq!(plan.form(), PairForm::of_batch(batch));
            let written = plan.write();
            let file =
                syn::parse_file(&written.rust).unwrap_or_else(|error| panic!("{error}\n{}", written.rust));
            let mut own = BTreeSet::new();
            for name in file.items.iter().flat_map(names) {
                let prefix = format!("p{number}");
                assert!(
                    name.to_lowercase().starts_with(&prefix),
                    "{name}\n{}",
                    written.rust
                );
                own.insert(name);
            }
            assert!(own.is_disjoint(&known), "{own:?}");
            known.extend(own);
            let words: Vec<&str> = written.c.split_whitespace().collect();
            for pair in words.windows(2) {
                let tag = matches!(pair[0], "struct" | "union" | "enum")
                    && !matches!(pair[1], "{" | "__attribute__((packed))");
                assert!(
                    !tag || pair[1].starts_with(&format!("p{number}_")),
                    "{pair:?}\n{}",
                    written.c
                );
            }
            for symbol in &written.symbols {
                assert!(
                    written.c.contains(symbol) && written.rust.contains(symbol),
                    "{symbol}"
                );
            }
        }
    }
}

fn names(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) => vec![item.ident.to_string()],
        Item::Union(item) => vec![item.ident.to_string()],
        Item::Enum(item) => vec![item.ident.to_string()],
        Item::Type(item) => vec![item.ident.to_string()],
        Item::Const(item) => vec![item.ident.to_string()],
        Item::Static(item) => vec![item.ident.to_string()],
        Item::Fn(item) => vec![item.sig.ident.to_string()],
        Item::Use(item) => {
            let text = quote::quote!(#item).to_string();
            let renamed = text.split(" as ").nth(1).unwrap_or(&text);
            vec![renamed.trim_end_matches([' ', ';']).to_owned()]
        }
        Item::ForeignMod(item) => item
            .items
            .iter()
            .map(|item| match item {
                ForeignItem::Fn(item) => item.sig.ident.to_string(),
                ForeignItem::Static(item) => item.ident.to_string(),
                _ => String::new(),
            })
            .collect(),
        _ => vec![String::new()],
    }
}

#[test]
fn smaller_pairs_keep_the_mistake_and_come_to_an_end() {
    for number in 0..120 {
        let mut plan = Plan::draw(9, number, &[]);
        let (kind, wanted) = (plan.kind(), Target::ALL.map(|target| plan.wanted(target)));
        let mut steps = 0;
        while let Some(smaller) = plan.smaller().into_iter().next() {
            plan = smaller;
            assert_eq!(plan.kind(), kind);
            assert!(!plan.write().symbols.is_empty());
            steps += 1;
            assert!(steps < 400, "{number}");
        }
        assert_eq!(plan.base.functions.len() + plan.base.globals.len(), 1, "{number}");
        // What a mistake is worth does not come from what was around it, but for the length beside a pointer.
        let excused = matches!(
            kind,
            Some(Kind::PointeeByte | Kind::ResultMissing | Kind::ResultAdditional)
        );
        let now = Target::ALL.map(|target| plan.wanted(target));
        let same = |(now, before): (&Wanted, &Wanted)| now == before || any_not_applicable(&[*now, *before]);
        assert!(excused || now.iter().zip(&wanted).all(same), "{number}");
    }
}

/// A union by value is beyond words on wasm, whatever is wrong with the pair.
fn any_not_applicable(wanted: &[Wanted]) -> bool {
    wanted
        .iter()
        .any(|wanted| matches!(wanted, Wanted::NotApplicable(_)))
}

#[test]
fn a_mistake_has_a_place_and_changes_a_side() {
    for number in 0..400 {
        let plan = Plan::draw(4, number, &[]);
        let written = plan.write();
        let Some(place) = written.place else {
            assert_eq!(plan.kind(), None);
            assert_eq!(plan.wanted(Target::X86_64LinuxGnu), Wanted::Conforms);
            continue;
        };
        let (c, rust) = plan.views();
        assert_ne!(
            (&c.types, &c.functions, &c.globals),
            (&rust.types, &rust.functions, &rust.globals)
        );
        assert!(
            !place.symbols.is_empty() && !place.roots.is_empty(),
            "{number} {:?}",
            plan.kind()
        );
        assert!(
            place
                .symbols
                .iter()
                .all(|symbol| written.symbols.contains(symbol))
        );
        let asked = Target::ALL
            .iter()
            .any(|target| plan.wanted(*target) == Wanted::DivergesUnlessEqual);
        assert_eq!(
            written.oracle.is_some_and(|oracle| !oracle.questions.is_empty()),
            asked,
            "{number} {:?}",
            plan.kind()
        );
    }
}

#[test]
fn a_small_result_has_no_sign_natively() {
    let mut seen = BTreeSet::new();
    for number in 0..600 {
        let plan = Plan::draw(6, number, &[Kind::Sign8]);
        let Some(mutation) = &plan.mutation else { continue };
        let slots = plan.base.slots();
        let (_, of, _) = slots
            .iter()
            .find(|(slot, ..)| slot.id == mutation.site.id)
            .unwrap();
        let wanted = Target::ALL.map(|target| plan.wanted(target));
        let right = match (mutation.site.behind, of) {
            (true, _) | (_, Of::Field | Of::Global) => [Wanted::Equivalent; 2],
            (_, Of::Result | Of::CallbackResult) => [Wanted::Equivalent, Wanted::Diverges],
            _ => [Wanted::Diverges; 2],
        };
        assert_eq!(wanted[0], right[0], "{number}");
        assert!(
            wanted[1] == right[1] || any_not_applicable(&wanted[1..]),
            "{number}"
        );
        seen.insert(*of);
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}
