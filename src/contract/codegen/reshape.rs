//! What is done to progenitor's tokens before they are written.
//!
//! - `mod types` and the client go to separate files, because the types are there without the client.
//! - Types of personal data print nothing of it in their `Debug`.
//! - A builder's optional field takes the value itself, not `Some` of it.
//! - A builder keeps what it was given and could not take, so that all violations of it can be told.
//! - An amount of a request deserialises from a number alone, while one of DOKU's may be text.
//! - Fields and setters that refer to a component are documented with its description.

mod builder;

use std::{collections::BTreeSet, error::Error};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, ExprCall, Fields, File, Ident, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, Meta, Path,
    PathArguments, Token, Type, parse_quote,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

use self::builder::ease_builders;
use super::{
    REQUEST,
    contract::documentation,
    straight_line,
    text::{Contract, reference},
};

/// The two halves of the generated code.
pub(crate) struct Code {
    /// `mod types`.
    pub(crate) types: TokenStream,
    /// The client and what it needs.
    pub(crate) client: TokenStream,
}

/// Splits and changes the generated file.
pub(crate) fn reshape(file: File, contract: &Contract) -> Result<Code, Box<dyn Error>> {
    let (modules, rest): (Vec<Item>, Vec<Item>) =
        file.items.into_iter().partition(|item| matches!(item, Item::Mod(module) if module.ident == "types"));
    let Some(Item::Mod(mut types)) = modules.into_iter().next() else {
        return Err("progenitor wrote no `mod types`".into());
    };
    let mut sensitive: BTreeSet<&str> = contract
        .components()
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema["x-sensitive"] == true)
        .map(|(name, _)| name.as_str())
        .collect();
    sensitive.extend(REFUSALS);
    let redacted = redact(&mut types, &sensitive);
    if redacted.len() != sensitive.len() {
        return Err(format!("redacted {redacted:?} of the sensitive components {sensitive:?}").into());
    }
    describe_fields(&mut types, contract);
    if strict_amounts(&mut types, contract) == 0 {
        return Err("no amount of a request was found".into());
    }
    keep_refused(&mut types, contract)?;
    let optional = ease_builders(&mut types, contract);
    if optional == 0 {
        return Err("no optional setter was eased: progenitor writes its builders differently now".into());
    }
    Ok(Code { types: types.into_token_stream(), client: quote!(#(#rest)*) })
}

/// The types of a refusal. Any text of it may repeat what a customer typed, so none is printed; a person may read it all
/// the same, which is why the contract does not call it sensitive.
const REFUSALS: [&str; 4] = ["ErrorBody", "ErrorDetail", "ErrorMessage", "ErrorMessages"];

/// Replaces the derived `Debug` of each type of personal data, and returns the names of those.
fn redact(types: &mut ItemMod, sensitive: &BTreeSet<&str>) -> Vec<String> {
    let Some((_, items)) = &mut types.content else { return Vec::new() };
    let mut redacted = Vec::new();
    let mut impls = Vec::new();
    for item in items.iter_mut() {
        let (ident, attributes) = match item {
            Item::Struct(structure) => (&structure.ident, &mut structure.attrs),
            Item::Enum(choice) => (&choice.ident, &mut choice.attrs),
            _ => continue,
        };
        let name = ident.to_string();
        if !sensitive.contains(name.as_str()) {
            continue;
        }
        drop_debug(attributes);
        let text = format!("{name}(***)");
        impls.push(parse_quote! {
            impl ::std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str(#text)
                }
            }
        });
        redacted.push(name);
    }
    items.extend(impls);
    redacted
}

/// Takes `Debug` out of the derive attributes.
fn drop_debug(attributes: &mut [Attribute]) {
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derives) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        let kept = derives.iter().filter(|path| !path.is_ident("Debug"));
        attribute.meta = Meta::List(parse_quote!(derive(#(#kept),*)));
    }
}

/// Documents the fields that progenitor leaves bare because they are references.
fn describe_fields(types: &mut ItemMod, contract: &Contract) {
    let Some((_, items)) = &mut types.content else { return };
    for item in items {
        let Item::Struct(ItemStruct { ident, fields: Fields::Named(fields), .. }) = item else { continue };
        for field in &mut fields.named {
            if field.attrs.iter().any(|attribute| attribute.path().is_ident("doc")) {
                continue;
            }
            if let Some(doc) = field.ident.as_ref().and_then(|field| description(ident, field, contract)) {
                field.attrs.insert(0, parse_quote!(#[doc = #doc]));
            }
        }
    }
}

/// Lets fields of the component `Amount` deserialise from numbers alone. Returns how many there are.
fn strict_amounts(types: &mut ItemMod, contract: &Contract) -> usize {
    let Some((_, items)) = &mut types.content else { return 0 };
    let Some(schemas) = contract.components() else { return 0 };
    let mut found = 0;
    for item in items {
        let Item::Struct(ItemStruct { ident, fields: Fields::Named(fields), .. }) = item else { continue };
        for field in &mut fields.named {
            let Some(name) = field.ident.as_ref().map(wire_name) else { continue };
            if schemas[&ident.to_string()]["properties"][name]["$ref"] == "#/components/schemas/Amount" {
                let path = "crate::message::money::deserialize_amount";
                field.attrs.push(parse_quote!(#[serde(deserialize_with = #path)]));
                found += 1;
            }
        }
    }
    found
}

/// Lets conversions keep what they refuse: texts by themselves, builders by their fields.
fn keep_refused(types: &mut ItemMod, contract: &Contract) -> Result<(), Box<dyn Error>> {
    let (_, items) = types.content.as_mut().ok_or("progenitor wrote an empty `mod types`")?;
    let sent = straight_line::components_of(contract, REQUEST)?;
    for item in items {
        match item {
            Item::Mod(module) if module.ident == "error" => {
                module.content = Some((
                    module.content.take().map(|(brace, _)| brace).unwrap_or_default(),
                    vec![parse_quote!(
                        pub use crate::contract::draft::ConversionError;
                    )],
                ));
            }
            Item::Mod(module) if module.ident == "builder" => {
                let (_, items) = module.content.as_mut().ok_or("progenitor wrote no builders")?;
                let mut drafts = Vec::new();
                for item in items.iter_mut() {
                    match item {
                        Item::Struct(builder) => {
                            for field in &mut builder.fields {
                                result_error(&mut field.ty)?;
                            }
                            if sent.contains(&builder.ident.to_string()) {
                                drafts.push(straight_line::draft(contract, &builder.ident)?);
                            }
                        }
                        Item::Impl(block) if implements(block, "Default") => MissingMembers.visit_item_impl_mut(block),
                        Item::Impl(block) if implements(block, "TryFrom") => {
                            let Type::Path(target) = &*block.self_ty else { continue };
                            let Some(name) = target.path.segments.last() else { continue };
                            if sent.contains(&name.ident.to_string()) {
                                refuse_first(block)?;
                            }
                        }
                        _ => {}
                    }
                }
                items.extend(drafts);
            }
            Item::Impl(block) if implements(block, "FromStr") => keep_text(block)?,
            _ => {}
        }
    }
    Ok(())
}

fn implements(block: &ItemImpl, name: &str) -> bool {
    block.trait_.as_ref().and_then(|(path, _)| path.segments.last()).is_some_and(|last| last.ident == name)
}

/// Replaces the error of `Result<X, String>`.
fn result_error(field: &mut Type) -> Result<(), Box<dyn Error>> {
    let error = match field {
        Type::Path(path) => path.path.segments.last_mut().and_then(|last| match &mut last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.last_mut(),
            _ => None,
        }),
        _ => None,
    };
    *error.ok_or("a field of a builder is no Result")? = parse_quote!(super::error::ConversionError);
    Ok(())
}

/// Turns the text of a member that is missing into the error that says so.
struct MissingMembers;

impl VisitMut for MissingMembers {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        let text = match call.args.first() {
            Some(Expr::MethodCall(method)) if method.method == "to_string" => Some(method.receiver.clone()),
            _ => None,
        };
        if let Some(text) = text {
            let missing: Expr = parse_quote!(super::error::ConversionError::missing(#text));
            call.args = std::iter::once(missing).collect();
        }
        visit_mut::visit_expr_call_mut(self, call);
    }
}

/// Lets the conversion of a builder return what it was given, if any of it was refused.
fn refuse_first(block: &mut ItemImpl) -> Result<(), Box<dyn Error>> {
    let conversion = block.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "try_from" => Some(function),
        _ => None,
    });
    let statement = parse_quote! {
        if let Some(error) = value.refused() {
            return Err(error);
        }
    };
    conversion.ok_or("a builder has no conversion")?.block.stmts.insert(0, statement);
    Ok(())
}

/// Lets a conversion from text keep the text that it refuses.
fn keep_text(block: &mut ItemImpl) -> Result<(), Box<dyn Error>> {
    let function = block.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "from_str" => Some(function),
        _ => None,
    });
    let function = function.ok_or("FromStr has no from_str")?;
    let body = &function.block;
    function.block = parse_quote! {{
        let convert = || -> ::std::result::Result<Self, self::error::ConversionError> #body;
        convert().map_err(|error| error.given_text(value))
    }};
    Ok(())
}

/// Returns the documentation of a field: its own, or that of the component it refers to.
fn description(owner: &Ident, field: &Ident, contract: &Contract) -> Option<String> {
    let schemas = contract.components()?;
    let property = schemas.get(&owner.to_string())?.get("properties")?.get(wire_name(field))?;
    match reference(property) {
        Some(name) => documentation(schemas.get(name)?),
        None => documentation(property),
    }
}

/// Returns the name on the wire: Rust's keywords carry an underscore.
fn wire_name(field: &Ident) -> String {
    field.to_string().trim_start_matches("r#").trim_end_matches('_').to_owned()
}
