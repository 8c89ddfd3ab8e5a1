//! The languages of `doku new`: [`Language`], and the shop of each.

use clap::ValueEnum;

/// A language that there is a shop in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Language {
    #[value(name = "csharp")]
    CSharp,
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
            Self::CSharp => LanguageShop {
                files: &[
                    ("Shop.cs", include_str!("shops/csharp/Shop.cs")),
                    ("Shop.csproj", include_str!("shops/csharp/Shop.csproj")),
                ],
                run: "dotnet run",
                needs: ".NET 8 or later and no package (with Mono, the last line is \
                        `mcs -r:System.Net.Http,System.Runtime.Serialization Shop.cs && mono Shop.exe`)",
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The most lines that order, redirect and act on an effect in a shop.
    const MOST: usize = 30;

    /// What stands above the front page and the server of each shop.
    const REST: &str = "All else: the front page";

    /// Returns the lines of code above the rest: imports, blank lines, comments and the line that opens a class are none.
    fn lines(program: &str) -> Vec<&str> {
        let (program, _) = program.split_once(REST).expect("a comment says where the rest begins");
        let opened = |line: &str| line.matches(['(', '{']).count();
        let closed = |line: &str| line.matches([')', '}']).count();
        let starts = |line: &str, words: &[&str]| words.iter().any(|word| line.starts_with(word));
        let mut code = Vec::new();
        let mut lines = program.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if starts(line, &["import ", "from ", "use ", "using System", "require ", "package "]) {
                let mut open = opened(line) - closed(line);
                while open > 0 {
                    let line = lines.next().expect("an import ends");
                    open = open + opened(line) - closed(line);
                }
            } else if !line.is_empty()
                && !starts(line, &["//", "#", "/*", "*", "<?php", "class ", "final class ", "static class "])
            {
                code.push(line);
            }
        }
        code
    }

    #[test]
    fn a_shop_orders_redirects_and_acts_in_thirty_lines() {
        for language in Language::value_variants() {
            let (name, program) = language.shop().files[0];
            let code = lines(program);
            assert!(code.len() <= MOST, "{name} has {} lines: {code:#?}", code.len());
            // What was counted is the whole of it.
            for part in ["/orders", "payment_url", "effects", "webhook"] {
                assert!(code.iter().any(|line| line.contains(part)), "{part} is not in what was counted of {name}");
            }
        }
    }

    #[test]
    fn imports_blank_lines_and_comments_are_not_counted() {
        let program =
            "package shop\n\nimport (\n\t\"fmt\"\n)\n// one\nfunc buy() {\n}\n// All else: the front page.\nrest";
        assert_eq!(lines(program), ["func buy() {", "}"]);
        let program =
            "use axum::{\n    routing::{get, post},\n    Router,\n};\n/// one\nbuy();\n// All else: the front page.";
        assert_eq!(lines(program), ["buy();"]);
    }
}
