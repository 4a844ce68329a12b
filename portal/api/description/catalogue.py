"""The datasets, their tables and rows, SQL and files."""

from catalogue.charts import ChartKind, Measure
from catalogue.records import Side
from catalogue.search import SORTS
from catalogue.store.queries import QueryText
from portal.api import (
    cited_answers,
    datasets,
    differences,
    queries,
    results,
    rows,
    shapes,
    sql,
    tables,
)
from portal.api.description.operation import (
    CSV,
    DATASET,
    EXCEL,
    GEOJSON,
    IN_LANGUAGE,
    JSON,
    LANG,
    PAGE,
    SVG,
    TABLE_OF_DATASET,
    VERSION_OF_DATASET,
    VIEW,
    Operation,
    Parameter,
    choice,
    facets,
    form,
    number,
    paged,
    part,
    query,
)
from portal.cited_answers import Check
from portal.conversions import FORMATS
from portal.finding import KINDS
from sandbox.formats import FORMATS as MEDIA

_NUMBER = 1_000_000_000
_SCHEMES = (choice("dark", ("0", "1"), "0"), choice("narrow", ("0", "1"), "0"))

DATASETS = (
    Operation(
        id="datasets_search_get",
        path="/api/v1/datasets",
        tag="datasets",
        answers={JSON: shapes.DatasetList},
        parameters=(
            query("q"),
            query("bbox"),
            *facets(Side),
            choice("sort", SORTS, "relevance"),
            *paged(datasets.MAX_LIMIT, 20, datasets.MAX_OFFSET),
            LANG,
        ),
    ),
    Operation(
        id="datasets_show_get",
        path="/api/v1/datasets/{dataset_id}",
        tag="datasets",
        answers={JSON: shapes.DatasetDetail},
        parameters=(DATASET, LANG),
    ),
    Operation(
        id="datasets_versions_of_table_get",
        path="/api/v1/datasets/{dataset_id}/tables/{table}/versions",
        tag="datasets",
        answers={JSON: shapes.VersionList},
        parameters=(
            DATASET,
            part("table"),
            *paged(tables.MAX_VERSIONS_LIMIT, tables.VERSIONS_LIMIT, tables.MAX_OFFSET),
            LANG,
        ),
    ),
    Operation(
        id="results_get",
        path="/{lang}/datasets.{format}",
        tag="datasets",
        answers={
            JSON: results.Results,
            CSV: None,
            "application/atom+xml": None,
            GEOJSON: None,
        },
        parameters=(
            IN_LANGUAGE,
            form("json", "csv", "atom", "geojson"),
            query("q"),
            query("bbox"),
            *facets(Side),
            choice("kind", KINDS),
            choice("sort", SORTS, "relevance"),
            PAGE,
        ),
    ),
    Operation(
        id="columns_get",
        path="/{lang}/datasets/{dataset_id}/columns.json",
        tag="datasets",
        answers={JSON: None},
        parameters=(IN_LANGUAGE, DATASET, TABLE_OF_DATASET),
    ),
    Operation(
        id="column_get",
        path="/{lang}/datasets/{dataset_id}/columns/{column}.json",
        tag="datasets",
        answers={JSON: None},
        parameters=(IN_LANGUAGE, DATASET, part("column"), TABLE_OF_DATASET),
    ),
    Operation(
        id="quality_get",
        path="/{lang}/datasets/{dataset_id}/quality.json",
        tag="datasets",
        answers={JSON: None},
        parameters=(IN_LANGUAGE, DATASET, TABLE_OF_DATASET, VERSION_OF_DATASET),
    ),
    Operation(
        id="changes_get",
        path="/{lang}/datasets/{dataset_id}/versions.json",
        tag="datasets",
        answers={JSON: None},
        parameters=(
            IN_LANGUAGE,
            DATASET,
            TABLE_OF_DATASET,
            number("from", 1, _NUMBER),
            number("to", 1, _NUMBER),
        ),
    ),
    Operation(
        id="map_get",
        path="/{lang}/datasets/{dataset_id}/map.geojson",
        tag="datasets",
        answers={GEOJSON: None},
        parameters=(IN_LANGUAGE, DATASET, TABLE_OF_DATASET, *VIEW),
    ),
    Operation(
        id="chart_get",
        path="/{lang}/datasets/{dataset_id}/chart.{format}",
        tag="datasets",
        answers={SVG: None, "image/png": None, CSV: None, JSON: None},
        parameters=(
            IN_LANGUAGE,
            DATASET,
            form("svg", "png", "csv", "json"),
            TABLE_OF_DATASET,
            choice("type", ChartKind),
            query("x"),
            query("y"),
            choice("measure", Measure),
            query("group"),
            *VIEW,
            *_SCHEMES,
        ),
    ),
    Operation(
        id="citation_get",
        path="/datasets/{dataset_id}/citation.{format}",
        tag="datasets",
        answers={
            "text/plain": None,
            "application/x-bibtex": None,
            "application/x-research-info-systems": None,
        },
        parameters=(
            DATASET,
            form("txt", "bib", "ris"),
            TABLE_OF_DATASET,
            VERSION_OF_DATASET,
            LANG,
        ),
    ),
)

