select id, invoice_number, status, amount, source, due_at, attempt, done_at, last_error, created_at
from doku.effects where invoice_number = $1 order by id
