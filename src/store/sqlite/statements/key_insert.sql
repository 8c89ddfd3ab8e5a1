insert into doku_keys (key, invoice_number, body_sha256, created_at) values (?1, ?2, ?3, ?4) on conflict (key) do nothing
