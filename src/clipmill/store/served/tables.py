"""The tables of a server, beside those of the line."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from clipmill.store.schema import metadata

__all__ = ["answers", "assets", "editions", "keys", "metadata", "named", "sealed"]

#: Who may ask, by the sha256 of what they show.
keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    #: Its first characters, by which people tell it from others.
    Column("shown", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("used_at", Float),
    Index("keys_by_tenant", "tenant", "created_at"),
)

#: What was answered to a request that may come again under its key; without a status it is being answered.
answers = Table(
    "answers",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("route", String, primary_key=True),
    Column("key", String, primary_key=True),
    #: sha256 of the request's body.
    Column("body", String, nullable=False),
    Column("status", Integer),
    Column("answer", Text, nullable=False),
    #: Until when it is remembered, or is being answered at the most.
    Column("until", Float, nullable=False),
    Index("answers_by_time", "until"),
)

#: Templates and projects that tenants keep by name; `surface` is whose words their editions are in.
named = Table(
    "named",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("surface", String, nullable=False),
    Column("name", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("archived_at", Float),
    Index("named_by_tenant", "tenant", "surface", "created_at"),
)

#: Every edition of them.
editions = Table(
    "editions",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    #: The version of the template, frozen in `templates`; empty for what is no template of ours.
    Column("version", String, nullable=False),
    #: What its surface keeps of it, JSON.
    Column("document", Text, nullable=False),
    Column("at", Float, nullable=False),
)

#: Files that tenants uploaded, by ids of their own; their contents lie in Files.
assets = Table(
    "assets",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", Text, nullable=False),
    #: What it is for, as its surface says it; empty for media.
    Column("purpose", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    #: What it is and measures, JSON.
    Column("facts", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Index("assets_by_tenant", "tenant", "purpose", "created_at"),
)

#: Secrets of the server itself, that all who share the database sign with.
sealed = Table(
    "sealed",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
