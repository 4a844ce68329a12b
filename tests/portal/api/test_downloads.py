import io

import pandas as pd
from flask.testing import FlaskClient


def test_csv_is_the_same_table_as_the_parquet(client: FlaskClient) -> None:
    parquet = pd.read_parquet(io.BytesIO(client.get("/data/municipalities.parquet").data))
    csv = pd.read_csv(
        io.BytesIO(client.get("/data/municipalities.csv").data), dtype={"code": str}
    )
    assert csv["code"].tolist() == parquet["code"].tolist()
    assert csv["name"].isna().tolist() == parquet["name"].isna().tolist()
    assert csv["name"].dropna().tolist() == parquet["name"].dropna().tolist()
    assert csv["area_km2"].dropna().tolist() == parquet["area_km2"].dropna().tolist()
