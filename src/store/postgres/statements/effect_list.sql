select id, invoice_number, status, amount, source, due_at, attempt, done_at, last_error, created_at
from doku.effects where id > $1 and (not $2 or done_at is null) order by id limit $3
