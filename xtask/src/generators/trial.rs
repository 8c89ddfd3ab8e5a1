//! One generator each: how it is installed and run, what compiles its output, and what tries it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use super::{Failure, payload::COMPONENTS};
use crate::tool::{packages, python, read, target};

/// Which payloads were accepted, in their order; or why what was generated does not compile.
pub(super) type Verdicts = Result<Vec<bool>, String>;

/// A generator, at the version that was tried.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub(super) generator: &'static str,
    /// Language of what it generates, and what reads a JSON text there.
    pub(super) language: &'static str,
    /// Options that matter to the result.
    pub(super) options: &'static str,
    /// What its users should know.
    pub(super) note: &'static str,
    /// What it reads, below `spec/generated`; `schemas` is that folder.
    pub(super) inputs: &'static [&'static str],
    /// Generates from an input into a folder, compiles, and tries the payloads that a file lists.
    pub(super) run: fn(&str, &Path, &Path) -> Result<Verdicts, Failure>,
}

impl Trial {
    /// Returns the name of the folder for what is generated from an input.
    pub(super) fn slug(&self, input: &str) -> String {
        let name = format!("{} {} {input}", self.generator, self.language);
        name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
    }
}

const OPENAPI: [&str; 2] = ["openapi-3.0.json", "openapi-3.1.json"];

const PYTHON: [&str; 5] = [
    "datamodel-code-generator==0.89.0",
    "openapi-generator-cli==7.26.0",
    "pydantic==2.14.4",
    "python-dateutil==4.0.0",
    "urllib3==2.8.0",
];
const NODE: [&str; 4] = ["@hey-api/openapi-ts@0.95.0", "openapi-typescript@7.13.0", "typescript@5.9.3", "zod@4.3.6"];

const JAVA: &str = "openApiNullable=false,supportUrlQuery=false,hideGenerationTimestamp=true";

pub(super) const TRIALS: [Trial; 5] = [
    Trial {
        generator: "datamodel-code-generator 0.89.0",
        language: "Python, pydantic 2.14.4",
        options: "--use-annotated",
        note: "pydantic takes `\"2\"` and `true` for a number unless `strict=True` is given, which then refuses `2.0`. Optional members \
               are `None` and take `null`, which the contract does not: write with `exclude_none=True`.",
        inputs: &["openapi-3.0.json", "openapi-3.1.json", "schemas"],
        run: datamodel,
    },
    Trial {
        generator: "openapi-generator 7.26.0",
        language: "Python, pydantic 2.14.4",
        options: "-g python",
        note: "Unknown members are dropped without a word. `$` of a pattern also matches before a line feed at the end. Integers \
               written `2.0` are refused. `null` is taken for a member that is left out.",
        inputs: &OPENAPI,
        run: openapi_python,
    },
    Trial {
        generator: "openapi-generator 7.26.0",
        language: "Java 17, Jackson",
        options: "-g java --library native --additional-properties openApiNullable=false,supportUrlQuery=false \
                  --type-mappings integer=Long --schema-mappings ErrorMessage=java.lang.Object",
        note: "The classes have the shape and no limits. Without the mapping of `integer` an amount of more than 31 bits is refused; \
               without that of `ErrorMessage`, and with `toUrlQueryString`, the classes do not compile.",
        inputs: &OPENAPI,
        run: openapi_java,
    },
    Trial {
        generator: "@hey-api/openapi-ts 0.95.0",
        language: "TypeScript, zod 4.3.6",
        options: "-p @hey-api/typescript zod",
        note: "Unknown members are dropped without a word. Amounts beyond 2^53 are refused, as JavaScript cannot hold them; lengths \
               count UTF-16 units, so a limit is reached earlier with characters such as emoji.",
        inputs: &OPENAPI,
        run: zod,
    },
    Trial {
        generator: "openapi-typescript 7.13.0",
        language: "TypeScript 5.9.3, types alone",
        options: "",
        note: "Types have no limits and do nothing at run time. That unknown members are refused holds for literals alone.",
        inputs: &OPENAPI,
        run: types,
    },
];

/// Returns the folder of all that is generated here.
pub(super) fn folder() -> PathBuf {
    target().join("generators")
}

