select id, invoice_number, status, amount, source, due_at, attempt, done_at, last_error, created_at, failures, dead_at, last_answer
from doku.effects
where id > $1 and (not $2 or done_at is null) and (not $3 or (done_at is null and dead_at is not null))
order by id limit $4
