"""The migrations are one chain: what two branches added is put in a row before it lands."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.portal.running import ROOT


def test_there_is_one_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "catalogue" / "store" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
