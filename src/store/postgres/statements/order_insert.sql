insert into doku.orders (invoice_number, request_id, client_id, environment, body, body_sha256, amount, reference, rank, life, alerts, answer,
    payment_url, expires_at, due_at, next_kind, attempt, revision, last_outcome, close_reason, created_at, changed_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22
where doku.internal_bind($23, $1, $6, $21)
on conflict (invoice_number) do nothing
