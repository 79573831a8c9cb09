//! Collects the functions and global variables of a unit, merges their redeclarations, and refuses those
//! that cannot take part, with the reason.

use std::collections::{HashMap, HashSet};

use twincall_abi::interface::{DataSymbol, Function, Interface, Refusal, Signature, SourceLocation};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::Purpose;
use super::declarator::{ArrayLength, CType, FunctionType, TypeName, parse_type_name};
use super::json::{Node, Place};
use super::records::{Tables, location, qualified};
use super::resolve::Resolver;
use super::text::Sources;

/// A translation unit with its declarations sorted by kind.
pub(super) struct Unit<'a> {
    purpose: Purpose,
    target: Target,
    cpp: bool,
    sources: Sources<'a>,
    main_files: &'a dyn Fn(&str) -> bool,
    tables: Tables,
    functions: Vec<Entity<'a>>,
    data: Vec<Entity<'a>>,
    by_name: HashMap<&'a str, (bool, usize)>,
    /// C++: functions without a type of their own.
    templates: Vec<&'a Node>,
    /// C++: declarations with C linkage, which later declarations inherit.
    with_c_linkage: HashSet<&'a str>,
    /// Where the last declaration began: `int f(int), g(int);` gives both the same start.
    last_begin: Option<Place>,
}

/// All declarations of one function or variable, in order.
struct Entity<'a> {
    declarations: Vec<Declaration<'a>>,
}

struct Declaration<'a> {
    node: &'a Node,
    /// Its type, with unnamed types rewritten.
    ty: String,
    /// The namespace around it.
    path: String,
    defined: bool,
    /// As the source has it, or `None` where it must be put together.
    text: Option<String>,
    user: bool,
}

/// Where a declaration stands.
#[derive(Clone, Default)]
struct Scope {
    path: String,
    c_linkage: bool,
    /// `extern "C"` without braces, which makes a variable a declaration.
    bare_linkage: bool,
}

impl<'a> Unit<'a> {
    pub(super) fn read(
        purpose: Purpose,
        root: &'a Node,
        target: Target,
        main_files: &'a dyn Fn(&str) -> bool,
        source: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        // In C every tag is printed with its keyword; this typedef is built into clang.
        let constant_string = root.inner.iter().find(|node| node.name == "__NSConstantString");
        let cpp = constant_string.is_some_and(|node| !node.qual_type.starts_with("struct "));
        let mut unit = Unit {
            purpose,
            target,
            cpp,
            sources: Sources::new(source),
            main_files,
            tables: Tables::new(purpose),
            functions: Vec::new(),
            data: Vec::new(),
            by_name: HashMap::new(),
            templates: Vec::new(),
            with_c_linkage: HashSet::new(),
            last_begin: None,
        };
        unit.collect(
            root,
            &Scope {
                c_linkage: !cpp || purpose == Purpose::Places,
                ..Scope::default()
            },
        );
        unit
    }

    fn collect(&mut self, parent: &'a Node, scope: &Scope) {
        for node in &parent.inner {
            match node.kind.as_str() {
                "LinkageSpecDecl" => {
                    let c_linkage = node.language == "C" || self.purpose == Purpose::Places;
                    self.collect(
                        node,
                        &Scope {
                            c_linkage,
                            bare_linkage: !node.has_braces,
                            ..scope.clone()
                        },
                    );
                }
                "NamespaceDecl" => {
                    let separator = if scope.path.is_empty() { "" } else { "::" };
                    let path = format!("{}{separator}{}", scope.path, node.name);
                    self.collect(
                        node,
                        &Scope {
                            path,
                            ..scope.clone()
                        },
                    );
                }
                "RecordDecl" | "CXXRecordDecl" | "EnumDecl" => {
                    self.tables.add_record(node, &scope.path, &self.sources);
                }
                "TypedefDecl" | "TypeAliasDecl" => self.tables.add_typedef(node, &scope.path),
                "FunctionDecl" | "VarDecl" => self.declaration(node, scope),
                "FunctionTemplateDecl" if self.purpose == Purpose::Places => self.templates.push(node),
                _ => {}
            }
        }
    }

