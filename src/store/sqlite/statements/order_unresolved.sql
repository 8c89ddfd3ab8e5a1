-- Not closed, and: its answer is missing, its schedule is spent before its end, or something contradicts it.
select invoice_number, request_id, client_id, environment, body, body_sha256, amount, reference, rank, life, alerts, answer,
    payment_url, expires_at, due_at, next_kind, attempt, revision, last_outcome, close_reason, created_at, changed_at
from doku_orders
where invoice_number > ?1 and close_reason is null
    and ((rank = 10 and last_outcome is not null and life <> '{"under_way":0,"unresolved":0,"known":"nothing"}') or (due_at is null and rank in (0, 10, 30)) or alerts <> 0)
order by invoice_number limit ?2
