-- Dead letters: an effect whose schedule is spent is not handed over any more.
alter table doku.effects
    add column failures bigint not null default 0,
    add column dead_at bigint,
    add column last_answer text;
update doku.effects set failures = attempt, last_answer = last_error where done_at is null and last_error is not null;
drop index doku.effects_due;
create index effects_due on doku.effects (due_at) where done_at is null and dead_at is null;
create index effects_dead on doku.effects (id) where done_at is null and dead_at is not null;

-- Claims up to most effects that are due. Each has to be ended by doku.done within the lease, or it is taken again.
create or replace function doku.take(most integer default 10, lease interval default '2 minutes')
returns table (effect bigint, invoice_number text, status text, amount bigint, attempt bigint)
language sql volatile as $$
    with due as (
        select e.id from doku.effects e
        where e.done_at is null and e.dead_at is null and e.due_at <= doku.now()
        order by e.due_at, e.id limit most for update skip locked
    )
    update doku.effects e
    set due_at = doku.now() + (extract(epoch from lease) * 1000)::bigint, attempt = e.attempt + 1
    from due where e.id = due.id
    returning e.id, e.invoice_number, e.status, e.amount, e.attempt
$$;

-- Ends an effect, in the merchant's own transaction. No row: another attempt ended it, or a higher status overtook it; then
-- roll back.
create or replace function doku.done(effect bigint, attempt bigint) returns setof bigint language sql volatile as $$
    update doku.effects e set done_at = doku.now(), last_error = null, last_answer = null
    where e.id = done.effect and e.attempt = done.attempt and e.done_at is null
    returning e.id
$$;

-- Notes that an attempt failed; the effect is taken again after the wait.
create or replace function doku.failed(effect bigint, attempt bigint, error text, wait interval default '1 minute')
returns setof bigint language sql volatile as $$
    update doku.effects e
    set last_error = left(failed.error, 200), last_answer = left(failed.error, 200), failures = e.failures + 1,
        due_at = doku.now() + (extract(epoch from wait) * 1000)::bigint
    where e.id = failed.effect and e.attempt = failed.attempt and e.done_at is null
    returning e.id
$$;