TABLES = (
    Operation(
        id="tables_listed_get",
        path="/api/v1/tables",
        tag="tables",
        answers={JSON: shapes.TableList},
        parameters=(*paged(tables.MAX_LIMIT, tables.MAX_LIMIT, tables.MAX_OFFSET), LANG),
    ),
    Operation(
        id="tables_show_get",
        path="/api/v1/tables/{name}",
        tag="tables",
        answers={JSON: shapes.TableDetail},
        parameters=(part("name"), LANG),
    ),
    Operation(
        id="tables_page_get",
        path="/api/v1/tables/{name}/rows",
        tag="tables",
        answers={JSON: rows.RowList},
        parameters=(
            part("name"),
            *VIEW,
            number("version", 0, rows.MAX_NUMBER),
            number("limit", 1, rows.MAX_LIMIT, rows.LIMIT),
            number("after", 0, rows.MAX_NUMBER, 0),
            LANG,
        ),
    ),
    Operation(
        id="tables_history_get",
        path="/api/v1/tables/{name}/versions",
        tag="tables",
        answers={JSON: shapes.VersionList},
        parameters=(
            part("name"),
            *paged(tables.MAX_VERSIONS_LIMIT, tables.VERSIONS_LIMIT, tables.MAX_OFFSET),
            LANG,
        ),
    ),
)

FILES = (
    Operation(
        id="download",
        path="/data/{file}",
        tag="downloads",
        answers={MEDIA[name].media_type: None for name in FORMATS},
        parameters=(part("file"), EXCEL, *VIEW, LANG),
        others=(206, 304),
    ),
    Operation(
        id="downloads_download_get",
        path="/data/{name}.diff.csv",
        tag="downloads",
        answers={CSV: None},
        parameters=(
            part("name"),
            number("from", 1, differences.MAX_NUMBER, is_required=True),
            number("to", 1, differences.MAX_NUMBER, is_required=True),
            EXCEL,
            LANG,
        ),
        others=(206, 304),
    ),
)

_SQL_ANSWERS = {
    JSON: sql.SqlAnswer,
    CSV: None,
    "application/x-ndjson": None,
    "application/vnd.apache.arrow.stream": None,
    "application/vnd.apache.parquet": None,
    GEOJSON: None,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": None,
}
_SQL_FORM = (
    {**choice("format", sql.FORMATS, "json"), "words": "sql.format"},
    {**number("limit", 1, sql.MAX_LIMIT), "words": "sql.limit"},
    EXCEL,
    LANG,
)

_KEPT_QUERY = part("kept_id")
_QUERY_VERSION: Parameter = {**number("version", 1, queries.MAX_NUMBER), "words": "queries.version"}

