//! `doku new`: a shop in a language of choice, behind the sidecar.

mod language;

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, ValueEnum as _};
use serde_json::json;
use uuid::Uuid;

use self::language::{Language, LanguageShop};
use super::output::{self, Exit, Failure, shell_word};

/// Write a small shop in a language of your choice
///
/// It places an order through `doku sidecar`, sends the customer to the payment page, and acts on the outcome once.
/// Settings and fresh secrets are written beside it, for the simulator. The folder must be empty or new.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 written, 2 the folder cannot be used")]
pub(crate) struct NewArgs {
    /// The language
    #[arg(long, value_enum)]
    lang: Language,

    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");
const SETTINGS: &str = include_str!("new/shops/sidecar.toml");
const README: &str = include_str!("new/shops/README.md");
const IGNORED: &str = "/doku.db*\n/simulator.json\n/secrets/\n/target/\n/bin/\n/obj/\n*.exe\n*.class\n__pycache__/\n";

impl NewArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        self.claim()?;
        let mut written = Vec::new();
        for (name, text) in self.files() {
            write(&self.folder.join(&name), &text).map_err(|error| self.failure(&name, &error))?;
            written.push(name);
        }
        if self.json {
            let lang = self.lang.to_possible_value().expect("each language has a name");
            let document = json!({ "folder": self.folder, "language": lang.get_name(), "files": written });
            output::print_json(&document)?;
        } else {
            output::print(&written.join("\n"))?;
        }
        let folder = shell_word(&self.folder.display().to_string());
        output::say(&format!("the shop is written; next: cd {folder}, and README.md says how to run it"));
        Ok(Exit::Done)
    }

    /// Makes the folder, or takes one that is empty.
    fn claim(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder).map_err(|error| self.failure("", &error))?;
        let mut entries = fs::read_dir(&self.folder).map_err(|error| self.failure("", &error))?;
        if entries.next().is_none() {
            return Ok(());
        }
        let folder = self.folder.display();
        Err(Failure::usage(format!("{folder} is not empty, and nothing is overwritten")).help("name a new folder"))
    }

    fn failure(&self, name: &str, error: &io::Error) -> Failure {
        let path = if name.is_empty() { self.folder.clone() } else { self.folder.join(name) };
        let what = match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "is in the way: it is no folder".to_owned(),
            kind => format!("cannot be written: {kind}"),
        };
        Failure::usage(format!("{} {what}", path.display())).help("name a folder that this user may write to")
    }

    /// Returns the names and the texts of all files.
    fn files(&self) -> Vec<(String, String)> {
        let shop = self.lang.shop();
        let mut files: Vec<_> =
            shop.files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let order = ORDER.replace("INV-20260105-0001", "CART");
        let settings = SETTINGS.replace("{client_id}", doku_simulator::CLIENT_ID);
        for (name, text) in [
            ("order.json", order),
            ("sidecar.toml", settings),
            ("README.md", readme(&shop)),
            (".gitignore", IGNORED.to_owned()),
            // The folder has to be there, and nothing in it is part of the program.
            ("effects/.gitignore", "*\n!.gitignore\n".to_owned()),
            ("secrets/doku", format!("{}\n", doku_simulator::SECRET_KEY)),
            ("secrets/token", format!("{}\n", fresh_token())),
            ("secrets/webhook", format!("{}\n", fresh_secret())),
        ] {
            files.push((name.to_owned(), text));
        }
        files
    }
}

fn readme(shop: &LanguageShop) -> String {
    README.replace("{file}", shop.files[0].0).replace("{run}", shop.run).replace("{needs}", shop.needs)
}

/// Returns a new token for the sidecar's API: 32 random bytes in hexadecimal.
fn fresh_token() -> String {
    random().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a new secret for the signatures of effects, as Standard Webhooks writes it.
fn fresh_secret() -> String {
    format!("whsec_{}", STANDARD.encode(random()))
}

/// Returns 32 bytes, 244 bits of them random.
#[expect(clippy::disallowed_methods, reason = "the secrets of a new shop are made here")]
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    for half in bytes.chunks_exact_mut(16) {
        half.copy_from_slice(Uuid::new_v4().as_bytes());
    }
    bytes
}

/// Writes a new file; secrets and the sidecar's settings are for their owner alone from the first moment.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if path.parent().is_some_and(|folder| folder.ends_with("secrets")) || path.ends_with("sidecar.toml") {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
