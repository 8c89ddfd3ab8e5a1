//! Generates types, client and schemas from `spec/openapi.yaml` into `OUT_DIR`.

#[path = "src/contract/codegen/mod.rs"]
mod codegen;

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", codegen::CONTRACT);
    println!("cargo::rerun-if-changed=src/contract/codegen");
    let contract =
        fs::read_to_string(codegen::CONTRACT).map_err(|e| format!("cannot read {}: {e}", codegen::CONTRACT))?;
    let generated = codegen::generate(&contract)?;
    let out = env::var("OUT_DIR")?;
    for (name, text) in [
        ("types.rs", &generated.types),
        ("client.rs", &generated.client),
        ("openapi-3.0.json", &generated.openapi_30),
        ("openapi-3.1.json", &generated.openapi_31),
        ("schemas.json", &generated.schemas),
    ] {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}
