from pathlib import Path

import pytest

from catalogue.errors import SettingsError
from portal.security_headers import policy
from portal.settings import load_settings


def test_a_folder_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.data == tmp_path
    assert settings.sandbox.deadline_s == 10


def test_the_file_of_the_data_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'base_url = "https://data.example.eu"\nsources = "mine.toml"\n[sandbox]\nworkers = 4\n'
    )
    settings = load_settings(tmp_path)
    assert (settings.base_url, settings.sandbox.workers) == ("https://data.example.eu", 4)
    assert settings.sources == tmp_path / "mine.toml"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sandbox]\ndeadlin_s = 3\n", "deadlin_s"),
        ("[sandbox]\nworkers = 'many'\n", "$.sandbox.workers"),
        ("base_url = \n", "line 1"),
    ],
)
def test_a_mistake_is_refused_by_its_place(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_settings(tmp_path)
    assert named in raised.value.params["reason"]


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EUROMETROPOLIS_DATA", str(tmp_path))
    assert load_settings().data == tmp_path


def test_tiles_of_another_host_are_let_in_by_their_origin_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[map]\ntiles_url = "https://tiles.example.org/{z}/{x}/{y}.png"\nattribution = "Example"\n'
    )
    found = policy(load_settings(tmp_path))
    assert "img-src 'self' data: https://tiles.example.org;" in found
    assert "connect-src 'self' https://tiles.example.org;" in found
    assert found.count("example.org") == 2
    assert "example.org" not in policy(load_settings(tmp_path / "none"))


@pytest.mark.parametrize(
    "text",
    [
        'tiles_url = "http://tiles.example.org/{z}/{x}/{y}.png"\nattribution = "x"\n',
        'tiles_url = "https://tiles.example.org/{z}/{x}.png"\nattribution = "x"\n',
        'tiles_url = "https://{s}.example.org/{z}/{x}/{y}.png"\nattribution = "x"\n',
        'tiles_url = "https://a.example; script-src */{z}/{x}/{y}"\nattribution = "x"\n',
        'tiles_url = "https://*.example.org/{z}/{x}/{y}.png"\nattribution = "x"\n',
        'tiles_url = "https://tiles.example.org/{z}/{x}/{y}.png"\n',
        'attribution_url = "javascript:alert(1)"\n',
    ],
)
def test_tiles_without_a_plain_safe_address_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(f"[map]\n{text}")
    with pytest.raises(SettingsError):
        load_settings(tmp_path)
