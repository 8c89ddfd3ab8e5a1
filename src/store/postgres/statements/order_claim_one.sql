with due as (select invoice_number, life from doku.orders where invoice_number = $1 for update)
update doku.orders o
set due_at = $2, attempt = o.attempt + 1, revision = o.revision + 1,
    rank = greatest(o.rank, 10),
    life = case when o.life = '{"under_way":0,"unresolved":0,"known":"nothing"}'
        then '{"under_way":0,"unresolved":1,"known":"nothing"}' else o.life end
from due where o.invoice_number = due.invoice_number
returning o.invoice_number, o.request_id, o.client_id, o.environment, o.body, o.body_sha256, o.amount, o.reference, o.rank, o.life, o.alerts, o.answer,
    o.payment_url, o.expires_at, o.due_at, o.next_kind, o.attempt, o.revision, o.last_outcome, o.close_reason, o.created_at, o.changed_at, due.life
