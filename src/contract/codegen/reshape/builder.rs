//! What is done to the builders' setters: [`ease_builders`].

use quote::quote;
use syn::{
    GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemMod, PathArguments, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use super::{super::text::Contract, description, wire_name};

/// Documents the setters, and lets the optional ones take the value itself. Returns the number of the latter.
pub(super) fn ease_builders(types: &mut ItemMod, contract: &Contract) -> usize {
    let mut eased = 0;
    let Some((_, items)) = &mut types.content else { return eased };
    let builder = items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = builder else { return eased };
    for item in items {
        let Item::Impl(block) = item else { continue };
        let Type::Path(owner) = &*block.self_ty else { continue };
        let Some(owner) = owner.path.get_ident().cloned() else { continue };
        for setter in block.items.iter_mut().filter_map(|item| match item {
            ImplItem::Fn(setter) if !setter.sig.generics.params.is_empty() => Some(setter),
            _ => None,
        }) {
            eased += usize::from(ease(&owner, setter, contract));
        }
    }
    eased
}

/// Changes one setter; true if its field is optional.
fn ease(owner: &Ident, setter: &mut ImplItemFn, contract: &Contract) -> bool {
    let field = setter.sig.ident.clone();
    let about = description(owner, &field, contract).unwrap_or_default();
    let Some(target) = target_type(setter) else { return false };
    let inner = option_argument(target).cloned();
    let some = inner.as_ref().map(|inner| {
        *target = inner.clone();
        quote!(.map(Some))
    });
    if let Some(clause) = &mut setter.sig.generics.where_clause {
        clause.predicates.push(parse_quote!(T::Error: 'static));
    }
    let name = wire_name(&field);
    setter.block = parse_quote! {{
        self.#field = value.try_into()#some.map_err(|e| super::error::ConversionError::of(#name, &e));
        self
    }};
    let doc = format!("Sets `{name}`. {about}");
    setter.attrs.push(parse_quote!(#[doc = #doc]));
    inner.is_some()
}

/// Returns `X` of the bound `T: TryInto<X>`.
fn target_type(setter: &mut ImplItemFn) -> Option<&mut Type> {
    let clause = setter.sig.generics.where_clause.as_mut()?;
    clause.predicates.iter_mut().find_map(|predicate| {
        let WherePredicate::Type(predicate) = predicate else { return None };
        predicate.bounds.iter_mut().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            let last = bound.path.segments.last_mut().filter(|segment| segment.ident == "TryInto")?;
            let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
            arguments.args.iter_mut().find_map(|argument| match argument {
                GenericArgument::Type(target) => Some(target),
                _ => None,
            })
        })
    })
}

/// Returns `X` of `Option<X>`.
fn option_argument(target: &Type) -> Option<&Type> {
    let Type::Path(path) = target else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}
