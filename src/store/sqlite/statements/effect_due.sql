select id, invoice_number, status, amount, source, due_at, attempt, done_at, last_error, created_at, failures, dead_at, last_answer
from doku_effects where done_at is null and dead_at is null and due_at <= ?1 order by due_at, id limit ?2