    fn declaration(&mut self, node: &'a Node, scope: &Scope) {
        let is_function = node.kind == "FunctionDecl";
        let known = self.with_c_linkage.contains(node.previous.as_str());
        // C++ makes a constant at file scope internal, which shows in its mangled name.
        let internal = node.storage_class == "static" || node.mangled_name.starts_with("_ZL");
        if node.implicit || node.deleted || internal || !(scope.c_linkage || known) || node.name.is_empty() {
            return;
        }
        self.with_c_linkage.insert(&node.id);
        let Some(place) = &node.place else { return };
        let shares_begin = node.begin.is_some() && node.begin == self.last_begin;
        self.last_begin = node.begin.clone();
        let defined = if is_function {
            ["CompoundStmt", "AliasAttr", "IFuncAttr"]
                .iter()
                .any(|kind| node.child(kind).is_some())
        } else {
            !node.init.is_empty()
                || node.child("AliasAttr").is_some()
                || (node.storage_class != "extern" && !scope.bare_linkage)
        };
        let ty = self.tables.rewrite(&node.qual_type);
        if !is_function {
            self.tables.name_unnamed(&ty, &node.name);
        }
        let declaration = Declaration {
            node,
            ty,
            path: scope.path.clone(),
            defined,
            text: if shares_begin {
                None
            } else {
                self.sources.declaration(node)
            },
            user: (self.main_files)(&place.expansion.file),
        };
        let list = if is_function {
            &mut self.functions
        } else {
            &mut self.data
        };
        // In C++ one name may be that of several functions.
        let key = match self.purpose == Purpose::Places && !node.mangled_name.is_empty() {
            true => &node.mangled_name,
            false => &node.name,
        };
        match self.by_name.get(key.as_str()) {
            Some((known_as_function, index)) if *known_as_function == is_function => {
                list[*index].declarations.push(declaration);
            }
            _ => {
                self.by_name.insert(key, (is_function, list.len()));
                list.push(Entity {
                    declarations: vec![declaration],
                });
            }
        }
    }

    /// Resolves everything that belongs to the user.
    pub(super) fn into_interface(self) -> Interface {
        let mut interface = Interface::default();
        let mut resolver = Resolver::new(&self.tables, self.target, self.cpp);
        for entity in self.functions.iter().filter(|entity| entity.is_users()) {
            match self.function(entity, &mut resolver) {
                Ok(function) => interface.functions.push(function),
                Err(reason) => interface.refused.push(entity.refuse(reason)),
            }
        }
        for entity in self.data.iter().filter(|entity| entity.is_users()) {
            match self.data_symbol(entity, &mut resolver) {
                Ok(data) => interface.data.push(data),
                Err(reason) => interface.refused.push(entity.refuse(reason)),
            }
        }
        for node in &self.templates {
            let place = node.place.as_ref();
            if place.is_some_and(|place| (self.main_files)(&place.expansion.file)) {
                interface.refused.push(Refusal {
                    symbol: node.name.clone(),
                    reason: "it is a template; only a function with given types has places".to_owned(),
                    location: place.map(location).unwrap_or_default(),
                });
            }
        }
        interface.types = resolver.definitions();
        interface
    }

    fn function(&self, entity: &Entity<'_>, resolver: &mut Resolver<'_>) -> Result<Function, String> {
        let chosen = entity.chosen();
        let node = chosen.node;
        if self.purpose == Purpose::Calls && !chosen.path.is_empty() {
            return Err(IN_A_NAMESPACE.to_owned());
        }
        for (kind, what) in REFUSED_ATTRIBUTES {
            if entity.attribute(kind).is_some() {
                return Err((*what).to_owned());
            }
        }
        if !self.cpp && entity.is_inline_only() {
            return Err(
                "in C an `inline` function without an `extern` declaration has no symbol; \
                        declare it `extern` once or make it `static`"
                    .to_owned(),
            );
        }
        let (parsed, function, shown) = self.function_type(chosen, resolver)?;
        let mut result_spelling = parsed.result_text.clone().unwrap_or_default();
        self.check_signature(&function, &shown, resolver)?;
        let mut signature = resolver.signature(&function);
        let passes_classes = function
            .params
            .iter()
            .map(|(ty, _)| ty)
            .chain([&function.result])
            .filter(|ty| !matches!(resolver.desugar(ty), CType::Array(..)))
            .any(|ty| {
                resolver
                    .record_of(ty)
                    .is_some_and(|index| self.tables.records[index].non_trivial)
            });
        self.add_parameters(&mut signature, node, resolver);
        if entity.attribute("NoReturnAttr").is_some() {
            signature.result = Type::Never;
        }
        if matches!(resolver.desugar(&function.result), CType::Name(name) if name == "void") {
            result_spelling.clear();
        }
        let target_features = match entity.attribute("TargetAttr") {
            None => None,
            Some(attribute) => Some(self.sources.string_operand(attribute).ok_or_else(|| {
                "the operand of its `target` attribute cannot be read; write it out at the function"
                    .to_owned()
            })?),
        };
        Ok(Function {
            symbol: entity.symbol().to_owned(),
            name: qualified(&chosen.path, &node.name),
            signature,
            result_spelling,
            defined: entity.declarations.iter().any(|declaration| declaration.defined),
            unsafe_to_call: false,
            passes_classes,
            target_features,
            declaration: declared(chosen, &parsed, &node.qual_type),
            location: entity.location(),
        })
    }

