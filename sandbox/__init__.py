"""SQL on versions of tables, in worker processes that can be killed.

Left empty on purpose: a worker imports this package and must get nothing but what it asks for.
"""