SQL = (
    Operation(
        id="sql_post_post",
        method="post",
        path="/api/v1/sql",
        tag="sql",
        answers=_SQL_ANSWERS,
        parameters=_SQL_FORM,
        body=sql.SqlRequest,
        body_example={"sql": "SELECT $answer AS answer", "params": {"answer": 42}},
    ),
    Operation(
        id="sql_get_get",
        path="/api/v1/sql",
        tag="sql",
        answers=_SQL_ANSWERS,
        parameters=(query("sql", is_required=True), query("params"), *_SQL_FORM),
        others=(304,),
    ),
    Operation(
        id="sql_cancel_delete",
        method="delete",
        path="/api/v1/sql/{query_id}",
        tag="sql",
        answers={},
        parameters=(part("query_id"), LANG),
        status=204,
    ),
    Operation(
        id="sql_chart_get",
        path="/{lang}/sql/chart.svg",
        tag="sql",
        answers={SVG: None},
        parameters=(IN_LANGUAGE, query("sql", is_required=True), *_SCHEMES),
    ),
    Operation(
        id="api_queries_listing_get",
        path="/api/v1/queries",
        tag="sql",
        answers={JSON: queries.QueryList},
        parameters=(*paged(queries.MAX_LIMIT, queries.LIMIT, queries.MAX_OFFSET), LANG),
    ),
    Operation(
        id="api_queries_add_post",
        method="post",
        path="/api/v1/queries",
        tag="sql",
        answers={JSON: queries.QueryDetail},
        parameters=(LANG,),
        body=QueryText,
        body_example={
            "title": "Municipalities by population",
            "sql": "SELECT name_fr, population FROM municipalities WHERE population >= $least",
            "fields": [{"name": "least", "label": "At least", "default": "50000"}],
        },
        status=201,
        needs="sql",
    ),
    Operation(
        id="api_queries_answer_get",
        path="/api/v1/queries/{kept_id}",
        tag="sql",
        answers=_SQL_ANSWERS,
        parameters=(_KEPT_QUERY, _QUERY_VERSION, *_SQL_FORM),
    ),
    Operation(
        id="query_chart_get",
        path="/{lang}/queries/{kept_id}/chart.svg",
        tag="sql",
        answers={SVG: None},
        parameters=(IN_LANGUAGE, _KEPT_QUERY, _QUERY_VERSION, *_SCHEMES),
    ),
    Operation(
        id="api_queries_definition_get",
        path="/api/v1/queries/{kept_id}/definition",
        tag="sql",
        answers={JSON: queries.QueryDetail},
        parameters=(_KEPT_QUERY, _QUERY_VERSION, LANG),
    ),
    Operation(
        id="api_queries_change_put",
        method="put",
        path="/api/v1/queries/{kept_id}",
        tag="sql",
        answers={JSON: queries.QueryDetail},
        parameters=(_KEPT_QUERY, LANG),
        body=QueryText,
        body_example={"title": "One", "sql": "SELECT 1 AS one"},
        needs="sql",
    ),
    Operation(
        id="api_queries_remove_delete",
        method="delete",
        path="/api/v1/queries/{kept_id}",
        tag="sql",
        answers={},
        parameters=(_KEPT_QUERY, LANG),
        status=204,
        needs="sql",
    ),
    Operation(
        id="api_answers_cite_post",
        method="post",
        path="/api/v1/answers",
        tag="sql",
        answers={JSON: cited_answers.AnswerDetail},
        parameters=(LANG,),
        body=cited_answers.AnswerRequest,
        body_example={"sql": "SELECT count(*) AS n FROM municipalities"},
        status=201,
        needs="sql",
    ),
    Operation(
        id="api_answers_show_get",
        path="/api/v1/answers/{answer_id}",
        tag="sql",
        answers={JSON: cited_answers.AnswerDetail},
        parameters=(part("answer_id"), LANG),
    ),
    Operation(
        id="api_answers_rows_get",
        path="/api/v1/answers/{answer_id}/rows",
        tag="sql",
        answers=_SQL_ANSWERS,
        parameters=(part("answer_id"), *_SQL_FORM),
    ),
    Operation(
        id="api_answers_check_get",
        path="/api/v1/answers/{answer_id}/check",
        tag="sql",
        answers={JSON: Check},
        parameters=(part("answer_id"), LANG),
    ),
)
