"""The subject of a deliberation by the nomenclature of the French acts."""

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.names import fold

_SUBJECTS = frozenset(
    fold(name)
    for name in (
        "Commande publique", "Urbanisme", "Domaine et patrimoine", "Fonction publique",
        "Institutions et vie politique", "Libertés publiques et pouvoirs de police",
        "Finances locales", "Domaines de compétences par thèmes", "Autres domaines de compétences",
    )
)  # fmt: skip


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    head, slash, tail = text.partition("/")
    if slash and fold(head.strip()) in _SUBJECTS and (head.strip(), tail.strip()) != (head, tail):
        return Fault(suggestion=f"{head.strip()}/{tail.strip()}")
    return None if slash and fold(head) in _SUBJECTS else Fault()


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(_judge)


CHECKS = (
    Check(
        name="nomenclature-actes-value",
        titles={
            "en": "nomenclature of acts",
            "fr": "nomenclature des actes",
            "nl": "nomenclatuur van akten",
        },
        aliases=("nomenclature-acte",),
        rule="One of the nine subjects, a slash without spaces around it, then the sub-subject.",
        source="Ministère de l'Intérieur, nomenclature @CTES; SCDL délibérations",
        make=_make,
        valid=(("Commande publique/Marchés publics",), ("finances locales/divers",)),
        invalid=(
            Wrong(("Urbanisme / PLU",), "", "Urbanisme/PLU"),
            Wrong(("Sport/Vélo",)),
            Wrong(("Urbanisme",)),
        ),
        says={
            "en": {"": "“{value}” does not follow the nomenclature of acts (subject/sub-subject)."},
            "fr": {"": "« {value} » ne suit pas la nomenclature des actes (matière/sous-matière)."},
            "nl": {
                "": "“{value}” volgt de nomenclatuur van de Franse akten niet "
                "(onderwerp/deelonderwerp)."
            },
        },
    ),
)
