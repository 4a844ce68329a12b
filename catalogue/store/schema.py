"""The tables of the metadata store. Changes here need a migration beside it: a test compares the
two.

Records are kept as JSON text beside the few columns that queries filter or order by: the record has
one model, in `catalogue/records.py`. Moments are ISO 8601 text in UTC.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

# Compared byte by byte, so that what begins alike stands together in the index.
_Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("failure_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_run_at", sa.Text),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
)

dataset = sa.Table(
    "dataset",
    metadata,
    sa.Column("id", _Name, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("remote_id", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("data_updated_at", sa.Text),
    sa.Column("is_archived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("missing_since", sa.Text),
    sa.Column("same_as", sa.Text),
    sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
    sa.Column("marked_sequence", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("source_id", "remote_id"),
)

dataset_mark = sa.Table(
    "dataset_mark",
    metadata,
    sa.Column("mark", sa.Text, primary_key=True),
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id"), primary_key=True, index=True),
    sa.Column("reason", sa.Text, nullable=False),
)

withdrawal = sa.Table(
    "withdrawal",
    metadata,
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id"), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("is_erased", sa.Boolean, nullable=False),
)

erased_version = sa.Table(
    "erased_version",
    metadata,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("raw_sha256", sa.Text, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("details", sa.Text, nullable=False),
)

likeness = sa.Table(
    "likeness",
    metadata,
    sa.Column("first_id", sa.Text, sa.ForeignKey("dataset.id"), primary_key=True),
    sa.Column("second_id", sa.Text, sa.ForeignKey("dataset.id"), primary_key=True, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("found_at", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Column("decided_by", sa.Text),
)

distribution_state = sa.Table(
    "distribution_state",
    metadata,
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id"), primary_key=True),
    sa.Column("distribution_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("raw_sha256", sa.Text),
    sa.Column("filename", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("fetched_at", sa.Text, nullable=False),
    sa.Column("ingested", sa.Text),
    sa.Column("stated", sa.Text),
    sa.Column("issue", sa.Text),
)

data_table = sa.Table(
    "data_table",
    metadata,
    sa.Column("name", _Name, primary_key=True),
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id"), nullable=False),
    sa.Column("distribution_id", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False, server_default=""),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("schema_name", sa.Text),
    sa.Column("types", sa.Text, nullable=False, server_default="{}"),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("current_n", sa.Integer),
    sa.UniqueConstraint("dataset_id", "distribution_id", "part"),
)

version = sa.Table(
    "version",
    metadata,
    sa.Column("table_name", sa.Text, sa.ForeignKey("data_table.name"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("logical_sha256", sa.Text, nullable=False),
    sa.Column("raw_sha256", sa.Text, nullable=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("data_modified", sa.Text),
    sa.Column("columns", sa.Text, nullable=False),
    sa.Column("schema", sa.Text, nullable=False),
    sa.Column("recipe", sa.Text, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id"), nullable=False, index=True),
    sa.Column("distribution_id", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False, server_default=""),
    sa.Column("raw_sha256", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("resolved_at", sa.Text),
    sa.Column("recipe", sa.Text, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("counts", sa.Text, nullable=False, server_default="{}"),
    sa.Column("request_count", sa.Integer),
    sa.Column("received_bytes", sa.BigInteger),
)

run_record = sa.Table(
    "run_record",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

user = sa.Table(
    "user_account",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", sa.Text, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id_sha256", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("browser", sa.Text, nullable=False, server_default=""),
    sa.Column("last_used_at", sa.Text),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_sha256", sa.Text, nullable=False, unique=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
    sa.Column("last_used_at", sa.Text),
)

sign_in_attempt = sa.Table(
    "sign_in_attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Text, nullable=False),
)

usage_day = sa.Table(
    "usage_day",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("uses", sa.BigInteger, nullable=False),
)

usage_total = sa.Table(
    "usage_total",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("uses", sa.BigInteger, nullable=False),
)

player_correction = sa.Table(
    "player_correction",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("player_id", sa.Text),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("proposal", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("message", sa.Text, nullable=False, server_default=""),
    sa.Column("contact", sa.Text),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("reason", sa.Text),
)

data_request = sa.Table(
    "data_request",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("side", sa.Text),
    sa.Column("theme", sa.Text),
    sa.Column("votes", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("dataset_id", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Column("decided_by", sa.Text),
)

privacy_decision = sa.Table(
    "privacy_decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dataset_id", sa.Text, nullable=False, index=True),
    sa.Column("distribution_id", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("flags", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
)

saved_query = sa.Table(
    "saved_query",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("author_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("current_n", sa.Integer, nullable=False),
    sa.Column("is_listed", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False, index=True),
    sa.Column("removed_at", sa.Text),
)

saved_query_version = sa.Table(
    "saved_query_version",
    metadata,
    sa.Column("query_id", sa.Text, sa.ForeignKey("saved_query.id"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("pins", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
)

query_answer = sa.Table(
    "query_answer",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
)

submission = sa.Table(
    "submission",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("raw_sha256", sa.Text),
    sa.Column("received_sha256", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
)

own_table = sa.Table(
    "own_table",
    metadata,
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("file_id", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False, index=True),
)

dataset_question = sa.Table(
    "dataset_question",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dataset_id", sa.Text, nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text),
    sa.Column("version", sa.Integer),
    sa.Column("column_name", sa.Text),
    sa.Column("row_number", sa.BigInteger),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Column("decided_by", sa.Text),
)

webhook = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("followed", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("stopped_at", sa.Text),
    sa.Column("stop_code", sa.Text),
)

webhook_delivery = sa.Table(
    "webhook_delivery",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhook.id"), nullable=False, index=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempt_count", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("next_at", sa.Text, index=True),
    sa.Column("last_at", sa.Text),
    sa.Column("http_status", sa.Integer),
    sa.Column("fault", sa.Text),
)

publisher_day = sa.Table(
    "publisher_day",
    metadata,
    sa.Column("publisher_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

mail = sa.Table(
    "mail",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("unsubscribe_url", sa.Text),
    sa.Column("attempt_count", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("next_at", sa.Text, nullable=False, index=True),
)

mail_following = sa.Table(
    "mail_following",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("followed", sa.Text, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("confirmed_at", sa.Text),
    sa.Column("next_at", sa.Text, index=True),
)
