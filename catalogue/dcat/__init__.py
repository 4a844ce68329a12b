"""The catalogue in DCAT-AP 3.0.1, for the portals that harvest it.

`terms` holds statements, `writing` writes them as Turtle, JSON-LD and RDF/XML, `authorities` knows
the codes of the EU vocabularies, `description` tells a dataset, `feed` a page of the catalogue.
"""
