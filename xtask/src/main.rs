//! Maintenance.
#[path = "../../src/codegen/mod.rs"]
mod codegen;
fn main() {
    let g = codegen::generate(&std::fs::read_to_string("spec/openapi.yaml").unwrap()).unwrap();
    std::fs::create_dir_all("/tmp/out").unwrap();
    std::fs::write("/tmp/out/types.rs", g.types).unwrap();
    std::fs::write("/tmp/out/client.rs", g.client).unwrap();
    std::fs::write("/tmp/out/30.json", g.openapi_30).unwrap();
    std::fs::write("/tmp/out/31.json", g.openapi_31).unwrap();
    std::fs::write("/tmp/out/schemas.json", g.schemas).unwrap();
}
