-- The tables of the older apps. Where they exist already, they and their rows stay as they are.
create table if not exists data_record (
  id serial primary key,
  key varchar(128) not null unique,
  value varchar(256) not null
);

create table if not exists users (
  id serial primary key,
  name varchar(100) not null,
  email varchar(255) not null unique,
  created_at timestamp not null default now()
);

create table if not exists beers (
  id serial primary key,
  name varchar not null,
  style varchar,
  abv varchar
);