fn datamodel(input: &str, folder: &Path, payloads: &Path) -> Result<Verdicts, Failure> {
    let generator = program("datamodel-codegen")?;
    let folder = emptied(folder)?;
    let generate = |input: &str, kind: &str, output: &str| {
        let options = ["--output-model-type", "pydantic_v2.BaseModel", "--use-annotated", "--target-python-version"];
        let options = [&options[..], &["3.11", "--disable-timestamp", "--formatters", "builtin"]].concat();
        let files = ["--input", &artifact(input), "--input-file-type", kind, "--output"].map(str::to_owned);
        read(Command::new(&generator).args(options).args(files).arg(folder.join(output))).map_err(Failure::Wrong)
    };
    if input != "schemas" {
        generate(input, "openapi", "models.py")?;
        return pydantic(&folder, "models", "model_validate_json", payloads);
    }
    for (_, component) in COMPONENTS {
        generate(&format!("schemas/{component}.json"), "jsonschema", &format!("{component}.py"))?;
    }
    pydantic(&folder, "{}", "model_validate_json", payloads)
}

fn openapi_python(input: &str, folder: &Path, payloads: &Path) -> Result<Verdicts, Failure> {
    openapi_generator(input, folder, &["-g", "python"])?;
    pydantic(folder, "openapi_client", "from_json", payloads)
}

/// Importing the models is what compiling is elsewhere.
fn pydantic(folder: &Path, module: &str, method: &str, payloads: &Path) -> Result<Verdicts, Failure> {
    let python = program("python")?;
    let import = module.replace("{}", COMPONENTS[0].1);
    let compile = read(Command::new(&python).arg("-c").arg(format!("import {import}")).env("PYTHONPATH", folder));
    if let Err(reason) = compile {
        return Ok(Err(reason));
    }
    let script = "xtask/src/generators/accept.py";
    verdicts(Command::new(python).args(["-B", script]).arg(folder).args([module, method]).arg(payloads))
}

/// The generator is one jar, which has Jackson in it: nothing else is needed to compile and to run what it generates.
fn openapi_java(input: &str, folder: &Path, payloads: &Path) -> Result<Verdicts, Failure> {
    read(Command::new("javac").arg("-version")).map_err(Failure::Lacking)?;
    let mappings = ["--type-mappings", "integer=Long", "--schema-mappings", "ErrorMessage=java.lang.Object"];
    let parts = "models,supportingFiles,apis,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";
    let options = ["-g", "java", "--library", "native", "--additional-properties", JAVA, "--global-property", parts];
    let generator = openapi_generator(input, folder, &[&options[..], &mappings].concat())?;
    let lookup = "import openapi_generator_cli as cli, os; print(os.path.dirname(cli.__file__))";
    let package =
        read(Command::new(generator.with_file_name("python")).args(["-c", lookup])).map_err(Failure::Wrong)?;
    let jar = Path::new(package.trim()).join("openapi-generator.jar");
    let classes = folder.join("classes");
    let mut sources = files(&folder.join("src/main/java"))?;
    sources.extend(["Accept", "Generated"].map(|name| PathBuf::from(format!("xtask/src/generators/{name}.java"))));
    let compiler = ["-nowarn", "-encoding", "UTF-8", "-d"];
    if let Err(reason) = read(Command::new("javac").args(compiler).arg(&classes).arg("-cp").arg(&jar).args(sources)) {
        return Ok(Err(reason));
    }
    let path = env::join_paths([&classes, &jar]).map_err(|error| Failure::Wrong(error.to_string()))?;
    verdicts(Command::new("java").arg("-cp").arg(path).arg("Accept").arg(payloads))
}

fn openapi_generator(input: &str, folder: &Path, options: &[&str]) -> Result<PathBuf, Failure> {
    read(Command::new("java").arg("-version")).map_err(Failure::Lacking)?;
    let generator = program("openapi-generator-cli")?;
    let files = ["generate", "-i", &artifact(input), "-o"].map(str::to_owned);
    read(Command::new(&generator).args(files).arg(emptied(folder)?).args(options)).map_err(Failure::Wrong)?;
    Ok(generator)
}

