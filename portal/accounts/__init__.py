"""Who asks, and what they may do: roles, passwords, sessions, tokens, and the rule that nothing is
written by default.
"""
