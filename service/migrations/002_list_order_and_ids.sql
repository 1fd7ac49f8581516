-- Lists are read by key in byte order, whatever the database's collation; pages and chunks need an index in that order.
create index if not exists data_record_key_bytes on data_record (key collate "C");

-- The older users app filled created_at itself, and left its column without the default that our inserts rely on.
alter table users add column if not exists created_at timestamp not null default now();
alter table users alter column created_at set default now();

-- An upsert takes a number from the sequence even when it updates, so four bytes run out in weeks of steady writing.
do $$
begin
  if exists (
    select from information_schema.columns
    where table_schema = current_schema() and table_name = 'data_record' and column_name = 'id' and data_type = 'integer'
  ) then
    alter table data_record alter column id type bigint;
    if pg_get_serial_sequence('data_record', 'id') is not null then
      execute 'alter sequence ' || pg_get_serial_sequence('data_record', 'id') || ' as bigint';
    end if;
  end if;
end
$$;