/// The output lies beside `node_modules`, because that is where imports are looked for.
fn zod(input: &str, folder: &Path, payloads: &Path) -> Result<Verdicts, Failure> {
    let tools = packages("generators", &NODE).map_err(Failure::Lacking)?;
    let folder = emptied(&tools.join(folder.file_name().unwrap_or_default()))?;
    let program = tools.join("node_modules/.bin/openapi-ts");
    let options = ["-p", "@hey-api/typescript", "zod"];
    read(Command::new(program).arg("-i").arg(artifact(input)).arg("-o").arg(&folder).args(options))
        .map_err(Failure::Wrong)?;
    let compiled = folder.join("compiled");
    let sources = ["types.gen.ts", "zod.gen.ts"].map(|name| folder.join(name));
    if let Err(reason) = read(typescript(&tools).arg("--outDir").arg(&compiled).args(sources)) {
        return Ok(Err(reason));
    }
    verdicts(Command::new("node").arg("xtask/src/generators/accept.mjs").arg(compiled.join("zod.gen.js")).arg(payloads))
}

/// There is nothing to run: each payload is written down as a value, and the compiler accepts or refuses it as its type.
fn types(input: &str, folder: &Path, payloads: &Path) -> Result<Verdicts, Failure> {
    let tools = packages("generators", &NODE).map_err(Failure::Lacking)?;
    let folder = emptied(folder)?;
    let generated = folder.join("contract.ts");
    let program = tools.join("node_modules/.bin/openapi-typescript");
    read(Command::new(program).arg(artifact(input)).arg("-o").arg(&generated)).map_err(Failure::Wrong)?;
    if let Err(reason) = read(typescript(&tools).arg("--noEmit").arg(generated)) {
        return Ok(Err(reason));
    }
    let wrong = |error: String| Failure::Wrong(format!("{}: {error}", payloads.display()));
    let list = fs::read_to_string(payloads).map_err(|error| wrong(error.to_string()))?;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).map_err(|error| wrong(error.to_string()))?;
    let mut sources = Vec::new();
    for (number, payload) in list.iter().enumerate() {
        let [component, text] = ["component", "text"].map(|name| payload[name].as_str().unwrap_or_default());
        let source = folder.join(format!("payload{number}.ts"));
        let kind = format!("components[\"schemas\"][\"{component}\"]");
        // A member that is not described is refused in a literal alone. That suits what is sent, not what is received.
        let value = if component == COMPONENTS[0].1 {
            format!("export const payload: {kind} = {text};\n")
        } else {
            format!("const received = {text};\nexport const payload: {kind} = received;\n")
        };
        let module = format!("import type {{ components }} from \"./contract\";\n{value}");
        fs::write(&source, module).map_err(|error| Failure::Wrong(error.to_string()))?;
        sources.push(source);
    }
    // It fails, because some are refused.
    let output = typescript(&tools).args(["--noEmit", "--pretty", "false"]).args(sources).output();
    let output = output.map_err(|error| Failure::Lacking(format!("cannot start tsc: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let refused = |number: &usize| text.lines().any(|line| line.contains(&format!("payload{number}.ts(")));
    Ok(Ok((0..list.len()).map(|number| !refused(&number)).collect()))
}

/// Returns the path of a program of the Python packages, which are looked after once.
fn program(name: &str) -> Result<PathBuf, Failure> {
    static INSTALLED: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| python("python", &PYTHON));
    let python = INSTALLED.as_ref().map_err(|reason| Failure::Lacking(reason.clone()))?;
    Ok(python.with_file_name(name))
}

fn typescript(tools: &Path) -> Command {
    let mut compiler = Command::new(tools.join("node_modules/.bin/tsc"));
    compiler.args(["--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]);
    compiler
}

/// Returns what a program prints: a JSON list, an element for each payload.
fn verdicts(command: &mut Command) -> Result<Verdicts, Failure> {
    let text = read(command).map_err(Failure::Wrong)?;
    serde_json::from_str(text.trim())
        .map(Ok)
        .map_err(|error| Failure::Wrong(format!("{error} in the verdicts: {text}")))
}

fn artifact(name: &str) -> String {
    format!("spec/generated/{name}")
}

/// Returns a folder, which is there and empty.
fn emptied(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|error| Failure::Wrong(format!("cannot empty {}: {error}", folder.display())))?;
    }
    fs::create_dir_all(folder).map_err(|error| Failure::Wrong(format!("cannot make {}: {error}", folder.display())))?;
    Ok(folder.to_owned())
}

/// Returns the files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| Failure::Wrong(format!("cannot read {}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}
