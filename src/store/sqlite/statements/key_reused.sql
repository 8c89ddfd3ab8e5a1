select 1 from doku_keys where key = ?1 and (invoice_number <> ?2 or body_sha256 <> ?3)
