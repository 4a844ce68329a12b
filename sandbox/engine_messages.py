"""The sentences of the errors that DuckDB finds, by the codes of `faults.py`."""

from typing import Literal

Language = Literal["fr", "nl", "en"]

ENGINE_MESSAGES: dict[str, dict[Language, str]] = {
    "syntax": {
        "fr": "Faute de syntaxe.",
        "nl": "Syntaxisfout.",
        "en": "Syntax error.",
    },
    "syntax_version": {
        "fr": "Faute de syntaxe. Une version s’écrit entre guillemets droits, comme"
        ' FROM "stations@3".',
        "nl": "Syntaxisfout. Een versie staat tussen dubbele aanhalingstekens, zoals"
        ' FROM "stations@3".',
        "en": 'Syntax error. A version stands between double quotes, as in FROM "stations@3".',
    },
    "syntax_parameter": {
        "fr": "Faute de syntaxe. Un paramètre s’écrit $nom.",
        "nl": "Syntaxisfout. Een parameter schrijft u $naam.",
        "en": "Syntax error. A parameter is written $name.",
    },
    "unknown_table": {
        "fr": "Il n’y a pas de table « {name} ». Voyez SHOW TABLES.",
        "nl": "Er is geen tabel “{name}”. Zie SHOW TABLES.",
        "en": "There is no table “{name}”. See SHOW TABLES.",
    },
    "unknown_column": {
        "fr": "Il n’y a pas de colonne « {name} ».",
        "nl": "Er is geen kolom “{name}”.",
        "en": "There is no column “{name}”.",
    },
    "unknown_column_quoted": {
        "fr": "Il n’y a pas de colonne « {name} ». Si c’est un texte, mettez-le entre apostrophes :"
        " '{name}'.",
        "nl": "Er is geen kolom “{name}”. Is het een tekst, zet hem dan tussen enkele"
        " aanhalingstekens: '{name}'.",
        "en": "There is no column “{name}”. If it is a text, put it between single quotes:"
        " '{name}'.",
    },
    "unknown_function": {
        "fr": "Il n’y a pas de fonction « {name} ».",
        "nl": "Er is geen functie “{name}”.",
        "en": "There is no function “{name}”.",
    },
    "unknown_type": {
        "fr": "Il n’y a pas de type « {name} ».",
        "nl": "Er is geen type “{name}”.",
        "en": "There is no type “{name}”.",
    },
    "ambiguous_column": {
        "fr": "Plusieurs tables ont une colonne « {name} » : écrivez laquelle.",
        "nl": "Meer dan één tabel heeft een kolom “{name}”: schrijf welke.",
        "en": "More than one table has a column “{name}”: write which one.",
    },
    "not_grouped": {
        "fr": "La colonne « {name} » doit être dans GROUP BY ou dans un agrégat,"
        " comme any_value({name}).",
        "nl": "Kolom “{name}” moet in GROUP BY staan of in een aggregaat, zoals any_value({name}).",
        "en": "The column “{name}” must be in GROUP BY or in an aggregate, such as"
        " any_value({name}).",
    },
    "aggregate_misplaced": {
        "fr": "Un agrégat ou une fonction de fenêtre n’a pas sa place ici. Pour filtrer sur un"
        " agrégat : HAVING ; sur une fenêtre : QUALIFY.",
        "nl": "Een aggregaat of vensterfunctie mag hier niet staan. Filter op een aggregaat met"
        " HAVING, op een venster met QUALIFY.",
        "en": "An aggregate or window function has no place here. To filter on an aggregate use"
        " HAVING, on a window QUALIFY.",
    },
    "function_arguments": {
        "fr": "Il n’y a pas de {call} : le nombre ou les types des arguments ne conviennent pas.",
        "nl": "Er is geen {call}: het aantal of de types van de argumenten passen niet.",
        "en": "There is no {call}: the number or the types of the arguments do not fit.",
    },
    "value_conversion": {
        "fr": "La valeur « {value} » ne se convertit pas en {type}."
        " TRY_CAST donne NULL dans ce cas.",
        "nl": "De waarde “{value}” kan niet worden omgezet naar {type}. TRY_CAST geeft dan NULL.",
        "en": "The value “{value}” cannot be converted to {type}. TRY_CAST gives NULL instead.",
    },
    "conversion": {
        "fr": "Une valeur ne se convertit pas dans le type demandé."
        " TRY_CAST donne NULL dans ce cas.",
        "nl": "Een waarde kan niet worden omgezet naar het gevraagde type."
        " TRY_CAST geeft dan NULL.",
        "en": "A value cannot be converted to the type asked for. TRY_CAST gives NULL instead.",
    },
    "value_format": {
        "fr": "Le texte « {value} » n’a pas la forme « {format} »."
        " try_strptime donne NULL dans ce cas.",
        "nl": "De tekst “{value}” heeft niet de vorm “{format}”. try_strptime geeft dan NULL.",
        "en": "The text “{value}” is not of the form “{format}”. try_strptime gives NULL instead.",
    },
    "mixed_types": {
        "fr": "Les types {first} et {second} ne se mêlent pas ici : écrivez un CAST.",
        "nl": "De types {first} en {second} kunnen hier niet samen: schrijf een CAST.",
        "en": "The types {first} and {second} cannot be mixed here: write a CAST.",
    },
    "column_counts": {
        "fr": "Les deux côtés de UNION, INTERSECT ou EXCEPT n’ont pas le même nombre de colonnes.",
        "nl": "Beide kanten van UNION, INTERSECT of EXCEPT hebben niet evenveel kolommen.",
        "en": "The two sides of UNION, INTERSECT or EXCEPT have different numbers of columns.",
    },
    "subquery_rows": {
        "fr": "Une sous-requête employée comme valeur donne plus d’une ligne.",
        "nl": "Een subquery die als waarde dient, geeft meer dan één rij.",
        "en": "A subquery that is used as a value gives more than one row.",
    },
    "subquery_columns": {
        "fr": "Une sous-requête donne {count} colonnes au lieu de {expected}.",
        "nl": "Een subquery geeft {count} kolommen in plaats van {expected}.",
        "en": "A subquery gives {count} columns instead of {expected}.",
    },
    "place_out_of_range": {
        "fr": "{clause} désigne une colonne par un numéro qui n’existe pas ; il y en a {count}.",
        "nl": "{clause} noemt een kolom met een nummer dat er niet is; er zijn er {count}.",
        "en": "{clause} names a column by a number that is not there; there are {count}.",
    },
    "division_by_zero": {
        "fr": "Division par zéro. nullif(…, 0) donne NULL dans ce cas.",
        "nl": "Deling door nul. nullif(…, 0) geeft dan NULL.",
        "en": "Division by zero. nullif(…, 0) gives NULL instead.",
    },
    "out_of_range": {
        "fr": "Un calcul sort du domaine de son type ou de sa fonction.",
        "nl": "Een berekening valt buiten het bereik van haar type of functie.",
        "en": "A computation leaves the range of its type or function.",
    },
    "unknown_projection": {
        "fr": "Le système de coordonnées « {source} » ou « {target} » est inconnu.",
        "nl": "Het coördinatenstelsel “{source}” of “{target}” is onbekend.",
        "en": "The coordinate system “{source}” or “{target}” is not known.",
    },
    "query_failed": {
        "fr": "La requête ne s’applique pas à ces données.",
        "nl": "De query past niet op deze gegevens.",
        "en": "The query does not fit these data.",
    },
}
