"""The sentence of each error code, in French, Dutch and English.

DuckDB's own text (`detail`) is English and stands behind the sentence. Codes are stable.
"""

from sandbox.engine_messages import ENGINE_MESSAGES
from sandbox.engine_messages import Language as Language
from sandbox.errors import InvalidQuery, SandboxError, SyntaxFault

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")

MAX_SHOWN_DETAIL = 500
MESSAGES: dict[str, dict[Language, str]] = ENGINE_MESSAGES | {
    "bad_character": {
        "fr": "Le texte contient un caractère qui ne peut pas y être.",
        "nl": "De tekst bevat een teken dat er niet in mag staan.",
        "en": "The text holds a character that cannot be there.",
    },
    "empty": {
        "fr": "Il n’y a pas de requête. Écrivez par exemple : SHOW TABLES",
        "nl": "Er is geen query. Schrijf bijvoorbeeld: SHOW TABLES",
        "en": "There is no query. Try: SHOW TABLES",
    },
    "several_statements": {
        "fr": "Une seule instruction à la fois ; il y en a {count}.",
        "nl": "Eén opdracht per keer; dit zijn er {count}.",
        "en": "One statement at a time; there are {count} here.",
    },
    "statement_refused": {
        "fr": "« {kind} » n’est pas permis ici : seules les requêtes de lecture le sont"
        " (SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN).",
        "nl": "“{kind}” mag hier niet: alleen leesopdrachten zijn toegestaan"
        " (SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN).",
        "en": "“{kind}” is not allowed here: only statements that read are"
        " (SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN).",
    },
    "source_refused": {
        "fr": "On ne peut pas lire d’une source de type « {kind} ».",
        "nl": "Lezen uit een bron van het type “{kind}” kan niet.",
        "en": "Reading from a source of kind “{kind}” is not possible.",
    },
    "expression_refused": {
        "fr": "Une expression de type « {kind} » n’est pas permise.",
        "nl": "Een uitdrukking van het type “{kind}” is niet toegestaan.",
        "en": "An expression of kind “{kind}” is not allowed.",
    },
    "function_refused": {
        "fr": "La fonction « {name} » n’est pas permise : elle renseigne sur le serveur ou agit"
        " sur lui.",
        "nl": "De functie “{name}” is niet toegestaan: ze zegt iets over de server of werkt erop"
        " in.",
        "en": "The function “{name}” is not allowed: it tells of the server or acts on it.",
    },
    "table_function_refused": {
        "fr": "« {name} » n’est pas permis : on lit les tables du catalogue, ni fichiers ni"
        " adresses. Voyez SHOW TABLES.",
        "nl": "“{name}” is niet toegestaan: lees de tabellen van de catalogus, geen bestanden of"
        " adressen. Zie SHOW TABLES.",
        "en": "“{name}” is not allowed: read the tables of the catalogue, not files or addresses."
        " See SHOW TABLES.",
    },
    "schema_refused": {
        "fr": "« {name} » : les tables s’écrivent sans schéma. Pour une liste, UNNEST(…).",
        "nl": "“{name}”: tabellen worden zonder schema geschreven. Voor een lijst: UNNEST(…).",
        "en": "“{name}”: tables are written without a schema. For a list, use UNNEST(…).",
    },
    "at_refused": {
        "fr": 'Une version s’écrit dans le nom : "{name}@3" ou "{name}@2026-03-01".',
        "nl": 'Een versie staat in de naam: "{name}@3" of "{name}@2026-03-01".',
        "en": 'A version is written in the name: "{name}@3" or "{name}@2026-03-01".',
    },
    "file_refused": {
        "fr": "« {name} » ressemble à un fichier ou une adresse : on lit les tables du catalogue."
        " Voyez SHOW TABLES.",
        "nl": "“{name}” lijkt een bestand of een adres: lees de tabellen van de catalogus. Zie"
        " SHOW TABLES.",
        "en": "“{name}” looks like a file or an address: read the tables of the catalogue. See"
        " SHOW TABLES.",
    },
    "show_refused": {
        "fr": "Seuls SHOW TABLES, DESCRIBE et SUMMARIZE suivis d’une table sont permis.",
        "nl": "Alleen SHOW TABLES, en DESCRIBE en SUMMARIZE met een tabel, zijn toegestaan.",
        "en": "Only SHOW TABLES, and DESCRIBE and SUMMARIZE of a table, are allowed.",
    },
    "explain_options": {
        "fr": "Écrivez EXPLAIN, EXPLAIN ANALYZE ou EXPLAIN (FORMAT json) devant la requête.",
        "nl": "Schrijf EXPLAIN, EXPLAIN ANALYZE of EXPLAIN (FORMAT json) voor de query.",
        "en": "Write EXPLAIN, EXPLAIN ANALYZE or EXPLAIN (FORMAT json) before the query.",
    },
    "pivot_refused": {
        "fr": "Ce PIVOT n’est pas compris. Donnez ses valeurs : PIVOT t ON c IN ('a', 'b') …",
        "nl": "Deze PIVOT wordt niet begrepen. Geef de waarden: PIVOT t ON c IN ('a', 'b') …",
        "en": "This PIVOT is not understood. Give its values: PIVOT t ON c IN ('a', 'b') …",
    },
    "pivot_too_wide": {
        "fr": "Ce PIVOT ferait plus de {count} colonnes. Choisissez des valeurs avec IN (…).",
        "nl": "Deze PIVOT zou meer dan {count} kolommen geven. Kies waarden met IN (…).",
        "en": "This PIVOT would make more than {count} columns. Choose values with IN (…).",
    },
    "access_refused": {
        "fr": "L’accès aux fichiers et au réseau n’est pas permis.",
        "nl": "Toegang tot bestanden en netwerk is niet toegestaan.",
        "en": "Access to files and network is not allowed.",
    },
    "too_deep": {
        "fr": "La requête est trop imbriquée.",
        "nl": "De query is te diep genest.",
        "en": "The query is nested too deeply.",
    },
    "too_many_tables": {
        "fr": "La requête lit plus de {count} tables.",
        "nl": "De query leest meer dan {count} tabellen.",
        "en": "The query reads more than {count} tables.",
    },
    "sql_too_long": {
        "fr": "La requête dépasse {max_bytes} octets.",
        "nl": "De query is langer dan {max_bytes} bytes.",
        "en": "The query is longer than {max_bytes} bytes.",
    },
    "params_too_long": {
        "fr": "Les paramètres dépassent {max_bytes} octets.",
        "nl": "De parameters zijn langer dan {max_bytes} bytes.",
        "en": "The parameters are longer than {max_bytes} bytes.",
    },
    "parameter_type": {
        "fr": "La valeur du paramètre « {name} » n’est pas utilisable.",
        "nl": "De waarde van parameter “{name}” is niet bruikbaar.",
        "en": "The value of the parameter “{name}” cannot be used.",
    },
    "parameter_missing": {
        "fr": "Il manque une valeur pour : {names}.",
        "nl": "Er ontbreekt een waarde voor: {names}.",
        "en": "A value is missing for: {names}.",
    },
    "parameter_unused": {
        "fr": "La requête n’emploie pas : {names}.",
        "nl": "De query gebruikt niet: {names}.",
        "en": "The query does not use: {names}.",
    },
    "parameter_value": {
        "fr": "Paramètre « {name} » : la valeur « {value} » ne convient pas là où il est employé.",
        "nl": "Parameter “{name}”: de waarde “{value}” past niet waar hij gebruikt wordt.",
        "en": "Parameter “{name}”: the value “{value}” does not fit where it is used.",
    },
    "parameter_integer": {
        "fr": "Paramètre « {name} » : « {value} » n’est pas un nombre entier, comme 42.",
        "nl": "Parameter “{name}”: “{value}” is geen geheel getal, zoals 42.",
        "en": "Parameter “{name}”: “{value}” is not a whole number such as 42.",
    },
    "parameter_number": {
        "fr": "Paramètre « {name} » : « {value} » n’est pas un nombre, comme 3.5.",
        "nl": "Parameter “{name}”: “{value}” is geen getal, zoals 3.5.",
        "en": "Parameter “{name}”: “{value}” is not a number such as 3.5.",
    },
    "parameter_text": {
        "fr": "Paramètre « {name} » : un texte est attendu. Écrivez {value} entre guillemets.",
        "nl": "Parameter “{name}”: hier hoort een tekst. Zet {value} tussen aanhalingstekens.",
        "en": "Parameter “{name}”: a text is expected. Put {value} between quotes.",
    },
    "parameter_boolean": {
        "fr": "Paramètre « {name} » : « {value} » n’est ni true ni false.",
        "nl": "Parameter “{name}”: “{value}” is geen true of false.",
        "en": "Parameter “{name}”: “{value}” is neither true nor false.",
    },
    "parameter_date": {
        "fr": "Paramètre « {name} » : « {value} » n’est pas un jour, comme 2026-03-01.",
        "nl": "Parameter “{name}”: “{value}” is geen dag, zoals 2026-03-01.",
        "en": "Parameter “{name}”: “{value}” is not a day such as 2026-03-01.",
    },
    "parameter_time": {
        "fr": "Paramètre « {name} » : « {value} » n’est pas une heure, comme 17:30.",
        "nl": "Parameter “{name}”: “{value}” is geen uur, zoals 17:30.",
        "en": "Parameter “{name}”: “{value}” is not a time such as 17:30.",
    },
    "parameter_moment": {
        "fr": "Paramètre « {name} » : « {value} » n’est pas un moment, comme 2026-03-01 17:30.",
        "nl": "Parameter “{name}”: “{value}” is geen tijdstip, zoals 2026-03-01 17:30.",
        "en": "Parameter “{name}”: “{value}” is not a moment such as 2026-03-01 17:30.",
    },
    "parameters_mixed": {
        "fr": "Écrivez les paramètres $nom, sans les mêler à « ? » ou $1.",
        "nl": "Schrijf parameters als $naam, zonder ze te mengen met “?” of $1.",
        "en": "Write parameters as $name, and do not mix them with “?” or $1.",
    },
    "unknown_version": {
        "fr": "La table « {table} » n’a pas de version « {version} ». Ses versions : {known}. On"
        ' peut aussi écrire un jour ("{table}@2026-03-01") ou toutes ("{table}@all").',
        "nl": "Tabel “{table}” heeft geen versie “{version}”. Haar versies: {known}. Ook een dag"
        ' ("{table}@2026-03-01") of alle ("{table}@all") kan.',
        "en": "The table “{table}” has no version “{version}”. Its versions: {known}. A day"
        ' ("{table}@2026-03-01") or all of them ("{table}@all") can be written too.',
    },
    "version_too_early": {
        "fr": "Le {version}, la table « {table} » n’avait pas encore de version : la première est"
        " du {since}. Ses versions : {known}.",
        "nl": "Op {version} had tabel “{table}” nog geen versie: de eerste is van {since}. Haar"
        " versies: {known}.",
        "en": "On {version} the table “{table}” had no version yet: the first is of {since}. Its"
        " versions: {known}.",
    },
    "versions_differ": {
        "fr": "Les versions de « {table} » ne se laissent pas mettre l’une sous l’autre : les types"
        ' de la colonne « {name} » sont trop différents. Lisez-les une à une : "{table}@1".',
        "nl": "De versies van “{table}” laten zich niet onder elkaar zetten: de types van kolom"
        ' “{name}” verschillen te veel. Lees ze een voor een: "{table}@1".',
        "en": "The versions of “{table}” cannot be put one below the other: the types of the"
        ' column “{name}” differ too much. Read them one by one: "{table}@1".',
    },
    "version_column_taken": {
        "fr": "La table « {table} » a déjà une colonne « _version ». Lisez ses versions une à une :"
        ' "{table}@1".',
        "nl": "Tabel “{table}” heeft zelf al een kolom “_version”. Lees haar versies een voor een:"
        ' "{table}@1".',
        "en": "The table “{table}” has a column “_version” of its own. Read its versions one by"
        ' one: "{table}@1".',
    },
    "too_many_versions": {
        "fr": "La requête lit {count} versions de tables ; le maximum est {max}. Choisissez des"
        ' versions : "{table}@1".',
        "nl": "De query leest {count} versies van tabellen; hoogstens {max} kan. Kies versies:"
        ' "{table}@1".',
        "en": "The query reads {count} versions of tables; {max} is the most. Choose versions:"
        ' "{table}@1".',
    },
    "no_geometry": {
        "fr": "Le résultat n’a ni colonne de géométrie, ni lon et lat : pas de GeoJSON.",
        "nl": "Het resultaat heeft geen geometriekolom en geen lon en lat: geen GeoJSON.",
        "en": "The result has no geometry column, nor lon and lat: no GeoJSON.",
    },
    "deadline": {
        "fr": "La requête a dépassé le temps permis et a été arrêtée.",
        "nl": "De query duurde langer dan toegestaan en is gestopt.",
        "en": "The query took longer than is allowed and was stopped.",
    },
    "memory": {
        "fr": "La requête demande plus de mémoire qu’il n’est permis. Filtrez ou agrégez plus tôt.",
        "nl": "De query vraagt meer geheugen dan toegestaan. Filter of aggregeer eerder.",
        "en": "The query needs more memory than is allowed. Filter or aggregate earlier.",
    },
    "answer_bytes": {
        "fr": "La réponse dépasse {max_bytes} octets. Filtrez, ou téléchargez la table entière.",
        "nl": "Het antwoord is groter dan {max_bytes} bytes. Filter, of download de hele tabel.",
        "en": "The answer is larger than {max_bytes} bytes. Filter, or download the whole table.",
    },
    "table_bytes": {
        "fr": "La table « {table} » est trop grande pour cette installation.",
        "nl": "Tabel “{table}” is te groot voor deze installatie.",
        "en": "The table “{table}” is too large for this installation.",
    },
    "xlsx_rows": {
        "fr": "Une feuille XLSX tient {max} lignes au plus. Prenez CSV ou Parquet.",
        "nl": "Een XLSX-blad kan hoogstens {max} rijen bevatten. Neem CSV of Parquet.",
        "en": "An XLSX sheet holds at most {max} rows. Take CSV or Parquet.",
    },
    "xlsx_columns": {
        "fr": "Une feuille XLSX tient {max} colonnes au plus ; il y en a {count}.",
        "nl": "Een XLSX-blad kan hoogstens {max} kolommen bevatten; dit zijn er {count}.",
        "en": "An XLSX sheet holds at most {max} columns; there are {count}.",
    },
    "xlsx_text": {
        "fr": "Ligne {row} : une cellule XLSX tient {max} caractères au plus. Prenez CSV.",
        "nl": "Rij {row}: een XLSX-cel kan hoogstens {max} tekens bevatten. Neem CSV.",
        "en": "Row {row}: an XLSX cell holds at most {max} characters. Take CSV.",
    },
    "client_queue_full": {
        "fr": "Vous avez déjà {waiting} requêtes en attente.",
        "nl": "U hebt al {waiting} query’s in de wachtrij.",
        "en": "You already have {waiting} queries waiting.",
    },
    "client_busy": {
        "fr": "Vos autres requêtes tournent encore.",
        "nl": "Uw andere query’s lopen nog.",
        "en": "Your other queries are still running.",
    },
    "all_busy": {
        "fr": "Toutes les places sont prises. Réessayez dans un instant.",
        "nl": "Alle plaatsen zijn bezet. Probeer het zo dadelijk opnieuw.",
        "en": "Every place is taken. Try again in a moment.",
    },
    "long_busy": {
        "fr": "Trop de longues requêtes tournent en ce moment. Réessayez dans un instant.",
        "nl": "Er lopen nu te veel lange query’s. Probeer het zo dadelijk opnieuw.",
        "en": "Too many long queries are running now. Try again in a moment.",
    },
    "cancelled": {
        "fr": "La requête a été annulée.",
        "nl": "De query is geannuleerd.",
        "en": "The query was cancelled.",
    },
    "engine_fault": {
        "fr": "Le moteur SQL a échoué ; ce n’est pas votre faute.",
        "nl": "De SQL-engine faalde; dat ligt niet aan u.",
        "en": "The SQL engine failed; this is not your fault.",
    },
    "worker_fault": {
        "fr": "Une erreur de notre côté a arrêté la requête.",
        "nl": "Een fout aan onze kant heeft de query gestopt.",
        "en": "A fault on our side stopped the query.",
    },
    "worker_died": {
        "fr": "Le processus de la requête s’est arrêté net.",
        "nl": "Het proces van de query is plots gestopt.",
        "en": "The process of the query ended abruptly.",
    },
    "worker_start": {
        "fr": "Le bac à sable SQL ne démarre pas sur ce serveur.",
        "nl": "De SQL-sandbox start niet op deze server.",
        "en": "The SQL sandbox does not start on this server.",
    },
    "reader_left": {
        "fr": "La lecture de la réponse a été interrompue.",
        "nl": "Het lezen van het antwoord is afgebroken.",
        "en": "Reading of the answer was broken off.",
    },
    "file_missing": {
        "fr": "Le fichier de la table « {table} » n’est pas lisible.",
        "nl": "Het bestand van tabel “{table}” is niet leesbaar.",
        "en": "The file of the table “{table}” cannot be read.",
    },
    "stopped": {
        "fr": "La requête a été arrêtée.",
        "nl": "De query is gestopt.",
        "en": "The query was stopped.",
    },
    "closed": {
        "fr": "Le service s’arrête.",
        "nl": "De dienst stopt.",
        "en": "The service is stopping.",
    },
}

