select n.id, n.client_id, n.request_id, n.body_sha256, n.invoice_number, n.status, n.amount, n.verdict, n.age, n.received_at
from doku.notifications n join doku.orders o on o.invoice_number = n.invoice_number
where n.verdict = 'unknown_invoice' order by n.id limit $1
