insert into doku_meta (one, version, environment, client_id, created_at) values (1, ?1, ?2, ?3, ?4)