    /// The type of a function, through a typedef of it where it is declared by one.
    fn function_type(
        &self,
        chosen: &Declaration<'_>,
        resolver: &Resolver<'_>,
    ) -> Result<(TypeName, FunctionType, String), String> {
        let unreadable = || format!("its type `{}` is not understood", chosen.node.qual_type);
        let parsed = parse_type_name(&chosen.ty).ok_or_else(unreadable)?;
        if let CType::Function(function) = &parsed.ty {
            let function = (**function).clone();
            return Ok((parsed, function, chosen.ty.clone()));
        }
        let text = match chosen.node.desugared.as_str() {
            "" => return Err(unreadable()),
            text => self.tables.rewrite(text),
        };
        let parsed = parse_type_name(&text).ok_or_else(unreadable)?;
        match (&parsed.ty, resolver.desugar(&parsed.ty)) {
            (CType::Function(_), CType::Function(function)) => Ok((parsed, *function, text)),
            _ => Err(unreadable()),
        }
    }

    fn check_signature(
        &self,
        function: &FunctionType,
        text: &str,
        resolver: &Resolver<'_>,
    ) -> Result<(), String> {
        if text.contains('#') {
            return Err("its signature contains a struct, union or enum without a name; \
                        give the type a name and use that on both sides"
                .to_owned());
        }
        if self.purpose == Purpose::Places {
            return self.known_tags(text);
        }
        let types = function.params.iter().map(|(ty, _)| ty).chain([&function.result]);
        for ty in types {
            if let CType::Reference(_) = resolver.desugar(ty) {
                return Err("it has a C++ reference in its signature; declare a pointer instead".to_owned());
            }
            if is_variably_modified(ty) {
                return Err("it has a parameter whose type depends on another parameter; \
                            declare a plain pointer instead"
                    .to_owned());
            }
        }
        self.known_tags(text)
    }

    fn known_tags(&self, text: &str) -> Result<(), String> {
        match self.unknown_tag(text) {
            Some(tag) => Err(format!(
                "`{tag}` is declared inside its parameter list and means nothing outside; declare it before"
            )),
            None => Ok(()),
        }
    }

    /// A tag in a type's text that is not declared at file scope.
    fn unknown_tag<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '$')));
        while let Some(word) = words.next() {
            if matches!(word, "struct" | "union" | "enum") {
                let tag = words.next().unwrap_or("");
                if tag != "__va_list_tag" && !tag.is_empty() && self.tables.record(tag).is_none() {
                    return Some(tag);
                }
            }
        }
        None
    }

    /// Adds names, and the type of what only clang can work out (`typeof` of an expression).
    fn add_parameters(&self, signature: &mut Signature, node: &Node, resolver: &mut Resolver<'_>) {
        let nodes = node.inner.iter().filter(|child| child.kind == "ParmVarDecl");
        for (parameter, node) in signature.params.iter_mut().zip(nodes) {
            parameter.name = (!node.name.is_empty()).then(|| node.name.clone());
            if matches!(parameter.ty, Type::Opaque(_)) && !node.desugared.is_empty() {
                parameter.ty = resolver.resolve_text(&self.tables.rewrite(&node.desugared));
            }
        }
    }

    fn data_symbol(&self, entity: &Entity<'_>, resolver: &mut Resolver<'_>) -> Result<DataSymbol, String> {
        let chosen = entity.chosen();
        let node = chosen.node;
        if !chosen.path.is_empty() {
            return Err(IN_A_NAMESPACE.to_owned());
        }
        let parsed = parse_type_name(&chosen.ty)
            .ok_or_else(|| format!("its type `{}` is not understood", node.qual_type))?;
        if let CType::Reference(_) = resolver.desugar(&parsed.ty) {
            return Err("it is a C++ reference; declare a pointer instead".to_owned());
        }
        let mut ty = resolver.resolve_text(&chosen.ty);
        if matches!(ty, Type::Opaque(_)) && !node.desugared.is_empty() {
            ty = resolver.resolve_text(&self.tables.rewrite(&node.desugared));
        }
        Ok(DataSymbol {
            symbol: entity.symbol().to_owned(),
            name: node.name.clone(),
            ty,
            spelling: node.qual_type.clone(),
            mutable: !resolver.is_const(&parsed.ty),
            defined: entity.declarations.iter().any(|declaration| declaration.defined),
            thread_local: !node.tls.is_empty(),
            declaration: declared(chosen, &parsed, &node.qual_type),
            location: entity.location(),
        })
    }
}

