select invoice_number, request_id, client_id, environment, body, body_sha256, amount, reference, rank, life, alerts, answer,
    payment_url, expires_at, due_at, next_kind, attempt, revision, last_outcome, close_reason, created_at, changed_at
from doku.orders where invoice_number = $1
