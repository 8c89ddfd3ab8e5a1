//! Generates types, client and schemas from `spec/openapi.yaml` into `OUT_DIR`.

#[path = "src/contract/codegen/mod.rs"]
mod codegen;
#[path = "src/contract/codegen/refusals.rs"]
mod refusals;

use std::{env, error::Error, fs, path::Path};

/// Path of the table of refusals.
const REFUSALS: &str = "spec/refusals.toml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", codegen::CONTRACT);
    println!("cargo::rerun-if-changed={REFUSALS}");
    println!("cargo::rerun-if-changed=src/contract/codegen");
    let contract =
        fs::read_to_string(codegen::CONTRACT).map_err(|e| format!("cannot read {}: {e}", codegen::CONTRACT))?;
    let generated = codegen::generate(&contract)?;
    let refusals = fs::read_to_string(REFUSALS).map_err(|e| format!("cannot read {REFUSALS}: {e}"))?;
    let refusals = refusals::generate(&refusals).map_err(|e| format!("{REFUSALS}: {e}"))?;
    let out = env::var("OUT_DIR")?;
    for (name, text) in [
        ("types.rs", &generated.types),
        ("client.rs", &generated.client),
        ("openapi-3.0.json", &generated.openapi_30),
        ("openapi-3.1.json", &generated.openapi_31),
        ("schemas.json", &generated.schemas),
        ("refusals.rs", &refusals),
    ] {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}
