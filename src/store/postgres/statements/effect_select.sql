select id, invoice_number, status, amount, source, due_at, attempt, done_at, last_error, created_at, failures, dead_at, last_answer
from doku.effects where id = $1