const IN_A_NAMESPACE: &str = "it is declared in a namespace; declare it at file scope";

/// Attributes with which one name is more, or less, than one function.
const REFUSED_ATTRIBUTES: &[(&str, &str)] = &[
    (
        "OverloadableAttr",
        "it is overloaded; give each overload a name of its own",
    ),
    (
        "TargetClonesAttr",
        "`target_clones` makes several functions of it",
    ),
    (
        "TargetVersionAttr",
        "`target_version` makes several functions of it",
    ),
    ("CPUDispatchAttr", "`cpu_dispatch` makes several functions of it"),
    ("CPUSpecificAttr", "`cpu_specific` makes several functions of it"),
];

const NO_RETURN_ATTRIBUTES: [&str; 3] = ["NoReturnAttr", "C11NoReturnAttr", "CXX11NoReturnAttr"];

impl Entity<'_> {
    fn is_users(&self) -> bool {
        self.declarations.iter().any(|declaration| declaration.user)
    }

    /// The definition, else the last declaration, whose type clang has merged with those before.
    fn chosen(&self) -> &Declaration<'_> {
        let defined = self.declarations.iter().find(|declaration| declaration.defined);
        // An entity starts with one declaration and only grows.
        defined.unwrap_or(&self.declarations[self.declarations.len() - 1])
    }

    fn symbol(&self) -> &str {
        let last = &self.declarations[self.declarations.len() - 1].node;
        match last.mangled_name.as_str() {
            "" => &last.name,
            // A label that starts with \1 is taken as it stands.
            symbol => symbol.trim_start_matches('\u{1}'),
        }
    }

    fn attribute(&self, kind: &str) -> Option<&Node> {
        let nodes = self
            .declarations
            .iter()
            .flat_map(|declaration| &declaration.node.inner);
        let mut nodes = nodes.filter(|node| node.kind.ends_with("Attr"));
        nodes.find(|node| match kind {
            "NoReturnAttr" => NO_RETURN_ATTRIBUTES.contains(&node.kind.as_str()),
            _ => node.kind == kind,
        })
    }

    /// C 6.7.5: an inline definition provides no external one unless some declaration says so.
    fn is_inline_only(&self) -> bool {
        let inline = |node: &Node| node.inline && node.storage_class != "extern";
        let gnu = self.attribute("GNUInlineAttr").is_some();
        let all_inline = self.declarations.iter().all(|declaration| match gnu {
            true => declaration.node.inline && declaration.node.storage_class == "extern",
            false => inline(declaration.node),
        });
        all_inline && self.declarations.iter().any(|declaration| declaration.defined)
    }

    fn location(&self) -> SourceLocation {
        self.chosen()
            .node
            .place
            .as_ref()
            .map(location)
            .unwrap_or_default()
    }

    fn refuse(&self, reason: String) -> Refusal {
        Refusal {
            symbol: self.symbol().to_owned(),
            reason,
            location: self.location(),
        }
    }
}

/// The declaration as text: the source's own where there is one, else the name put into its type.
fn declared(declaration: &Declaration<'_>, parsed: &TypeName, qual_type: &str) -> String {
    if let Some(text) = &declaration.text {
        return text.clone();
    }
    let node = declaration.node;
    let storage = if node.storage_class.is_empty() {
        String::new()
    } else {
        format!("{} ", node.storage_class)
    };
    let thread = if node.tls.is_empty() { "" } else { "_Thread_local " };
    // Where an unnamed type was rewritten, or a typedef stands for a function, offsets do not fit the text.
    let (before, after) = match qual_type == declaration.ty && parsed.name_at <= qual_type.len() {
        true => qual_type.split_at(parsed.name_at),
        false => (qual_type, ""),
    };
    let space = if before.ends_with(['*', '(', ' ']) {
        ""
    } else {
        " "
    };
    format!("{storage}{thread}{before}{space}{}{after}", node.name)
}

/// Whether a type contains a length that is not a constant.
pub(super) fn is_variably_modified(ty: &CType) -> bool {
    match ty {
        CType::Array(_, ArrayLength::Variable) => true,
        CType::Array(inner, _) | CType::Pointer(inner) | CType::Const(inner) | CType::Atomic(inner) => {
            is_variably_modified(inner)
        }
        _ => false,
    }
}
