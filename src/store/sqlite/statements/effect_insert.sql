insert into doku_effects (invoice_number, status, amount, source, due_at, attempt, created_at)
values (?1, ?2, ?3, ?4, ?5, 0, ?5)
on conflict (invoice_number, status) do nothing
