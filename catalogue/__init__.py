"""The ground floor: records, metadata store, versions in Parquet, search, territory."""
