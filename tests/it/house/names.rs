//! Which names at the root of its package a file uses: [`names`].

use std::collections::BTreeSet;

use syn::{
    ItemMod, ItemUse, UseTree,
    visit::{self, Visit},
};

/// Returns the names at the root that a file imports or names, where it stands so many modules deep.
pub(super) fn names(file: &syn::File, depth: usize) -> BTreeSet<String> {
    let mut found = Names { depth, found: BTreeSet::new() };
    found.visit_file(file);
    found.found
}

/// Returns the names at the root that one tree begins with.
pub(super) fn first_names(tree: &UseTree, depth: usize) -> BTreeSet<String> {
    let mut found = Names { depth, found: BTreeSet::new() };
    found.tree(tree, None);
    found.found
}

/// The names of paths that begin at the root, whether with `crate` or with `super`.
struct Names {
    depth: usize,
    found: BTreeSet<String>,
}

impl Names {
    /// Goes on from a module that is `at` modules deep, at first from none; returns where that leads, if it is a module
    /// on the way up.
    fn step(&mut self, name: &str, at: Option<usize>) -> Option<usize> {
        match (at, name) {
            (None, "crate") => Some(0),
            (None, "self") => Some(self.depth),
            (at, "super") => at.unwrap_or(self.depth).checked_sub(1),
            (Some(0), name) => {
                self.found.insert(name.to_owned());
                None
            }
            _ => None,
        }
    }

    fn tree(&mut self, tree: &UseTree, at: Option<usize>) {
        match tree {
            UseTree::Path(path) => {
                if let Some(at) = self.step(&path.ident.to_string(), at) {
                    self.tree(&path.tree, Some(at));
                }
            }
            UseTree::Name(name) => drop(self.step(&name.ident.to_string(), at)),
            UseTree::Rename(name) => drop(self.step(&name.ident.to_string(), at)),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, at)),
            UseTree::Glob(_) => drop(self.step("*", at)),
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.depth = self.depth.saturating_add(1);
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, None);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut at = None;
        for segment in &path.segments {
            at = self.step(&segment.ident.to_string(), at);
            if at.is_none() {
                break;
            }
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        // What a macro takes is no syntax tree, so its words are read.
        let words = called.tokens.to_string();
        for rest in words.split("crate").skip(1) {
            let name = rest.trim_start().strip_prefix("::").map(str::trim_start).unwrap_or_default();
            let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            self.found.extend((!name.is_empty()).then(|| name.to_owned()));
        }
        visit::visit_macro(self, called);
    }
}
