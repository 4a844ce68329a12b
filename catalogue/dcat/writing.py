"""Writes statements as Turtle, JSON-LD and RDF/XML.

By hand, because rdflib takes 13 to 26 times as long (decision 0019), and a page of the catalogue is
written while somebody waits. The tests read all three with rdflib.
"""

import json
import re
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from catalogue.dcat.terms import PREFIXES, Graph, Iri, Literal, Term, expanded

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def turtle(graph: Graph) -> str:
    """Write Turtle."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for subject, properties in graph.subjects.items():
        parts = [
            f"    {'a' if name == 'rdf:type' else name} {', '.join(map(_turtle, values))}"
            for name, values in properties.items()
        ]
        lines.append(f"\n<{subject}>\n" + " ;\n".join(parts) + " .")
    return "\n".join([*lines, ""])


def json_ld(graph: Graph) -> str:
    """Write JSON-LD: a flat graph under a context of prefixes only, which nobody has to fetch."""
    nodes = []
    for subject, properties in graph.subjects.items():
        node: dict[str, object] = {"@id": subject}
        for name, values in properties.items():
            if name == "rdf:type":
                node["@type"] = [_short(value.value) for value in values]
            else:
                node[name] = [_json(value) for value in values]
        nodes.append(node)
    # A line each, rather than `indent`: that one takes the encoder written in Python.
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f'{{"@context": {json.dumps(PREFIXES)},\n"@graph": [\n{lines}\n]}}\n'


def rdf_xml(graph: Graph) -> str:
    """Write RDF/XML."""
    spaces = "".join(f'\n  xmlns:{prefix}="{address}"' for prefix, address in PREFIXES.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF{spaces}>"]
    for subject, properties in graph.subjects.items():
        lines.append(f"<rdf:Description rdf:about={quoteattr(subject)}>")
        lines += [_xml(name, value) for name, values in properties.items() for value in values]
        lines.append("</rdf:Description>")
    return "\n".join([*lines, "</rdf:RDF>", ""])


WRITERS: dict[str, tuple[Callable[[Graph], str], str]] = {
    "ttl": (turtle, "text/turtle"),
    "jsonld": (json_ld, "application/ld+json"),
    "rdf": (rdf_xml, "application/rdf+xml"),
}


def _turtle(term: Term) -> str:
    if isinstance(term, Iri):
        return _short(term.value, or_else=f"<{term.value}>")
    quoted = '"' + _TO_ESCAPE.sub(lambda match: _ESCAPES[match[0]], term.value) + '"'
    if term.lang:
        return f"{quoted}@{term.lang}"
    return f"{quoted}^^{term.datatype}" if term.datatype else quoted


def _short(address: str, or_else: str | None = None) -> str:
    for prefix, start in PREFIXES.items():
        if address.startswith(start) and _LOCAL.fullmatch(address[len(start) :]):
            return f"{prefix}:{address[len(start) :]}"
    return address if or_else is None else or_else


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, Iri):
        return {"@id": term.value}
    found = {"@value": term.value}
    if term.lang:
        found["@language"] = term.lang
    elif term.datatype:
        found["@type"] = term.datatype
    return found


def _xml(name: str, term: Term) -> str:
    if isinstance(term, Iri):
        return f"  <{name} rdf:resource={quoteattr(term.value)}/>"
    return f"  <{name}{_attribute(term)}>{escape(term.value)}</{name}>"


def _attribute(literal: Literal) -> str:
    if literal.lang:
        return f" xml:lang={quoteattr(literal.lang)}"
    if literal.datatype:
        return f" rdf:datatype={quoteattr(expanded(literal.datatype))}"
    return ""
