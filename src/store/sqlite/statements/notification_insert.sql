insert into doku_notifications
    (client_id, request_id, body_sha256, body, headers, invoice_number, status, amount, verdict, age, received_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
on conflict (client_id, request_id, body_sha256) do nothing
