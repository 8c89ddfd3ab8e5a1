//! A small page of the same structure as DOKU's, written in each form.

use crate::page::Form;

pub(super) type Rows = Vec<Vec<String>>;

/// What the page says; each form is written from it.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) endpoint: Rows,
    pub(super) headers: Rows,
    pub(super) header_sample: String,
    /// Names of the columns of both tables of fields.
    pub(super) columns: String,
    pub(super) request: Rows,
    pub(super) sample: String,
    pub(super) status: Rows,
    pub(super) answer_headers: Rows,
    pub(super) response: Rows,
    pub(super) answer: String,
    /// Paragraphs outside of tables. In all texts, `[words]` is a link.
    pub(super) note: String,
    pub(super) end: Vec<String>,
}

fn rows<const N: usize>(rows: &[[&str; N]]) -> Rows {
    rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}

impl Page {
    pub(super) fn new() -> Self {
        Self {
            endpoint: rows(&[
                ["HTTP Method", "POST"],
                ["API endpoint (Sandbox)", "https://sandbox.example/indodana/v2/order"],
            ]),
            headers: rows(&[["Client-Id", "Who calls"], ["Request-Id", "A key of yours (max 128 characters)"], ["Signature", "A proof. See [this part] of it."]]),
            header_sample: "Client-Id: MCH-1\nRequest-Id: 77".into(),
            columns: "Parameter|Type|Mandatory|Description".into(),
            request: rows(&[
                ["order.number", "string", "Mandatory", "Your number of it Allowed chars: alphabetic, numeric Max length: 64"],
                ["order.total", "number", "Mandatory", "What it costs Allowed chars: numeric Max length: 16"],
                ["order.items.price", "decimal", "Mandatory", "Price of one Max Length: 16.2"],
                ["order.items.kind", "enum", "Mandatory", "Kind of thing. The list of enum : toys-and-games food other If unsure, take other"],
                ["order.back_url", "string", "Optional", r"Where to return Only support: ^[a-z()\\-=\\\\.\\?:&_ %]$#"],
                ["buyer", "json", "Mandatory", "Who buys Allowed chars: object"],
                ["buyer.email", "string", "Mandatory", "A mailbox. Max Length: 16"],
                ["buyer.phone", "string", "Optional", "A phone. Format: {country}{number}. Max Length: 16"],
                ["more.notify_url", "string", "Optional", ""],
            ]),
            sample: r#"{
    "order": {
        "number": "A-1",
        "total": 100,
        "items": [
            {
                "price": 50.5,
                "kind": "food"
            }
        ],
        "back_url": "https://shop.example/a?b=1&c"
    },
    "buyer": {
        "email": "somebody@x.example",
        "phone": "62811"
    }
}"#
            .into(),
            status: rows(&[["HTTP Status", "200"], ["Result", "SUCCESS"]]),
            answer_headers: rows(&[["Client-Id", "As it came"], ["Response-Timestamp", "When it left, in ISO 8601"]]),
            response: rows(&[
                ["order.number", "string", "Mandatory", "As it was sent"],
                ["payment.state", "string", "Mandatory", "How it stands Possible value: OPEN, SHUT"],
                ["payment.due", "string", "Conditional", "Due, with the format of yyyyMMddHHmmss."],
                ["payment.note", "string", "Optional", "Time left, in minutes Max length: 40"],
            ]),
            answer: "{\n    \"order\": {\n        \"number\": \"B-2\"\n    },\n    \"payment\": {\n        \"state\": \"OPEN\"\n    }\n}".into(),
            note: "Mind the [order], and count its parts.".into(),
            end: ["That is all.", "Ask whoever knows."].map(str::to_owned).to_vec(),
        }
    }

    pub(super) fn write(&self, form: Form) -> String {
        match form {
            Form::Text => self.text(),
            Form::Window => self.window(),
            Form::Markdown => self.markdown(),
            Form::Html => self.html(),
        }
    }

    fn text(&self) -> String {
        // A description with a link is lost, and stands at the end.
        let table = |columns: &str, rows: &Rows| {
            let cells = rows
                .iter()
                .flatten()
                .filter(|cell| !cell.is_empty() && !cell.contains(" ["))
                .cloned()
                .collect::<Vec<_>>();
            format!("{}\n\n{}", columns.replace('|', "\n"), cells.join("\n\n"))
        };
        let parts = [
            "API Reference\n  • Signature of Response Header\nOn this page".to_owned(),
            "Indodana\n\nLast updated 6 months ago\n\n1. Obtain the page by generating order\n\nAPI Request".into(),
            table("Type|Value", &self.endpoint),
            self.note.replace(['[', ']'], ""),
            format!("Here is the sample of request header to order:\n\n{}", self.header_sample),
            format!("Request Header Explanation\n\n{}", table("Parameter|Description", &self.headers)),
            format!("Here is the sample request body to order:\n\n{}", self.sample),
            format!("Request Body Explanation\n\n{}", table(&self.columns, &self.request)),
            format!(
                "API Response\n\nAfter hitting the API request, this comes.\n\n{}",
                table("Type|Value", &self.status)
            ),
            format!("Response Header Explanation\n\n{}", table("Parameter|Description", &self.answer_headers)),
            format!("Here is the sample of response body:\n\n{}", self.answer),
            format!("Response Body Explanation\n\n{}", table(&self.columns, &self.response)),
            format!("2. Show the payment page\n\n{}", self.end.join("\n\n")),
        ];
        let rows = self.headers.iter().chain(&self.request).chain(&self.response);
        let linked = rows.filter_map(|row| {
            let (start, rest) = row.last()?.split_once(" [")?;
            let (link, rest) = rest.split_once(']')?;
            Some((format!("{start}{rest}"), link))
        });
        let (texts, links): (Vec<_>, Vec<_>) = linked.unzip();
        [&parts[..], &texts[..], &[links.join("\n") + "\n"]].concat().join("\n\n")
    }

    /// Writes what a browser copies: a row is a line with tabs, a description has its own lines, links stand where they are.
    fn window(&self) -> String {
        let plain = |text: &str| {
            if text.contains(" [") { text.replace(" [", " ").replacen(']', "", 1) } else { text.to_owned() }
        };
        let table = |columns: &str, rows: &Rows| {
            let lines = rows.iter().map(|row| {
                let cells: Vec<_> = row.iter().map(|cell| plain(cell)).collect();
                cells.join("\t").replace(" Allowed", "\nAllowed").replace(" Max ", "\nMax ")
            });
            format!("{}\n{}", columns.replace('|', "\t"), lines.collect::<Vec<_>>().join("\n"))
        };
        let parts = [
            "Skip to content\nDOKU\nGetting Started\nIndodana\nKredivo\nAccept Payment\nPaylater\nIndodana".to_owned(),
            "Copy page".into(),
            "1. Obtain the page by generating order".into(),
            format!("API Request\n{}", table("Type|Value", &self.endpoint)),
            plain(&self.note),
            format!("Here is the sample of request header to order:\n\n{}\nCopy", self.header_sample),
            format!("Request Header Explanation\n{}", table("Parameter|Description", &self.headers)),
            format!("Here is the sample request body to order:\n\n{}\nCopy", self.sample),
            format!("Request Body Explanation\n{}", table(&self.columns, &self.request)),
            "API Response\nAfter hitting the API request, this comes.".into(),
            table("Type|Value", &self.status),
            format!("Response Header Explanation\n{}", table("Parameter|Description", &self.answer_headers)),
            format!("Here is the sample of response body:\n\n{}\nCopy", self.answer),
            format!("Response Body Explanation\n{}", table(&self.columns, &self.response)),
            format!("2. Show the payment page\n{}", self.end.join("\n")),
            "Previous\nKredivo\nNext\nDigital Banking\nLast updated 6 months ago\nWas this helpful?".into(),
        ];
        parts.join("\n\n")
    }

    fn markdown(&self) -> String {
        let mark = |text: &String| {
            let text = text
                .chars()
                .flat_map(|letter| [(r"\_*|{}[]".contains(letter)).then_some('\\'), Some(letter)])
                .flatten()
                .collect::<String>();
            if text.contains(r" \[") {
                text.replace(r" \[", " [").replace(r"\]", "](https://docs.example/a)")
            } else {
                text
            }
        };
        let pipes = |columns: &str, rows: &Rows| {
            let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
            let rows: String = rows.iter().map(|row| line(row.iter().map(mark).collect())).collect();
            let count = columns.split('|').count();
            format!("| {} |\n|{}\n{rows}", columns.replace('|', " | "), " --- |".repeat(count))
        };
        format!(
            "# Indodana\n\n### 1. Obtain the page by generating order <a href=\"#id-1\" id=\"id-1\"></a>\n\n#### API Request&#x20;\n\n{}\n\
             {{% hint style=\"info\" %}}\n{}&#x20;\n{{% endhint %}}\n\n\
             Here is the sample of request header to order:&#x20;\n\n{{% code title=\"headers\" %}}\n```\n{}\n```\n{{% endcode %}}\n\n\
             #### Request Header Explanation\n\n{}\nHere is the sample request body to order:\n\n```json\n{}\n```\n\n\
             #### Request Body Explanation\n\n{}\n\n#### API Response <a href=\"#r\" id=\"r\"></a>\n\nAfter hitting the API request, this comes.\n\n{}\n#### Response Header Explanation\n\n{}\n\
             Here is the sample of response body:\n\n```json\n{}\n```\n\n**Response Body Explanation**\n\n{}\n\
             ### 2. Show the payment page\n\n{}\n",
            pipes("**Type**|**Value**", &self.endpoint),
            mark(&self.note),
            self.header_sample,
            pipes("Parameter|Description", &self.headers),
            self.sample,
            one_line(&self.columns, &self.request),
            pipes("Type|Value", &self.status),
            pipes("Parameter|Description", &self.answer_headers),
            self.answer,
            pipes(&self.columns, &self.response),
            self.end.join("\n\n"),
        )
    }

    fn html(&self) -> String {
        let roles = |columns: &str, rows: &Rows| {
            let head: String = columns
                .split('|')
                .map(|name| format!("<div role=\"columnheader\"><span>{name}</span></div>"))
                .collect();
            let cell = |cell: &String| format!("<div class=\"c\" role=\"cell\">\n  <p>{}</p>\n</div>", linked(cell));
            let rows: String = rows
                .iter()
                .map(|row| format!("\n<div role=\"row\">{}</div>", row.iter().map(cell).collect::<String>()))
                .collect();
            format!("<div role=\"table\"><div role=\"row\">{head}</div>{rows}</div>")
        };
        let code = |text: &str| {
            let line = |line: &str| format!("<span class=\"line\"><span>{}</span></span>\n", escape(line));
            format!("<button>Copy</button><pre><code>{}</code></pre>", text.lines().map(line).collect::<String>())
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Indodana</title><script>if (1 < 2) {{ \"<table>\" }}</script></head>\n<body>\n\
             <nav><ul><li>Signature of Response Header</ul></nav>\n<h1>Indodana</h1>\n<h3>1. Obtain the page by generating order</h3>\n<h4>API Request</h4>\n{}\n\
             <p>{}</p>\n<p>Here is the sample of request header to order:</p>\n{}\n<h4>Request Header Explanation</h4>\n{}\n\
             <p>Here is the sample request body to order:</p>\n{}\n<h4>Request Body Explanation</h4>\n{}\n<h4>API Response</h4>\n\
             <p>After hitting the API request, this comes.</p>\n{}\n<h4>Response Header Explanation</h4>\n{}\n<p>Here is the sample of response body:</p>\n{}\n\
             <h4>Response Body Explanation</h4>\n{}\n<h3>2. Show the payment page</h3>\n<p>{}</p>\n</body></html>\n",
            roles("Type|Value", &self.endpoint),
            linked(&self.note),
            code(&self.header_sample),
            roles("Parameter|Description", &self.headers),
            code(&self.sample),
            roles(&self.columns, &self.request),
            roles("Type|Value", &self.status),
            roles("Parameter|Description", &self.answer_headers),
            code(&self.answer),
            one_line(&self.columns, &self.response).replace("</td>", "").replace("<tr>", "\n<tr>"),
            self.end.join("</p>\n<p>"),
        )
    }
}

/// `~~words~~` are struck through.
fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let mut parts = text.split("~~");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |text, (at, part)| text + if at % 2 == 0 { "<del>" } else { "</del>" } + part)
}

/// Writes a text whose links are `[words]`; the brackets of a pattern have no space before them.
fn linked(text: &str) -> String {
    let text = escape(text);
    if text.contains(" [") {
        text.replace(" [", " <a href=\"https://docs.example/a\">").replace(']', "</a>")
    } else {
        text
    }
}

/// Writes a table as GitBook does it in its Markdown.
fn one_line(columns: &str, rows: &Rows) -> String {
    let cell = |(at, cell): (usize, &String)| match at {
        0 => format!("<td><code>{cell}</code></td>"),
        _ => format!(
            "<td>{}</td>",
            escape(cell).replace(" Allowed", "<br>Allowed").replace(" Max ", "<br><strong>Max</strong> ")
        ),
    };
    let rows: String =
        rows.iter().map(|row| format!("<tr>{}</tr>", row.iter().enumerate().map(cell).collect::<String>())).collect();
    let head: String = columns.split('|').map(|name| format!("<th width=\"214\">{name}</th>")).collect();
    format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
}
