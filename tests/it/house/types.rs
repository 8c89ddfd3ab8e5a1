//! Two types of a package never share a name: who reads one would take it for the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Ident, ItemEnum, ItemFn, ItemMod, ItemStruct, ItemTrait, ItemType,
    visit::{self, Visit},
};

use super::files::{files, parse};

/// Each package, or what is compiled by itself, and the folders in it that are no part of it.
const PACKAGES: [(&str, &[&str]); 9] = [
    ("src", &["simulator", "cli", "store", "sidecar", "contract/codegen"]),
    ("src/contract/codegen", &[]),
    ("src/simulator", &[]),
    ("src/store", &[]),
    ("src/sidecar", &[]),
    ("src/cli", &["new/shops"]),
    ("xtask/src", &[]),
    ("bindings/python/src", &[]),
    ("bindings/node/src", &[]),
];

/// Names that say nothing but where a type stands, so that no one takes one for another.
const EXCUSED: [&str; 1] = [
    // What a public type points to, private in its file.
    "Inner",
];

#[test]
fn no_two_types_of_a_package_share_a_name() {
    let mut wrong = Vec::new();
    for (src, elsewhere) in PACKAGES {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(src);
        let mut types: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
        let files = files(&src, elsewhere);
        assert!(!files.is_empty(), "there is no package {}", src.display());
        let parsed: Vec<_> = files.iter().map(|file| Types::of(file, &parse(file))).collect();
        let of_tests: Vec<&PathBuf> = parsed.iter().flat_map(|found| &found.of_tests).collect();
        for (file, found) in files.iter().zip(&parsed) {
            if !of_tests.iter().any(|module| file.starts_with(module) || file.with_extension("") == **module) {
                for name in &found.names {
                    types.entry(name.clone()).or_default().insert(file.clone());
                }
            }
        }
        let shared = types.into_iter().filter(|(name, files)| files.len() > 1 && !EXCUSED.contains(&name.as_str()));
        wrong.extend(shared.map(|(name, files)| format!("{name}: {files:?}")));
    }
    assert_eq!(wrong, [""; 0], "two types share a name: call one of them by what it is");
}

#[test]
fn types_of_tests_and_of_functions_do_not_count() {
    let code = "struct A; enum B {} trait C {} type D = A; mod e { struct F; } fn g() { struct H; }
        #[cfg(test)] mod i { struct J; } #[cfg(test)] mod k; #[cfg(feature = \"testing\")] struct L; #[cfg(test)] struct M;";
    let found = Types::of(Path::new("src/x.rs"), &syn::parse_file(code).expect("rust"));
    assert_eq!(found.names, ["A", "B", "C", "D", "F", "L"]);
    assert_eq!(found.of_tests, [Path::new("src/x/k")]);
}

/// The types of a file.
struct Types {
    /// Where the modules of the file stand that have files of their own.
    folder: PathBuf,
    names: Vec<String>,
    /// Modules that are compiled for tests alone.
    of_tests: Vec<PathBuf>,
}

impl Types {
    fn of(file: &Path, code: &syn::File) -> Self {
        let stem = file.file_stem().unwrap_or_default();
        let is_root = ["lib", "main", "mod"].iter().any(|root| stem == *root);
        let folder = if is_root { file.with_file_name("") } else { file.with_extension("") };
        let mut types = Self { folder, names: Vec::new(), of_tests: Vec::new() };
        types.visit_file(code);
        types
    }

    fn add(&mut self, name: &Ident, attributes: &[Attribute]) {
        if !is_of_tests(attributes) {
            self.names.push(name.to_string());
        }
    }
}

/// Returns whether this is compiled for tests alone.
fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let words = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        words.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
    })
}

impl<'ast> Visit<'ast> for Types {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_of_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        } else if item.content.is_none() {
            self.of_tests.push(self.folder.join(item.ident.to_string()));
        }
    }

    fn visit_item_fn(&mut self, _: &'ast ItemFn) {}

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        self.add(&item.ident, &item.attrs);
    }
}
