with due as (
    select id from doku.effects where done_at is null and dead_at is null and due_at <= $1 order by due_at, id limit $3 for update skip locked
)
update doku.effects e set due_at = $2, attempt = e.attempt + 1
from due where e.id = due.id
returning e.id, e.invoice_number, e.status, e.amount, e.source, e.due_at, e.attempt, e.done_at, e.last_error, e.created_at,
    e.failures, e.dead_at, e.last_answer
