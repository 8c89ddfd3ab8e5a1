//! `outline.txt`: the public names and signatures of the generated code, a line for each, and the rules that run as code.

use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, Visibility};

use crate::codegen::Generated;

/// Returns a line for each public name: its path, and its type or signature.
///
/// # Panics
///
/// Where the code is no Rust: the generator printed it from a syntax tree.
pub(crate) fn outline(generated: &Generated) -> String {
    let mut lines = Vec::new();
    for code in [&generated.types, &generated.client] {
        collect(&syn::parse_file(code).expect("the generator writes Rust").items, "", &mut lines);
    }
    lines.join("\n") + "\n"
}

fn collect(items: &[Item], module: &str, lines: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                let path = format!("{module}{}::", inner.ident);
                let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                collect(items, &path, lines);
            }
            Item::Struct(structure) if is_public(&structure.vis) => {
                let name = format!("{module}{}", structure.ident);
                lines.push(format!("struct {name}{}", redaction(&structure.attrs)));
                if let Fields::Named(fields) = &structure.fields {
                    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                        let ident = field.ident.to_token_stream();
                        lines.push(format!("  {name}.{ident}: {}", text(&field.ty)));
                    }
                }
            }
            Item::Enum(choice) if is_public(&choice.vis) => {
                lines.push(format!("enum {module}{}", choice.ident));
                lines.extend(
                    choice.variants.iter().map(|variant| {
                        format!("  {module}{}::{}{}", choice.ident, variant.ident, text(&variant.fields))
                    }),
                );
            }
            Item::Const(constant) => lines.push(format!("const {module}{} = {}", constant.ident, text(&constant.expr))),
            Item::Impl(block) if block.trait_.is_none() => {
                for member in &block.items {
                    if let ImplItem::Fn(function) = member
                        && is_public(&function.vis)
                    {
                        let (owner, signature) = (text(&block.self_ty), text(&function.sig));
                        lines.push(format!("  {module}{owner}: {signature}{}", hooks(&text(&function.block))));
                    }
                }
            }
            Item::Fn(function) => {
                // The checks of a request are functions, and what they say is their body.
                if module.starts_with("straight_line") {
                    let file = syn::parse_quote!(#item);
                    lines.extend(prettyplease::unparse(&file).lines().map(|line| format!("  {line}")));
                } else {
                    lines.push(format!("{module}{}", text(&function.sig)));
                }
            }
            _ => {}
        }
    }
}

const fn is_public(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

/// Tells of types whose `Debug` is not derived, because they are personal.
fn redaction(attributes: &[Attribute]) -> &'static str {
    let derives =
        attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).map(text).collect::<String>();
    if derives.is_empty() || derives.contains("Debug") { "" } else { " (redacted)" }
}

/// Tells which hooks of the middleware a call runs.
fn hooks(body: &str) -> String {
    let called = ["pre", "exec", "post"].into_iter().filter(|hook| body.contains(&format!("client . {hook}(")));
    let called: Vec<_> = called.collect();
    if called.is_empty() { String::new() } else { format!(" (hooks: {})", called.join(", ")) }
}

/// Returns code in one line, without the spaces that tokens have between them.
fn text(code: &impl ToTokens) -> String {
    let mut text = code.to_token_stream().to_string();
    for (from, to) in [
        (" : :: ", ": ::"),
        (" :: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" (", "("),
        ("& ", "&"),
        (" : ", ": "),
    ] {
        text = text.replace(from, to);
    }
    text
}
