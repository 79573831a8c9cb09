//! What can be told of a function where the written ABI says nothing of one of its types: the arguments before it have their places,
//! those behind it have none that do not depend on it.

use twincall_abi::interface::{Function, Parameter, Signature};
use twincall_abi::model::{self, Model, ModelArgument, ModelLowering};
use twincall_abi::types::Type;

use super::super::Answer;
use super::super::frame;
use super::{Row, Source, Unknown, Unresolved, View, result, row, sources};

/// The answer with what is known; nothing where no single type is to blame.
pub(super) fn answer(
    model: &Model<'_>,
    function: &Function,
    unnamed: &[(String, Type)],
    unresolved: &Unresolved<'_>,
) -> Option<Answer> {
    let signature = &function.signature;
    lowered(model, signature, &[], &Type::Void).ok()?;
    let behind = unnamed
        .iter()
        .filter(|_| signature.variadic || signature.unprototyped);
    let unnamed: Vec<(String, Type)> = behind.cloned().collect();
    let sources = sources(function, &unnamed);
    let own = result(function);
    let why = |index: Option<usize>, found: &Result<ModelLowering, String>| match found {
        Ok(_) => None,
        Err(reason) => Some(unresolved(index).unwrap_or_else(|| reason.clone())),
    };
    let alone: Vec<Result<ModelLowering, String>> = sources
        .iter()
        .map(|source| lowered(model, signature, &[source], &Type::Void))
        .collect();
    let result_alone = lowered(model, signature, &[], own.ty);
    let bad_result = why(None, &result_alone);
    let bad: Vec<Option<String>> = alone
        .iter()
        .enumerate()
        .map(|(index, found)| why(Some(index), found))
        .collect();
    let first = bad.iter().position(Option::is_some);
    let (known, blamed) = match (&bad_result, first) {
        (Some(_), _) => (0, 0),
        (None, Some(first)) => (first.min(signature.params.len()), first + 1),
        (None, None) => return None,
    };
    let before: Vec<&Source<'_>> = sources.iter().take(known).collect();
    let ty = if bad_result.is_some() { &Type::Void } else { own.ty };
    let lowering = lowered(model, signature, &before, ty).ok()?;
    let arguments: Vec<Row> = sources
        .iter()
        .zip(bad.into_iter().zip(&alone))
        .enumerate()
        .map(
            |(index, (source, (bad, alone)))| match lowering.arguments.get(index) {
                Some(argument) => row(model, index + 1, source, argument),
                None => placeless(
                    model,
                    index + 1,
                    source,
                    alone,
                    bad.map_or(Unknown::Behind(blamed), Unknown::Reason),
                ),
            },
        )
        .collect();
    let result = match bad_result {
        Some(reason) => placeless(model, 0, &own, &result_alone, Unknown::Reason(reason)),
        None => row(model, 0, &own, &lowering.result),
    };
    let view = View {
        frame: frame::stack(&arguments, lowering.stack.0),
        arguments,
        result,
        stack: lowering.stack.0,
        stack_align: lowering.stack_align.0,
        al: None,
        hidden: Vec::new(),
        buffer: None,
        wasm_type: None,
    };
    let anything = known > 0 || view.result.unknown.is_none() && !matches!(own.ty, Type::Void | Type::Never);
    Some(match anything {
        true => Answer::Partial(Box::new(view)),
        false => Answer::Unsupported(complaints(&view)),
    })
}

/// Where arguments go that come first, and a result.
fn lowered(
    model: &Model<'_>,
    signature: &Signature,
    arguments: &[&Source<'_>],
    result: &Type,
) -> Result<ModelLowering, String> {
    let parameter = |source: &&Source<'_>| Parameter {
        name: None,
        ty: source.ty.clone(),
        spelling: String::new(),
    };
    let signature = Signature {
        convention: signature.convention.clone(),
        params: arguments.iter().map(parameter).collect(),
        result: result.clone(),
        variadic: false,
        unprototyped: false,
    };
    match model.lower(&signature, &[]) {
        model::Answer::Settled(lowering) => Ok(lowering),
        model::Answer::Unsupported(reason) => Err(reason),
        model::Answer::Ambiguous { readings } => {
            let who: Vec<String> = readings.into_iter().map(|reading| reading.by).collect();
            Err(format!("{} read the text differently", who.join(" and ")))
        }
    }
}

/// A row with a size and classes at most.
fn placeless(
    model: &Model<'_>,
    number: usize,
    source: &Source<'_>,
    alone: &Result<ModelLowering, String>,
    unknown: Unknown,
) -> Row {
    let alone = alone
        .as_ref()
        .ok()
        .and_then(|lowering| lowering.arguments.first());
    let argument = ModelArgument {
        classes: alone.map(|argument| argument.classes.clone()).unwrap_or_default(),
        ..ModelArgument::default()
    };
    Row {
        unknown: Some(unknown),
        ..row(model, number, source, &argument)
    }
}

fn complaints(view: &View) -> String {
    let rows = view.arguments.iter().chain([&view.result]);
    let all: Vec<String> = rows.filter_map(Row::complaint).collect();
    all.join("; ")
}