# Beside an answer in JSON or NDJSON. Whether a column has such a value is known only at its end, so
# it is by the value and not by the column.
JSON_NUMBERS: dict[Language, str] = {
    "fr": "En JSON, un entier au-delà de 2^53 ou un décimal de plus de 15 chiffres est un texte,"
    " car beaucoup de lecteurs l’arrondiraient ; les autres valeurs de la même colonne sont des"
    " nombres.",
    "nl": "In JSON is een geheel getal boven 2^53 of een decimaal van meer dan 15 cijfers een"
    " tekst, omdat veel lezers het zouden afronden; de andere waarden van dezelfde kolom zijn"
    " getallen.",
    "en": "In JSON an integer beyond 2^53 or a decimal of more than 15 digits is a text, because"
    " many readers would round it; the other values of the same column are numbers.",
}

DID_YOU_MEAN: dict[Language, str] = {
    "fr": "Vouliez-vous dire {names} ?",
    "nl": "Bedoelde u {names}?",
    "en": "Did you mean {names}?",
}


def message_of(error: SandboxError, language: Language) -> str:
    """Say an error in a language, with what may have been meant and, of the faults that DuckDB
    found in the statement, its own English words.
    """
    text = MESSAGES[error.code][language].format_map(error.params)
    if error.candidates:
        names = ", ".join(
            f"“{name}”" if language != "fr" else f"« {name} »" for name in error.candidates[:3]
        )
        text += " " + DID_YOU_MEAN[language].format(names=names)
    if error.detail and isinstance(error, InvalidQuery | SyntaxFault):
        detail = " ".join(error.detail.split())
        if len(detail) > MAX_SHOWN_DETAIL:
            detail = detail[:MAX_SHOWN_DETAIL].rstrip() + "…"
        text += (" DuckDB : " if language == "fr" else " DuckDB: ") + detail
    return text
