-- A store that version 1 of the schema made: one effect done, one whose handler failed, one that nobody took.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA doku;
CREATE FUNCTION doku.done(effect bigint, attempt bigint) RETURNS SETOF bigint
    LANGUAGE sql
    AS $$
    update doku.effects e set done_at = doku.now(), last_error = null
    where e.id = done.effect and e.attempt = done.attempt and e.done_at is null
    returning e.id
$$;
CREATE FUNCTION doku.enqueue(body bytea, request_id text DEFAULT (gen_random_uuid())::text) RETURNS text
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_variable
declare
    document jsonb := convert_from(body, 'UTF8')::jsonb;
    invoice text := document #>> '{order,invoice_number}';
    amount numeric := (document #>> '{order,amount}')::numeric;
    minutes numeric := coalesce((document #>> '{peer_to_peer_info,expired_time}')::numeric, 60);
    at bigint := doku.now();
    stored_id text;
    stored_key bytea;
begin
    if invoice is null or amount is null then
        raise exception 'the order has no order.invoice_number or no order.amount: nothing was stored'
            using errcode = 'invalid_parameter_value';
    end if;
    if amount <> trunc(amount) or amount not between 0 and 9999999999999999 or minutes not between 0 and 99999 then
        raise exception 'order.amount or peer_to_peer_info.expired_time is out of its range: nothing was stored'
            using errcode = 'numeric_value_out_of_range';
    end if;
    insert into doku.orders (
        invoice_number, request_id, client_id, environment, body, body_sha256, amount, reference, rank, life, alerts,
        expires_at, due_at, next_kind, attempt, revision, created_at, changed_at
    )
    select invoice, request_id, m.client_id, m.environment, body, sha256(body), amount::bigint,
        document #>> '{peer_to_peer_info,merchant_unique_reference}', 0, '{"under_way":0,"unresolved":0,"known":"nothing"}', 0,
        at + (minutes * 60000)::bigint, at, 'send', 0, 0, at, at
    from doku.meta m
    on conflict (invoice_number) do nothing;
    if found then
        return request_id;
    end if;
    select o.request_id, o.body_sha256 into stored_id, stored_key from doku.orders o where o.invoice_number = invoice;
    if stored_key is distinct from sha256(body) then
        raise exception 'the invoice number is stored with another order: nothing was stored'
            using errcode = 'unique_violation';
    end if;
    return stored_id;
end
$$;
CREATE FUNCTION doku.failed(effect bigint, attempt bigint, error text, wait interval DEFAULT '00:01:00'::interval) RETURNS SETOF bigint
    LANGUAGE sql
    AS $$
    update doku.effects e
    set last_error = left(failed.error, 200), due_at = doku.now() + (extract(epoch from wait) * 1000)::bigint
    where e.id = failed.effect and e.attempt = failed.attempt and e.done_at is null
    returning e.id
$$;
CREATE FUNCTION doku.internal_write(at bigint, n_client_id text, n_request_id text, n_key bytea, n_body bytea, n_headers text, n_invoice text, n_status text, n_amount bigint, n_verdict text, n_age text, n_reused boolean, m_id bigint, m_verdict text, o_invoice text, o_revision bigint, o_rank bigint, o_life text, o_alerts bigint, o_answer bytea, o_payment_url text, o_due_at bigint, o_next_kind text, o_last_outcome text, o_close_reason text, e_invoice text, e_status text, e_amount bigint, e_source text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
    repeated boolean;
    reused boolean;
begin
    -- All is looked at before anything is written, so that there is nothing to take back.
    if n_request_id is not null then
        perform pg_advisory_xact_lock(hashtextextended(n_client_id || ' ' || n_request_id, 0));
        select coalesce(bool_or(n.body_sha256 = n_key), false), coalesce(bool_or(n.body_sha256 <> n_key), false)
            into repeated, reused
            from doku.notifications n where n.client_id = n_client_id and n.request_id = n_request_id;
        if repeated then
            return 'repeated';
        end if;
        if reused <> n_reused then
            return 'stale';
        end if;
        if n_verdict = 'unknown_invoice' and exists (
            select from doku.orders o where o.invoice_number = n_invoice
        ) then
            return 'stale';
        end if;
    end if;
    if m_id is not null then
        perform from doku.notifications n where n.id = m_id and n.verdict = 'unknown_invoice' for update;
        if not found then
            return 'repeated';
        end if;
    end if;
    if o_invoice is not null then
        perform from doku.orders o where o.invoice_number = o_invoice and o.revision = o_revision for update;
        if not found then
            return 'stale';
        end if;
    end if;
    if n_request_id is not null then
        insert into doku.notifications
            (client_id, request_id, body_sha256, body, headers, invoice_number, status, amount, verdict, age, received_at)
        values
            (n_client_id, n_request_id, n_key, n_body, n_headers, n_invoice, n_status, n_amount, n_verdict, n_age, at);
    end if;
    if m_id is not null then
        update doku.notifications set verdict = m_verdict where id = m_id;
    end if;
    if o_invoice is not null then
        update doku.orders
        set rank = o_rank, life = o_life, alerts = o_alerts, answer = o_answer, payment_url = o_payment_url,
            due_at = o_due_at, next_kind = o_next_kind, last_outcome = o_last_outcome, close_reason = o_close_reason,
            changed_at = at, revision = revision + 1
        where invoice_number = o_invoice;
    end if;
    if e_invoice is not null then
        -- What a higher status has overtaken is not acted on any more: a late FAILED must not undo a payment.
        update doku.effects set done_at = at, last_error = 'overtaken'
        where invoice_number = e_invoice and status <> e_status and done_at is null;
        insert into doku.effects (invoice_number, status, amount, source, due_at, attempt, created_at)
        values (e_invoice, e_status, e_amount, e_source, at, 0, at)
        on conflict (invoice_number, status) do nothing;
    end if;
    return 'done';
end
$$;
CREATE FUNCTION doku.now() RETURNS bigint
    LANGUAGE sql
    AS $$
    select (extract(epoch from clock_timestamp()) * 1000)::bigint
$$;
CREATE FUNCTION doku.take(most integer DEFAULT 10, lease interval DEFAULT '00:02:00'::interval) RETURNS TABLE(effect bigint, invoice_number text, status text, amount bigint, attempt bigint)
    LANGUAGE sql
    AS $$
    with due as (
        select e.id from doku.effects e where e.done_at is null and e.due_at <= doku.now()
        order by e.due_at, e.id limit most for update skip locked
    )
    update doku.effects e
    set due_at = doku.now() + (extract(epoch from lease) * 1000)::bigint, attempt = e.attempt + 1
    from due where e.id = due.id
    returning e.id, e.invoice_number, e.status, e.amount, e.attempt
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE doku.effects (
    id bigint NOT NULL,
    invoice_number text NOT NULL,
    status text NOT NULL,
    amount bigint NOT NULL,
    source text NOT NULL,
    due_at bigint NOT NULL,
    attempt bigint NOT NULL,
    done_at bigint,
    last_error text,
    created_at bigint NOT NULL
)
WITH (fillfactor='70');
ALTER TABLE doku.effects ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME doku.effects_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE doku.meta (
    one boolean DEFAULT true NOT NULL,
    version bigint NOT NULL,
    environment text NOT NULL,
    client_id text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT meta_one_check CHECK (one)
);
CREATE TABLE doku.notifications (
    id bigint NOT NULL,
    client_id text NOT NULL,
    request_id text NOT NULL,
    body_sha256 bytea NOT NULL,
    body bytea,
    headers text,
    invoice_number text,
    status text,
    amount bigint,
    verdict text NOT NULL,
    age text NOT NULL,
    received_at bigint NOT NULL
);
ALTER TABLE doku.notifications ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME doku.notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE doku.orders (
    invoice_number text NOT NULL,
    request_id text NOT NULL,
    client_id text NOT NULL,
    environment text NOT NULL,
    body bytea,
    body_sha256 bytea NOT NULL,
    amount bigint NOT NULL,
    reference text,
    rank bigint NOT NULL,
    life text NOT NULL,
    alerts bigint NOT NULL,
    answer bytea,
    payment_url text,
    expires_at bigint NOT NULL,
    due_at bigint,
    next_kind text NOT NULL,
    attempt bigint NOT NULL,
    revision bigint NOT NULL,
    last_outcome text,
    close_reason text,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
)
WITH (fillfactor='70');
INSERT INTO doku.effects OVERRIDING SYSTEM VALUE VALUES (1, 'INV-1', 'SUCCESS', 100000, 'notification', 1767602862000, 1, 1767602742000, NULL, 1767602742000);
INSERT INTO doku.effects OVERRIDING SYSTEM VALUE VALUES (2, 'INV-2', 'SUCCESS', 100000, 'notification', 1767602743000, 1, NULL, 'no stock', 1767602742000);
INSERT INTO doku.effects OVERRIDING SYSTEM VALUE VALUES (3, 'INV-3', 'EXPIRED', 100000, 'notification', 1767602742000, 0, NULL, NULL, 1767602742000);
INSERT INTO doku.meta VALUES (true, 1, 'http://127.0.0.1:41489', 'SIM-0001-0000000000001', 1795967418580);
INSERT INTO doku.notifications OVERRIDING SYSTEM VALUE VALUES (1, 'SIM-0001-0000000000001', 'notification-0', '\x39877802f881ea7379987d8c19cf49c9c03626e806ebf58a83d209a67ef7d908', '\x7b226163717569726572223a7b226964223a22494e444f44414e41227d2c226368616e6e656c223a7b226964223a22504545525f544f5f504545525f494e444f44414e41227d2c226f72646572223a7b22616d6f756e74223a3130303030302c22696e766f6963655f6e756d626572223a22494e562d31227d2c227061796d656e74223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d2c22706565725f746f5f706565725f696e666f223a7b22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d32303236303130352d30303031227d5d2c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233222c22737461747573223a2253554343455353227d2c2273657276696365223a7b226964223a22504545525f544f5f50454552227d2c227472616e73616374696f6e223a7b2264617465223a22323032362d30312d30355430383a34383a34325a222c226f726967696e616c5f726571756573745f6964223a2237643666316331652d346236612d346435652d396135332d306331663265336434623561222c22737461747573223a2253554343455353227d7d', '{"client-id":"SIM-0001-0000000000001","content-type":"application/json","request-id":"notification-0","request-timestamp":"2026-01-05T08:45:42Z","signature":"HMACSHA256=XJWXC6E78/DfKbEqoBcJiS8pq0JX1E0GB42nlQ7PdAs="}', 'INV-1', 'SUCCESS', 100000, 'accepted', 'fresh', 1767602742000);
INSERT INTO doku.notifications OVERRIDING SYSTEM VALUE VALUES (2, 'SIM-0001-0000000000001', 'notification-1', '\x1616643a7168e8e4a84ef5b09a128f99c12d3fd457fc09ddce451e06ba33bc32', '\x7b226163717569726572223a7b226964223a22494e444f44414e41227d2c226368616e6e656c223a7b226964223a22504545525f544f5f504545525f494e444f44414e41227d2c226f72646572223a7b22616d6f756e74223a3130303030302c22696e766f6963655f6e756d626572223a22494e562d32227d2c227061796d656e74223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d2c22706565725f746f5f706565725f696e666f223a7b22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d32303236303130352d30303031227d5d2c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233222c22737461747573223a2253554343455353227d2c2273657276696365223a7b226964223a22504545525f544f5f50454552227d2c227472616e73616374696f6e223a7b2264617465223a22323032362d30312d30355430383a34383a34325a222c226f726967696e616c5f726571756573745f6964223a2237643666316331652d346236612d346435652d396135332d306331663265336434623561222c22737461747573223a2253554343455353227d7d', '{"client-id":"SIM-0001-0000000000001","content-type":"application/json","request-id":"notification-1","request-timestamp":"2026-01-05T08:45:42Z","signature":"HMACSHA256=pyhY8Sq77xdsutvgePWE0HKRW+4y/7BEdAioLsDWtl0="}', 'INV-2', 'SUCCESS', 100000, 'accepted', 'fresh', 1767602742000);
INSERT INTO doku.notifications OVERRIDING SYSTEM VALUE VALUES (3, 'SIM-0001-0000000000001', 'notification-2', '\xcbcd3fdbf1a921a56cf414d9ad5219f0212ecbd0ab512462f71767a3955ee41a', '\x7b226163717569726572223a7b226964223a22494e444f44414e41227d2c226368616e6e656c223a7b226964223a22504545525f544f5f504545525f494e444f44414e41227d2c226f72646572223a7b22616d6f756e74223a3130303030302c22696e766f6963655f6e756d626572223a22494e562d33227d2c227061796d656e74223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d2c22706565725f746f5f706565725f696e666f223a7b22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d32303236303130352d30303031227d5d2c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233222c22737461747573223a2245585049524544227d2c2273657276696365223a7b226964223a22504545525f544f5f50454552227d2c227472616e73616374696f6e223a7b2264617465223a22323032362d30312d30355430383a34383a34325a222c226f726967696e616c5f726571756573745f6964223a2237643666316331652d346236612d346435652d396135332d306331663265336434623561222c22737461747573223a2245585049524544227d7d', '{"client-id":"SIM-0001-0000000000001","content-type":"application/json","request-id":"notification-2","request-timestamp":"2026-01-05T08:45:42Z","signature":"HMACSHA256=m9oY8O3Gv6C14BaLrtlMYBcP/nLMYzx8FTHkBJODLzM="}', 'INV-3', 'EXPIRED', 100000, 'accepted', 'fresh', 1767602742000);
INSERT INTO doku.orders VALUES ('INV-1', 'e2530e7d-7688-450b-b09a-432344ffef5d', 'SIM-0001-0000000000001', 'http://127.0.0.1:41489', '\x7b2262696c6c696e675f61646472657373223a7b2261646472657373223a224a616c616e204d656c617469204e6f2e203235222c2263697479223a224a616b61727461222c22636f756e7472795f636f6465223a2249444e222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535222c22706f7374616c5f636f6465223a223132393630227d2c22637573746f6d6572223a7b22656d61696c223a22732e77406d61696c2e6578616d706c65222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535227d2c226f72646572223a7b22616d6f756e74223a3130303030302c2263616c6c6261636b5f75726c5f63616e63656c223a2268747470733a2f2f6d65726368616e742e6578616d706c652f63616e63656c222c22696e766f6963655f6e756d626572223a22494e562d31222c226c696e655f6974656d73223a5b7b2263617465676f7279223a22666f6f642d616e642d6265766572616765222c226964223a2231303032222c226e616d65223a224179616d2067657072656b222c227072696365223a3130303030302c227175616e74697479223a317d5d7d2c22706565725f746f5f706565725f696e666f223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', '\x8f2e44e0a928637c28a4a61d75ef0453d075a0efc49e97d315a25ecb58c4fc8a', 100000, '60123', 60, '{"under_way":0,"unresolved":0,"known":"exists"}', 0, '\x7b226f72646572223a7b22696e766f6963655f6e756d626572223a22494e562d31222c22616d6f756e74223a3130303030307d2c227061796d656e74223a7b22737461747573223a2250454e44494e47222c2275726c223a22687474703a2f2f3132372e302e302e313a34313438392f7061792f3933366639343531383961383430323162373461386665363366623963393564227d2c22706565725f746f5f706565725f696e666f223a7b226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d31227d5d2c22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c22637265617465645f646174655f757463223a22323032362d30312d30355430383a34353a34325a222c22657870697265645f646174655f757463223a22323032362d30312d30355430393a34353a34325a222c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', 'http://127.0.0.1:41489/pay/936f945189a84021b74a8fe63fb9c95d', 1767606342000, 1767689360717, 'ask', 1, 2, 'answered', NULL, 1767602742000, 1767602742000);
INSERT INTO doku.orders VALUES ('INV-2', 'de96628c-c210-4b31-bd8b-a71e4f316169', 'SIM-0001-0000000000001', 'http://127.0.0.1:41489', '\x7b2262696c6c696e675f61646472657373223a7b2261646472657373223a224a616c616e204d656c617469204e6f2e203235222c2263697479223a224a616b61727461222c22636f756e7472795f636f6465223a2249444e222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535222c22706f7374616c5f636f6465223a223132393630227d2c22637573746f6d6572223a7b22656d61696c223a22732e77406d61696c2e6578616d706c65222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535227d2c226f72646572223a7b22616d6f756e74223a3130303030302c2263616c6c6261636b5f75726c5f63616e63656c223a2268747470733a2f2f6d65726368616e742e6578616d706c652f63616e63656c222c22696e766f6963655f6e756d626572223a22494e562d32222c226c696e655f6974656d73223a5b7b2263617465676f7279223a22666f6f642d616e642d6265766572616765222c226964223a2231303032222c226e616d65223a224179616d2067657072656b222c227072696365223a3130303030302c227175616e74697479223a317d5d7d2c22706565725f746f5f706565725f696e666f223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', '\x090073a824b07758de4cd9b4d881ba636fe56e11ba5131154bb0d70e7148240d', 100000, '60123', 60, '{"under_way":0,"unresolved":0,"known":"exists"}', 0, '\x7b226f72646572223a7b22696e766f6963655f6e756d626572223a22494e562d32222c22616d6f756e74223a3130303030307d2c227061796d656e74223a7b22737461747573223a2250454e44494e47222c2275726c223a22687474703a2f2f3132372e302e302e313a34313438392f7061792f3231313030363562323966653438613739333839343938633039653164633630227d2c22706565725f746f5f706565725f696e666f223a7b226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d32227d5d2c22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c22637265617465645f646174655f757463223a22323032362d30312d30355430383a34353a34325a222c22657870697265645f646174655f757463223a22323032362d30312d30355430393a34353a34325a222c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', 'http://127.0.0.1:41489/pay/2110065b29fe48a79389498c09e1dc60', 1767606342000, 1767689286937, 'ask', 1, 2, 'answered', NULL, 1767602742000, 1767602742000);
INSERT INTO doku.orders VALUES ('INV-3', '6243d646-6317-462f-9abd-cda05d098b98', 'SIM-0001-0000000000001', 'http://127.0.0.1:41489', '\x7b2262696c6c696e675f61646472657373223a7b2261646472657373223a224a616c616e204d656c617469204e6f2e203235222c2263697479223a224a616b61727461222c22636f756e7472795f636f6465223a2249444e222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535222c22706f7374616c5f636f6465223a223132393630227d2c22637573746f6d6572223a7b22656d61696c223a22732e77406d61696c2e6578616d706c65222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535227d2c226f72646572223a7b22616d6f756e74223a3130303030302c2263616c6c6261636b5f75726c5f63616e63656c223a2268747470733a2f2f6d65726368616e742e6578616d706c652f63616e63656c222c22696e766f6963655f6e756d626572223a22494e562d33222c226c696e655f6974656d73223a5b7b2263617465676f7279223a22666f6f642d616e642d6265766572616765222c226964223a2231303032222c226e616d65223a224179616d2067657072656b222c227072696365223a3130303030302c227175616e74697479223a317d5d7d2c22706565725f746f5f706565725f696e666f223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', '\x88e15a0b1faf1fa1b25ca34c0225a75c979cbaae736f2ff5cd7514c589ceb92e', 100000, '60123', 50, '{"under_way":0,"unresolved":0,"known":"exists"}', 0, '\x7b226f72646572223a7b22696e766f6963655f6e756d626572223a22494e562d33222c22616d6f756e74223a3130303030307d2c227061796d656e74223a7b22737461747573223a2250454e44494e47222c2275726c223a22687474703a2f2f3132372e302e302e313a34313438392f7061792f3364366435373062376630343462623161356661333230366461616234356337227d2c22706565725f746f5f706565725f696e666f223a7b226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d33227d5d2c22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c22637265617465645f646174655f757463223a22323032362d30312d30355430383a34353a34325a222c22657870697265645f646174655f757463223a22323032362d30312d30355430393a34353a34325a222c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', 'http://127.0.0.1:41489/pay/3d6d570b7f044bb1a5fa3206daab45c7', 1767606342000, NULL, 'ask', 1, 2, 'answered', NULL, 1767602742000, 1767602742000);
INSERT INTO doku.orders VALUES ('INV-4', 'c44014b1-a2f1-42aa-8812-d866a90ee131', 'SIM-0001-0000000000001', 'http://127.0.0.1:41489', '\x7b2262696c6c696e675f61646472657373223a7b2261646472657373223a224a616c616e204d656c617469204e6f2e203235222c2263697479223a224a616b61727461222c22636f756e7472795f636f6465223a2249444e222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535222c22706f7374616c5f636f6465223a223132393630227d2c22637573746f6d6572223a7b22656d61696c223a22732e77406d61696c2e6578616d706c65222c2266697273745f6e616d65223a2253617269222c2270686f6e65223a2236323831313232333334343535227d2c226f72646572223a7b22616d6f756e74223a3130303030302c2263616c6c6261636b5f75726c5f63616e63656c223a2268747470733a2f2f6d65726368616e742e6578616d706c652f63616e63656c222c22696e766f6963655f6e756d626572223a22494e562d34222c226c696e655f6974656d73223a5b7b2263617465676f7279223a22666f6f642d616e642d6265766572616765222c226964223a2231303032222c226e616d65223a224179616d2067657072656b222c227072696365223a3130303030302c227175616e74697479223a317d5d7d2c22706565725f746f5f706565725f696e666f223a7b226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', '\xa1eb92795adb0056b39c5462a84cdeb4d3b5a9673a6406a20cb64eab776bdb33', 100000, '60123', 30, '{"under_way":0,"unresolved":0,"known":"exists"}', 0, '\x7b226f72646572223a7b22696e766f6963655f6e756d626572223a22494e562d34222c22616d6f756e74223a3130303030307d2c227061796d656e74223a7b22737461747573223a2250454e44494e47222c2275726c223a22687474703a2f2f3132372e302e302e313a34313438392f7061792f3032316233393464303534373463623539623235313563386434653431383062227d2c22706565725f746f5f706565725f696e666f223a7b226964656e746966696572223a5b7b226e616d65223a22494e444f44414e415f4f524445525f4944222c2276616c7565223a22494e562d34227d5d2c22637265617465645f64617465223a223230323630313035313534353432222c22657870697265645f64617465223a223230323630313035313634353432222c22637265617465645f646174655f757463223a22323032362d30312d30355430383a34353a34325a222c22657870697265645f646174655f757463223a22323032362d30312d30355430393a34353a34325a222c226d65726368616e745f756e697175655f7265666572656e6365223a223630313233227d7d', 'http://127.0.0.1:41489/pay/021b394d05474cb59b2515c8d4e4180b', 1767606342000, 1767602869627, 'ask', 1, 1, 'answered', NULL, 1767602742000, 1767602742000);
SELECT pg_catalog.setval('doku.effects_id_seq', 3, true);
SELECT pg_catalog.setval('doku.notifications_id_seq', 3, true);
ALTER TABLE ONLY doku.effects
    ADD CONSTRAINT effects_invoice_number_status_key UNIQUE (invoice_number, status);
ALTER TABLE ONLY doku.effects
    ADD CONSTRAINT effects_pkey PRIMARY KEY (id);
ALTER TABLE ONLY doku.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (one);
ALTER TABLE ONLY doku.notifications
    ADD CONSTRAINT notifications_client_id_request_id_body_sha256_key UNIQUE (client_id, request_id, body_sha256);
ALTER TABLE ONLY doku.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);
ALTER TABLE ONLY doku.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (invoice_number);
ALTER TABLE ONLY doku.orders
    ADD CONSTRAINT orders_request_id_key UNIQUE (request_id);
CREATE INDEX effects_due ON doku.effects USING btree (due_at) WHERE (done_at IS NULL);
CREATE INDEX notifications_invoice ON doku.notifications USING btree (invoice_number);
CREATE INDEX notifications_unmatched ON doku.notifications USING btree (id) WHERE (verdict = 'unknown_invoice'::text);
CREATE INDEX orders_due ON doku.orders USING btree (due_at) WHERE (due_at IS NOT NULL);
