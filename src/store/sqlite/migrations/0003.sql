-- Dead letters: an effect whose schedule is spent is not handed over any more.
alter table doku_effects add column failures integer not null default 0;
alter table doku_effects add column dead_at integer;
alter table doku_effects add column last_answer text;
update doku_effects set failures = attempt, last_answer = last_error where done_at is null and last_error is not null;
drop index doku_effects_due;
create index doku_effects_due on doku_effects (due_at) where done_at is null and dead_at is null;
create index doku_effects_dead on doku_effects (id) where done_at is null and dead_at is not null;
