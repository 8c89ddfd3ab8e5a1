//! What the root of a package shows of its rooms: [`Root`].

use std::collections::BTreeMap;

use syn::{Item, ItemMod, UseTree};

use super::names::first_names;

/// What the root of a package shows of its rooms.
pub(super) struct Root {
    /// The room of each name.
    rooms: BTreeMap<String, String>,
    /// The name whose items are all there.
    all_of: Option<String>,
}

impl Root {
    pub(super) fn of(file: &syn::File) -> Self {
        let mut root = Self { rooms: BTreeMap::new(), all_of: None };
        for item in &file.items {
            match item {
                Item::Use(item) => root.add(&item.tree, None),
                // A module that stands there itself is the room that it shows.
                Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) => {
                    for item in items {
                        if let Item::Use(item) = item {
                            let shown = first_names(&item.tree, 1).into_iter().next();
                            root.rooms.extend(shown.map(|room| (ident.to_string(), room)));
                        }
                    }
                }
                _ => {}
            }
        }
        root
    }

    /// Takes a tree; `room` is its first name below the root.
    fn add(&mut self, tree: &UseTree, room: Option<&str>) {
        let mut name = |name: String| drop(self.rooms.insert(name.clone(), room.unwrap_or(&name).to_owned()));
        match tree {
            UseTree::Path(path) if room.is_none() && (path.ident == "crate" || path.ident == "self") => {
                self.add(&path.tree, None);
            }
            UseTree::Path(path) => self.add(&path.tree, Some(room.unwrap_or(&path.ident.to_string()))),
            UseTree::Name(leaf) => name(leaf.ident.to_string()),
            UseTree::Rename(leaf) => name(leaf.rename.to_string()),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.add(item, room)),
            UseTree::Glob(_) => self.all_of = room.map(str::to_owned),
        }
    }

    /// Returns the room of a name at the root; the name itself where it is none's.
    pub(super) fn room<'a>(&'a self, name: &'a str, rooms: &[&str]) -> &'a str {
        if rooms.contains(&name) {
            return name;
        }
        match (self.rooms.get(name), &self.all_of) {
            (Some(room), _) => room,
            (None, Some(all)) if name != "*" => self.rooms.get(all).unwrap_or(all),
            (None, _) => name,
        }
    }
}
