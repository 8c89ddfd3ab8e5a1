select id, client_id, request_id, body_sha256, invoice_number, status, amount, verdict, age, received_at
from doku.notifications
where id > $1 and ($2 = '' or invoice_number = $2) and (not $3 or verdict not in ('accepted', 'unconfirmed'))
order by id limit $4
