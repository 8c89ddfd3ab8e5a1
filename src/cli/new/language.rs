//! The languages of `doku new`: [`Language`], and the shop of each.

use clap::ValueEnum;

/// A language that there is a shop in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Language {
    Go,
    Java,
    Node,
    Php,
    Python,
    Ruby,
    Rust,
}

/// A shop in a language.
pub(super) struct LanguageShop {
    /// Its files, the program first: name, text.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// How to run it.
    pub(super) run: &'static str,
    /// What it needs, as a sentence.
    pub(super) needs: &'static str,
}

impl Language {
    pub(super) fn shop(self) -> LanguageShop {
        match self {
            Self::Go => LanguageShop {
                files: &[("shop.go", include_str!("shops/go/shop.go")), ("go.mod", include_str!("shops/go/go.mod"))],
                run: "go run .",
                needs: "Go 1.19 or later, and no module but its own",
            },
            Self::Java => LanguageShop {
                files: &[
                    ("Shop.java", include_str!("shops/java/Shop.java")),
                    ("Json.java", include_str!("../../../bindings/java/Json.java")),
                ],
                run: "javac *.java && java Shop",
                needs: "a JDK of version 17 or later",
            },
            Self::Node => LanguageShop {
                files: &[("shop.mjs", include_str!("shops/node/shop.mjs"))],
                run: "node shop.mjs",
                needs: "Node.js 20 or later, and no package",
            },
            Self::Php => LanguageShop {
                files: &[("shop.php", include_str!("shops/php/shop.php"))],
                run: "php -S 127.0.0.1:8080 shop.php",
                needs: "PHP 8.1 or later, and no package",
            },
            Self::Python => LanguageShop {
                files: &[("shop.py", include_str!("shops/python/shop.py"))],
                run: "python3 shop.py",
                needs: "Python 3.9 or later, and no package",
            },
            Self::Ruby => LanguageShop {
                files: &[("shop.rb", include_str!("shops/ruby/shop.rb"))],
                run: "ruby shop.rb",
                needs: "Ruby 3.0 or later, and the gem `webrick` where Ruby comes without it",
            },
            Self::Rust => LanguageShop {
                files: &[
                    ("src/main.rs", include_str!("shops/rust/src/main.rs")),
                    ("Cargo.toml", include_str!("shops/rust/Cargo.toml")),
                ],
                run: "cargo run",
                needs: "Rust 1.89 or later",
            },
        }
    }
}
