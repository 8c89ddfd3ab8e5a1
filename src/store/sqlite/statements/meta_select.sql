select version, environment, client_id from doku_meta
